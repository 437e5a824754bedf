// Runs before the first paint, so that a chosen scheme does not flash.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* Storage may be refused; then the system decides. */ }
