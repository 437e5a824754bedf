// Tells the sheet that scripts run; what they can bring back may then be put away.
document.documentElement.classList.add("js");
// Runs before the first paint, so that a chosen scheme does not flash.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* Storage may be refused; then the system decides. */ }
