const collator = new Intl.Collator(lang, { numeric: true });

function table(root) {
  const body = root.querySelector("tbody");
  const heads = [...root.querySelectorAll("thead th")];
  const size = Math.max(1, Number(root.dataset.rows) || 25);
  const [filter, csv, status] = [".fr-filter", ".fr-csv", ".fr-status"].map((name) => root.querySelector(name));
  const [previous, next] = [".fr-previous", ".fr-next"].map((name) => root.querySelector(name));
  const pager = root.querySelector(".fr-pager");
  const exact = (cell) => cell.dataset.v ?? cell.textContent;
  const rows = [];
  for (const line of body.rows) {
    if (line.classList.contains("fr-details")) rows[rows.length - 1].details = line;
    else rows.push({ line, details: null, words: null, values: [...line.cells].map(exact) });
  }
  let shown = rows.slice();
  let page = 0;

  const number = (text) => (text === "inf" ? Infinity : text === "-inf" ? -Infinity : text === "" ? NaN : Number(text));

  function sort(column, direction) {
    const numeric = heads[column].dataset.type === "number";
    const missing = (row) => (numeric ? Number.isNaN(number(row.values[column])) : ["", "–"].includes(row.values[column]));
    const compare = numeric
      ? (a, b) => { const [x, y] = [number(a.values[column]), number(b.values[column])]; return x < y ? -1 : x > y ? 1 : 0; }
      : (a, b) => collator.compare(a.values[column], b.values[column]);
    rows.sort((a, b) => missing(a) - missing(b) || (missing(a) ? 0 : direction * compare(a, b)));
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    choose();
  }

  function choose() {
    const wanted = fold(filter.value).split(/\s+/).filter(Boolean);
    shown = rows.filter((row) => {
      row.words ??= fold([...row.line.cells].map((cell) => cell.textContent).join("\u0000"));
      return wanted.every((word) => row.words.includes(word));
    });
    page = 0;
    show();
  }

  function show() {
    const first = page * size;
    const visible = shown.slice(first, first + size);
    const keep = new Set(visible);
    for (const row of rows) {
      row.line.hidden = !keep.has(row);
      if (row.details) row.details.hidden = row.line.hidden || !row.details.dataset.open;
    }
    const fragment = document.createDocumentFragment();
    for (const row of rows) { fragment.append(row.line); if (row.details) fragment.append(row.details); }
    body.append(fragment);
    status.textContent = shown.length
      ? root.dataset.status.replace("{from}", first + 1).replace("{to}", first + visible.length).replace("{n}", shown.length.toLocaleString(lang))
      : root.dataset.none;
    previous.disabled = page === 0;
    next.disabled = first + size >= shown.length;
    previous.hidden = next.hidden = shown.length <= size;
    pager.hidden = rows.length <= size && filter.value === "";
  }

  heads.forEach((head, i) => {
    const button = make("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const start = head.dataset.type === "number" ? -1 : 1;
      sort(i, now ? (now === "ascending" ? -1 : 1) : start);
    });
  });

  rows.filter((row) => row.details).forEach((row, i) => {
    const id = root.dataset.name + "-details-" + i;
    const button = make("button", { type: "button", class: "fr-open", "aria-expanded": "false", "aria-controls": id });
    button.setAttribute("aria-label", root.dataset.show.replace("{key}", () => row.details.dataset.key));
    row.details.id = id;
    row.details.querySelector("details").open = true;
    row.line.cells[0].prepend(button);
    row.line.classList.add("fr-opens");
    row.line.addEventListener("click", (event) => { // the word, the row and the button open it
      if (event.target.closest("a") || (event.target !== button && !getSelection().isCollapsed)) return;
      const open = row.details.hidden;
      row.details.hidden = !open;
      row.details.dataset.open = open ? "yes" : "";
      button.setAttribute("aria-expanded", String(open));
    });
  });

  /* as many columns as there is room for; the others are behind a button */
  const [box, grid, more] = [".fr-scroll", "table", ".fr-more"].map((name) => root.querySelector(name));
  const style = root.appendChild(make("style"));
  grid.id = root.dataset.name + "-grid";
  let [whole, width] = [false, 0];
  const keep = (n) => {
    style.textContent = n < heads.length ? `#${grid.id} > * > tr:not(.fr-details) > :nth-child(n + ${n + 1}) { display: none; }` : "";
    for (const row of rows) if (row.details) row.details.cells[0].colSpan = n;
  };
  function fit() {
    let n = heads.length;
    keep(n);
    while (!whole && n > 2 && grid.scrollWidth > box.clientWidth + 1) { n -= 1; keep(n); }
    more.hidden = !whole && n === heads.length;
    more.textContent = whole ? root.dataset.less : root.dataset.more.replace("{n}", heads.length - n);
    more.setAttribute("aria-expanded", String(whole));
  }
  more.addEventListener("click", () => { whole = !whole; fit(); });
  new ResizeObserver(() => { // also when what it stands in is opened
    if (box.clientWidth && box.clientWidth !== width) { width = box.clientWidth; fit(); }
  }).observe(box);

  csv.addEventListener("click", () => {
    const quote = (text) => (/[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
    const lines = [heads.map((head) => head.dataset.name), ...shown.map((row) => row.values)];
    const text = "\ufeff" + lines.map((line) => line.map(quote).join(",")).join("\r\n") + "\r\n";
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const link = make("a", { href: address, download: root.dataset.name + ".csv" });
    root.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });

  filter.addEventListener("input", choose);
  filter.addEventListener("keydown", (event) => { if (event.key === "Escape") { filter.value = ""; choose(); } });
  previous.addEventListener("click", () => { page -= 1; show(); });
  next.addEventListener("click", () => { page += 1; show(); });
  root.querySelector(".fr-tools").hidden = rows.length === 0;
  filter.parentElement.hidden = rows.length < 8; // what fits the eye needs no filter
  show();
}
