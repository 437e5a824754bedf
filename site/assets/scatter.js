// Maps by t-SNE: shows the face of a point under the pointer or the keyboard, marks the same face in the other map,
// and lets the legend choose classes. The maps are complete without it.
(() => {
  for (const source of document.querySelectorAll("script.scatter-data")) {
    const data = JSON.parse(source.textContent);
    const figure = source.closest("figure");
    const plots = [...figure.querySelectorAll("[data-scatter]")];
    const [face, words] = figure.querySelector(".scatter-card").children;
    const ring = plots.map((plot) => {
      const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      circle.setAttribute("r", "9");
      circle.style.cssText = "fill:none;stroke:currentColor;stroke-width:2;visibility:hidden;pointer-events:none";
      plot.append(circle);
      return circle;
    });
    const points = plots.map((plot) => new Map([...plot.querySelectorAll("[data-i]")].map((mark) => [Number(mark.dataset.i), mark])));

    const show = (i) => {
      const [name, label, predicted] = data.points[i];
      const zoom = 2;
      const x = (i % data.columns) * data.size * zoom;
      const y = Math.floor(i / data.columns) * data.size * zoom;
      const width = data.columns * data.size * zoom;
      face.style.cssText = `flex:none;width:${data.size * zoom}px;height:${data.size * zoom}px;image-rendering:pixelated;`
        + `background:url("${data.sprite}") -${x}px -${y}px / ${width}px auto`;
      words.textContent = `${name} · ${data.label}: ${data.classes[label]} · ${data.prediction}: ${data.classes[predicted]}`;
      points.forEach((marks, at) => {
        const mark = marks.get(i);
        if (!mark) return;
        ring[at].setAttribute("cx", mark.getAttribute("x"));
        ring[at].setAttribute("cy", mark.getAttribute("y"));
        ring[at].style.visibility = "visible";
      });
    };

    plots.forEach((plot, at) => {
      let current = null;
      // The nearest point counts, so that a fingertip need not hit it exactly.
      const near = (event) => {
        const box = plot.getBoundingClientRect();
        const x = (event.clientX - box.left) * 300 / box.width;
        const y = (event.clientY - box.top) * 300 / box.height;
        let best = null;
        for (const [i, mark] of points[at]) {
          if (mark.parentNode.style.display === "none") continue;
          const far = Math.hypot(Number(mark.getAttribute("x")) - x, Number(mark.getAttribute("y")) - y);
          if (far < 16 && (best === null || far < best[0])) best = [far, i];
        }
        if (best && best[1] !== current) show(current = best[1]);
      };
      plot.addEventListener("pointermove", near);
      plot.addEventListener("pointerdown", near);
      // One stop for Tab; the arrow keys go to the nearest point in their direction.
      plot.tabIndex = 0;
      // Screen readers hand the arrow keys on only to what says that it uses them.
      plot.setAttribute("role", "application");
      plot.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!way) return;
        event.preventDefault();
        const visible = [...points[at]].filter(([, mark]) => mark.parentNode.style.display !== "none");
        if (!visible.length) return;
        const place = (mark) => [Number(mark.getAttribute("x")), Number(mark.getAttribute("y"))];
        const [x, y] = current === null ? [150 - 150 * way[0], 150 - 150 * way[1]] : place(points[at].get(current));
        let best = null;
        for (const [i, mark] of visible) {
          const [dx, dy] = [place(mark)[0] - x, place(mark)[1] - y];
          const along = dx * way[0] + dy * way[1];
          const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
          if (i !== current && along > 0 && (best === null || along + 2 * aside < best[0])) best = [along + 2 * aside, i];
        }
        if (best === null) return;
        current = best[1];
        show(current);
      });
    });

    // The legend's entries become buttons: one class alone, or all again.
    const entries = [...figure.querySelectorAll(".legend [data-class]")];
    let alone = null;
    for (const entry of entries) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "legend-class";
      button.setAttribute("aria-pressed", "false");
      button.append(...entry.childNodes);
      entry.append(button);
      button.addEventListener("click", () => {
        alone = alone === entry.dataset.class ? null : entry.dataset.class;
        for (const group of figure.querySelectorAll("[data-scatter] g[data-class]")) {
          group.style.display = alone === null || group.dataset.class === alone ? "" : "none";
        }
        for (const other of entries) other.firstElementChild.setAttribute("aria-pressed", String(other.dataset.class === alone));
      });
    }
  }
})();
