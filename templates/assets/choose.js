// Sends a reader to the language their browser prefers of those linked below; without JavaScript the links do.
const links = [...document.querySelectorAll("[data-language]")];
const folded = (language) => language.slice(0, 2).toLowerCase();
for (const wanted of navigator.languages ?? []) {
  const link = links.find((one) => folded(one.hreflang) === folded(wanted));
  if (link) {
    location.replace(link.href);
    break;
  }
}
