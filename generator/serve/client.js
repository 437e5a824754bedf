// Preview only: never part of a published site. Brings an open page up to date where it stands, shows errors.
(() => {
  const CLIENT = "/__client.js";
  const KEY = "facereport-scroll:" + location.pathname;
  const { run, page, version: first } = document.currentScript.dataset;
  let version = first;

  const kept = sessionStorage.getItem(KEY);
  if (kept !== null) {
    sessionStorage.removeItem(KEY);
    const restore = () => scrollTo({ top: Number(kept), behavior: "instant" });
    restore();
    addEventListener("load", restore);
  }
  const reload = () => {
    sessionStorage.setItem(KEY, String(scrollY));
    source.close();
    location.reload();
  };

  // The page as the server wrote it. What scripts made of it since then must not be taken for an edit.
  let written = null;
  const read = async () => {
    const text = await (await fetch(location.href, { cache: "no-store" })).text();
    const found = new DOMParser().parseFromString(text, "text/html");
    const own = found.querySelector(`script[src="${CLIENT}"]`);
    const stamp = { ...own.dataset };
    own.remove();
    return [found, stamp];
  };
  addEventListener("load", async () => {
    const [found, stamp] = await read();
    if (stamp.run === run && stamp.version === version) written ??= found;
  });

  // Patching. `old` and `now` are as written, `live` is what stands there: the same nodes first, then what scripts added.
  class Unpatchable extends Error {}
  const bare = (nodes) => [...nodes].filter((node) => node.nodeName !== "SCRIPT" || node.getAttribute("src") !== CLIENT);
  const fresh = (node) => {
    // A script that is put in this way does not run, and those that ran do not know what is new.
    const works = "script, figure, dialog, [popover], [data-switch], table.confusion";
    if (node.nodeType === Node.ELEMENT_NODE && (node.matches(works) || node.querySelector(works))) throw new Unpatchable();
    return document.importNode(node, true);
  };
  const patch = (old, now, live) => {
    if (old.isEqualNode(now)) return;
    if (old.nodeName !== live.nodeName || old.nodeName !== now.nodeName || old.nodeName === "SCRIPT") throw new Unpatchable();
    if (old.nodeType !== Node.ELEMENT_NODE) {
      live.nodeValue = now.nodeValue;
      return;
    }
    for (const { name, value } of now.attributes) {
      if (old.getAttribute(name) !== value) live.setAttribute(name, value);
    }
    for (const { name } of old.attributes) {
      if (!now.hasAttribute(name)) live.removeAttribute(name);
    }
    const [before, after, there] = [bare(old.childNodes), bare(now.childNodes), bare(live.childNodes)];
    if (before.some((node, at) => node.nodeName !== there[at]?.nodeName)) throw new Unpatchable();
    let head = 0;
    while (head < before.length && head < after.length && before[head].isEqualNode(after[head])) head += 1;
    let tail = 0;
    while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail).isEqualNode(after.at(-1 - tail))) tail += 1;
    const changed = before.slice(head, before.length - tail);
    const news = after.slice(head, after.length - tail);
    if (changed.length === news.length && changed.every((node, at) => node.nodeName === news[at].nodeName)) {
      changed.forEach((node, at) => patch(node, news[at], there[head + at]));
      return;
    }
    const next = there[before.length - tail] ?? null;
    const made = news.map(fresh);
    for (const node of there.slice(head, before.length - tail)) node.remove();
    for (const node of made) live.insertBefore(node, next);
  };
  let busy = false;
  const renew = async (wanted) => {
    if (busy) return;
    busy = true;
    while (version !== wanted()) {
      let found, stamp;
      try {
        [found, stamp] = await read();
      } catch {
        break; // The preview has ended: what is there stays.
      }
      try {
        if (!written || document.querySelector("dialog[open]")) throw new Unpatchable();
        patch(written.documentElement, found.documentElement, document.documentElement);
      } catch {
        return reload();
      }
      written = found;
      version = stamp.version;
    }
    busy = false;
  };

  const box = (id, role, css) => {
    let element = document.getElementById(id);
    if (!element) {
      element = document.createElement("div");
      element.id = id;
      element.setAttribute("role", role);
      element.style.cssText = css;
      document.body.append(element);
    }
    return element;
  };
  const show = (problems) => {
    const id = "facereport-problems";
    if (!problems.length) return document.getElementById(id)?.remove();
    const element = box(id, "alert", "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;z-index:9999;" +
      "background:#2b1113;color:#ffdfdc;font:14px/1.6 ui-monospace,monospace;padding:1rem 1.5rem;white-space:pre-wrap;" +
      "border-top:3px solid #e5484d");
    element.textContent = problems.join("\n");
  };
  const working = (words) => {
    const id = "facereport-working";
    document.documentElement.toggleAttribute("data-recomputing", Boolean(words));
    if (!words) return document.getElementById(id)?.remove();
    box(id, "status", "position:fixed;top:0;inset-inline:0;z-index:9998;background:#5b3a00;color:#fff1d6;" +
      "font:14px/1.6 system-ui,sans-serif;padding:.3rem 1rem;text-align:center").textContent = words;
  };
  let state = null;
  const present = () => String(state.versions[page] ?? state.version);
  const source = new EventSource("/__events");
  source.onmessage = (event) => {
    state = JSON.parse(event.data);
    show(state.problems);
    working(state.working);
    // Another start of the preview may be another version of the program.
    if (state.run !== run) reload();
    else if (present() !== version) renew(present);
  };
})();
