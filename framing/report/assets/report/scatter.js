function unpack({ codes, bytes }) {
  const raw = Uint8Array.from(atob(codes), (sign) => sign.charCodeAt(0));
  return new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[bytes](raw.buffer);
}

function scatter(root) {
  const data = dataOf(root);
  const { names, tenths, columns, passages } = data;
  const [x, y, radius, hue] = ["x", "y", "radius", "hue"].map((name) => unpack(data[name]));
  for (const column of columns) column.codes = unpack(column);
  const canvas = root.querySelector(".fr-canvas");
  const [tip, told, help] = [".fr-tip", ".fr-told", ".fr-help"].map((name) => root.querySelector(name));
  const behind = root.querySelector(".fr-behind");
  const sections = new Map([...root.querySelectorAll("[data-mark]")].map((section) => [Number(section.dataset.mark), section]));
  const values = (i) => columns.map(({ title, texts, codes }) => [title, texts[codes[i]]]);
  const folded = names.map(fold);

  const places = new Map(); // rare words lie on one another by the hundred
  for (let i = 0; i < names.length; i++) {
    const key = x[i] * 65536 + y[i];
    if (places.has(key)) places.get(key).push(i); else places.set(key, [i]);
  }
  const twins = (i) => places.get(x[i] * 65536 + y[i]);

  /* A second drawing over the first: what is pointed at, found, walked to and chosen; the first never changes. */
  const label = canvas.querySelector("svg").getAttribute("aria-labelledby");
  const over = draw("svg", { class: "fr-over", viewBox: `0 0 ${data.width} ${data.height}`, role: "application", "aria-labelledby": label, "aria-describedby": help.id });
  const scaled = draw("g", { transform: `scale(${1 / tenths})` });
  const found = draw("g", { class: "fr-found", "aria-hidden": "true" });
  const ring = draw("circle", { class: "fr-ring", "aria-hidden": "true" });
  const picked = draw("circle", { class: "fr-picked", "aria-hidden": "true" });
  // two marks take turns, so that a screen reader says the new one: the focus moves
  const marks = [0, 1].map(() => draw("circle", { class: "fr-mark", role: "button", tabindex: "-1" }));
  scaled.append(found, picked, ring, ...marks);
  over.append(scaled);
  canvas.insertBefore(over, tip);
  let [current, turn, chosen, hits] = [0, 0, -1, null];

  function put(circle, i) {
    circle.setAttribute("cx", x[i]);
    circle.setAttribute("cy", y[i]);
    circle.setAttribute("r", radius[i] + 15);
    circle.setAttribute("class", circle.getAttribute("class").split(" ")[0] + " fr-on fr-c" + hue[i]);
  }

  function spoken(i) {
    return [names[i], ...values(i).map((pair) => pair.join(": "))];
  }

  function tell(i) {
    const others = twins(i).filter((j) => j !== i);
    const more = others.length ? ["+" + others.length.toLocaleString(lang) + ": " + others.slice(0, 8).map((j) => names[j]).join(", ") + (others.length > 8 ? " …" : "")] : [];
    tip.textContent = [...spoken(i), ...more].join("\n");
    tip.hidden = false;
    const unit = over.getBoundingClientRect().width / (data.width * tenths);
    const [left, top, reach] = [x[i] * unit, y[i] * unit, radius[i] * unit];
    const box = canvas.getBoundingClientRect();
    tip.style.left = Math.min(Math.max(0, left + 10), Math.max(0, box.width + canvas.scrollLeft - tip.offsetWidth)) + "px";
    tip.style.top = (top + reach + 8 + tip.offsetHeight > box.height ? Math.max(0, top - reach - tip.offsetHeight - 8) : top + reach + 8) + "px";
  }

  const quiet = () => { tip.hidden = true; ring.classList.remove("fr-on"); };

  function stand(i) {
    current = i;
    marks[turn].setAttribute("tabindex", "-1");
    turn = 1 - turn;
    put(marks[turn], i);
    marks[turn].setAttribute("tabindex", "0");
    marks[turn].setAttribute("aria-label", spoken(i).join("; "));
  }

  const go = (i) => { stand(i); marks[turn].focus({ preventScroll: true }); };

  /* ---- what is behind a mark: its numbers, its lines ---- */

  let lines = null;
  function linesOf(i) {
    if (!passages) return null;
    if (!lines) {
      lines = Object.fromEntries(["counts", "text", "source", "start", "length"].map((name) => [name, unpack(passages[name])]));
      lines.first = new Uint32Array(lines.counts.length + 1);
      lines.counts.forEach((n, j) => { lines.first[j + 1] = lines.first[j] + n; });
    }
    const [from, to] = [lines.first[i], lines.first[i + 1]];
    if (from === to) return null;
    const body = make("tbody");
    for (let k = from; k < to; k++) {
      const signs = [...passages.texts[lines.text[k]]]; // places are counted in whole signs
      const [a, b] = [lines.start[k], lines.start[k] + lines.length[k]];
      const row = make("tr");
      const cells = { source: passages.sources[lines.source[k]], left: signs.slice(0, a), node: signs.slice(a, b), right: signs.slice(b) };
      for (const [name, text] of Object.entries(cells)) {
        const cell = make("td", { class: "fr-" + name });
        cell.append(plain(typeof text === "string" ? text : text.join("")));
        row.append(cell);
      }
      body.append(row);
    }
    const table = make("table", { class: "fr-kwic" });
    table.append(body);
    const holder = make("div", { class: "fr-scroll", role: "group", tabindex: "0", "aria-label": names[i] });
    holder.append(table);
    return holder;
  }

  function open(i) {
    chosen = i;
    if (i < 0) { picked.classList.remove("fr-on"); told.hidden = true; }
    else {
      put(picked, i);
      const list = make("dl");
      for (const [title, text] of values(i)) {
        const row = make("div");
        for (const [tag, part] of [["dt", title], ["dd", text]]) { const cell = make(tag); cell.append(plain(part)); row.append(cell); }
        list.append(row);
      }
      const heading = make("p", { class: "fr-label" });
      heading.append(plain(names[i]));
      const own = sections.has(i) ? null : linesOf(i);
      told.replaceChildren(heading, list, ...(own ? [own] : []));
      told.hidden = false;
    }
    if (!behind) return;
    for (const [j, section] of sections) section.hidden = i !== j;
    behind.hidden = !sections.has(i);
    behind.open = true;
  }

  /* ---- by mouse or finger ---- */

  function nearest(event) {
    const box = over.getBoundingClientRect();
    const unit = (data.width * tenths) / box.width;
    const [px, py] = [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit];
    let [best, least] = [-1, Infinity];
    const reach = 12 * unit;
    const look = (i) => {
      const [dx, dy] = [x[i] - px, y[i] - py];
      const square = dx * dx + dy * dy;
      if (square < least && square <= (reach + radius[i]) ** 2) { best = i; least = square; }
    };
    if (hits) hits.forEach(look);
    else for (let i = 0; i < x.length; i++) look(i);
    return best;
  }

  canvas.addEventListener("pointermove", (event) => {
    const i = nearest(event);
    canvas.style.cursor = i < 0 ? "" : "pointer";
    if (i < 0) quiet(); else { put(ring, i); tell(i); }
  });
  canvas.addEventListener("pointerleave", quiet);
  canvas.addEventListener("click", (event) => {
    const i = nearest(event);
    if (i < 0) return;
    const here = twins(i);
    const next = here.includes(chosen) ? here[(here.indexOf(chosen) + 1) % here.length] : i; // again: the next of those that lie here
    go(next);
    put(ring, next);
    tell(next);
    open(next);
  });

  /* ---- by keyboard ---- */

  let orders = {};
  function order(axis) {
    if (!orders[axis]) {
      const along = axis === "x" ? x : y;
      const rows = Uint32Array.from(hits ?? names.keys()).sort((a, b) => along[a] - along[b] || a - b);
      const at = new Map();
      rows.forEach((row, place) => at.set(row, place));
      orders[axis] = { rows, at };
    }
    return orders[axis];
  }

  const steps = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowDown: ["y", 1], ArrowUp: ["y", -1] };
  scaled.addEventListener("focusin", () => tell(current));
  scaled.addEventListener("focusout", quiet);
  scaled.addEventListener("keydown", (event) => {
    const many = names.length;
    const step = steps[event.key] ?? { PageDown: ["x", Math.ceil(many / 20)], PageUp: ["x", -Math.ceil(many / 20)], Home: ["x", -many], End: ["x", many] }[event.key];
    if (step) {
      const { rows, at } = order(step[0]);
      const to = Math.min(Math.max((at.get(current) ?? 0) + step[1], 0), rows.length - 1);
      if (to >= 0 && rows[to] !== current) go(rows[to]); // none where nothing was found by name
    } else if (event.key === "Enter" || event.key === " ") open(current);
    else if (event.key === "Escape") { open(-1); quiet(); }
    else return;
    event.preventDefault();
  });

  /* ---- by name ---- */

  const [find, status] = [root.querySelector(".fr-find"), root.querySelector(".fr-status")];
  function seek() {
    const wanted = fold(find.value.trim());
    hits = null;
    if (wanted) { hits = []; folded.forEach((name, i) => { if (name.includes(wanted)) hits.push(i); }); }
    orders = {};
    root.classList.toggle("fr-dim", hits !== null);
    const paths = new Map();
    for (const i of hits ?? []) {
      const kind = hue[i] + " " + radius[i];
      paths.set(kind, (paths.get(kind) ?? "") + `M${x[i]} ${y[i]}h0`);
    }
    found.replaceChildren(...[...paths].map(([kind, d]) => {
      const [colour, size] = kind.split(" ").map(Number);
      return draw("path", { class: "fr-hit fr-c" + colour, "stroke-width": 2 * size + 20, d });
    }));
    status.textContent = hits ? `${hits.length.toLocaleString(lang)} / ${names.length.toLocaleString(lang)}` : "";
    if (hits?.length) stand(hits[0]);
    if (hits?.length === 1) tell(hits[0]); else quiet();
  }
  find.addEventListener("input", seek);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { find.value = ""; seek(); }
    else if (event.key === "Enter" && hits?.length) { event.preventDefault(); go(hits[0]); }
  });

  for (const _ of marks) stand(order("x").rows[0]); // both have a name from the start
  root.querySelector(".fr-tools").hidden = false;
  help.hidden = false;
  if (behind) { behind.hidden = true; for (const section of sections.values()) section.hidden = true; }
}
