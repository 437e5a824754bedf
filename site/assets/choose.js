// Sends a reader to the language their browser prefers; without JavaScript the links below do.
const languages = { zh: "zh-Hant", en: "en" };
for (const wanted of navigator.languages ?? []) {
  const folder = languages[wanted.slice(0, 2).toLowerCase()];
  if (folder) {
    location.replace(`${folder}/index.html`);
    break;
  }
}
