// Preview only: never part of a published site. Reloads a page that changed where it stands, shows errors.
(() => {
  const KEY = "facereport-scroll:" + location.pathname;
  const kept = sessionStorage.getItem(KEY);
  if (kept !== null) {
    sessionStorage.removeItem(KEY);
    const restore = () => scrollTo({ top: Number(kept), behavior: "instant" });
    restore();
    addEventListener("load", restore);
  }
  const { run, page, version } = document.currentScript.dataset;
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
  const source = new EventSource("/__events");
  source.onmessage = (event) => {
    const state = JSON.parse(event.data);
    const present = state.versions[page] ?? state.version;
    if (state.run !== run || String(present) !== version) {
      sessionStorage.setItem(KEY, String(scrollY));
      source.close();
      location.reload();
      return;
    }
    show(state.problems);
    working(state.working);
  };
})();
