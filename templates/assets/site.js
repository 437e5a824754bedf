// Everything here adds to pages that are complete without it.
(() => {
  const root = document.documentElement;

  // Colour scheme: system, light, dark in turn.
  const toggle = document.querySelector("[data-theme-toggle]");
  if (toggle) {
    const order = ["auto", "light", "dark"];
    const show = () => { toggle.textContent = toggle.dataset[root.dataset.theme ?? "auto"]; };
    show();
    toggle.addEventListener("click", () => {
      const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
      if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
      try { localStorage.setItem("theme", next); } catch { /* not kept, then */ }
      show();
    });
  }

  // Saliency methods: radio buttons choose which panel of their figure shows. Without scripts all of them do.
  for (const choice of document.querySelectorAll("[data-switch]")) {
    const panels = choice.closest("figure").querySelectorAll("[data-method]");
    const choose = (method) => {
      for (const panel of panels) panel.toggleAttribute("data-away", panel.dataset.method !== method);
    };
    choice.addEventListener("change", (event) => choose(event.target.value));
    // A reload keeps the radio button that was chosen before.
    const chosen = choice.querySelector("input:checked");
    if (chosen) choose(chosen.value);
  }

  // Lines of a chart: the entries of their legend become buttons. What one points at, focuses or presses stands out.
  for (const legend of document.querySelectorAll(".legend:has([data-line])")) {
    const lines = legend.closest("figure").querySelectorAll("polyline[data-line]");
    const entries = [...legend.children];
    let pressed = null;
    const show = (name) => {
      for (const line of lines) line.toggleAttribute("data-faint", name !== null && line.dataset.line !== name);
    };
    for (const entry of entries) {
      const name = entry.dataset.line;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "legend-class";
      button.setAttribute("aria-pressed", "false");
      button.append(...entry.childNodes);
      entry.append(button);
      for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => show(name));
      for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, () => show(pressed));
      button.addEventListener("click", () => {
        show(pressed = pressed === name ? null : name);
        for (const other of entries) other.firstElementChild.setAttribute("aria-pressed", String(other.dataset.line === pressed));
      });
    }
  }

  // Evidence opens beside the mark that asked for it, and scrolls with the page.
  for (const evidence of document.querySelectorAll(".claim-evidence[popover]")) {
    const mark = document.querySelector(`[popovertarget="${evidence.id}"]`);
    mark.setAttribute("aria-expanded", "false");
    evidence.addEventListener("toggle", (event) => {
      const open = event.newState === "open";
      mark.setAttribute("aria-expanded", String(open));
      if (!open) return;
      const at = mark.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = evidence;
      const room = root.clientWidth - width - 16;
      const below = at.bottom + 6 + height <= root.clientHeight || at.top < height + 6;
      evidence.style.cssText = `position:absolute;margin:0;inset:auto;left:${Math.max(16, Math.min(at.left - 24, room)) + scrollX}px;`
        + `top:${(below ? at.bottom + 6 : at.top - height - 6) + scrollY}px`;
    });
  }

  // One dialog for whatever is to be seen larger or nearer: the element itself moves in, and back when it closes.
  const dialog = document.createElement("dialog");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "dialog-close";
  close.textContent = document.body.dataset.close;
  const stage = document.createElement("div");
  stage.className = "dialog-stage";
  dialog.append(close, stage);
  document.body.append(dialog);
  let giveBack = null;
  const open = (element, title, opener) => {
    const gap = document.createElement(element.tagName);
    gap.style.cssText = `height:${element.offsetHeight}px;visibility:hidden`;
    element.replaceWith(gap);
    stage.append(element);
    dialog.setAttribute("aria-label", title);
    giveBack = () => {
      stage.removeAttribute("style");
      gap.replaceWith(element);
      opener.focus({ preventScroll: true });
    };
    dialog.showModal();
    dialog.scrollTop = 0;
  };
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { giveBack?.(); giveBack = null; });
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });

  // Figures: enlarged as a whole, with everything that works in them.
  for (const figure of document.querySelectorAll("figure.fig")) {
    const button = figure.querySelector(".enlarge");
    const about = figure.querySelector("figcaption")?.firstChild.textContent.trim();
    if (!button) continue;
    button.addEventListener("click", () => {
      const { left, top } = figure.getBoundingClientRect();
      const parts = [...figure.querySelectorAll("img, svg, td, th, li, figcaption")];
      const wide = Math.max(160, ...parts.map((part) => part.getBoundingClientRect().right - left));
      const room = Math.min(root.clientWidth * 0.97, 2400) - 56;
      // Charts, and the card below maps, are to be seen whole; what stands below them may be scrolled to.
      const whole = [...figure.querySelectorAll("svg.chart, .scatter-card")].filter((part) => !part.closest(".tiles"));
      const tall = Math.max(1, ...whole.map((part) => part.getBoundingClientRect().bottom - top));
      let zoom = Math.min(3, Math.max(1.25, room / (wide + 2)));
      if (whole.length) zoom = Math.min(zoom, Math.max(1.1, (root.clientHeight * 0.94 - 84) / tall));
      // On a telephone pictures grow by standing below each other and charts by being moved about in; words need not.
      if (room < 600) zoom = figure.querySelector("table:not(.pictures), svg.chart") ? 1 : 1.8;
      stage.style.setProperty("--zoom", zoom.toFixed(3));
      stage.style.setProperty("--width", `${Math.floor(Math.min(room / zoom, Math.max(wide + 2, 320)))}px`);
      open(figure, about, button);
    });
  }

  // Cells of the confusion matrix: their examples come to the reader.
  for (const link of document.querySelectorAll('table.confusion a[href^="#"]')) {
    const examples = document.getElementById(link.hash.slice(1));
    if (!examples) continue;
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      // From within an enlarged matrix the examples below are opened instead: there is one dialog.
      if (dialog.open) return;
      event.preventDefault();
      open(examples, link.title, link);
    });
  }

  // Where the reader is: the last of some elements whose top has passed the upper third of the window.
  const passed = (elements) => elements.filter((each) => each.getBoundingClientRect().top < innerHeight / 3).pop();

  // The other language opens at the same section or figure: both have the same ids.
  for (const language of document.querySelectorAll("a.language")) {
    language.addEventListener("click", () => {
      const at = scrollY > 0 && passed([...document.querySelectorAll("main :is(h2, figure)[id]")]);
      language.hash = at ? at.id : "";
    });
  }

  // The table of contents shows which section is being read.
  const sections = new Map();
  for (const entry of document.querySelectorAll(".toc a")) sections.set(document.getElementById(decodeURIComponent(entry.hash.slice(1))), entry);
  sections.delete(null);
  const watch = new IntersectionObserver(() => {
    const at = passed([...sections.keys()]);
    for (const [section, entry] of sections) {
      if (section === at) entry.setAttribute("aria-current", "true"); else entry.removeAttribute("aria-current");
    }
  }, { rootMargin: "1000000px 0px -66.66% 0px" }); // All above counts as seen: a leap passes several at once.
  for (const section of sections.keys()) watch.observe(section);

  // On paper there is no scrolling that would fetch the rest.
  addEventListener("beforeprint", () => {
    for (const picture of document.querySelectorAll("img[loading]")) picture.loading = "eager";
  });

  // An address may point into something folded.
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target.closest("details:not([open])"); at; at = at.parentElement.closest("details:not([open])")) at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
})();
