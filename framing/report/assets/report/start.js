/* the views among which a reader chooses; only the one chosen is part of the page */
function choice(root) {
  const [select, place] = [root.querySelector("select"), root.querySelector(":scope > .fr-chosen")];
  const views = [[...place.childNodes], ...[...root.querySelectorAll(":scope > template")].map((view) => [...view.content.childNodes])];
  select.addEventListener("change", () => { place.replaceChildren(...views[select.selectedIndex]); start(); });
  select.closest("label").hidden = false;
}

const kinds = { table, scatter, topics, choice };

function start() {
  for (const root of document.querySelectorAll("[data-fr]:not(.fr-ready)")) {
    root.classList.add("fr-ready");
    kinds[root.dataset.fr]?.(root);
  }
}

function watch() {
  let waiting = false; // JupyterLab attaches outputs late
  const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; start(); }); } };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
}

if (window.framingReport) window.framingReport(); // every piece of a notebook brings the script; the first one stays
else {
  window.framingReport = start;
  const report = document.documentElement.classList.contains("fr-page");
  if (report) page();
  start();
  if (!report) watch();
}
