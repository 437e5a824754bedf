// Everything here adds to pages that are complete without it.
(() => {
  const root = document.documentElement;

  // Colour scheme: system, light, dark in turn.
  const toggle = document.querySelector("[data-theme-toggle]");
  if (toggle) {
    const order = ["auto", "light", "dark"];
    const show = () => { toggle.textContent = toggle.dataset[root.dataset.theme ?? "auto"]; };
    toggle.hidden = false;
    show();
    toggle.addEventListener("click", () => {
      const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
      if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
      try { localStorage.setItem("theme", next); } catch { /* not kept, then */ }
      show();
    });
  }

  // Saliency methods: radio buttons choose which panel of their figure shows.
  for (const choice of document.querySelectorAll("[data-switch]")) {
    const panels = choice.closest("figure").querySelectorAll("[data-method]");
    choice.hidden = false;
    choice.addEventListener("change", (event) => {
      for (const panel of panels) panel.hidden = panel.dataset.method !== event.target.value;
    });
  }
})();
