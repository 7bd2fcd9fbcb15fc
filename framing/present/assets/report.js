/* The one script of a report. Text from data only ever becomes textContent: nothing here reads it as markup. */
(() => {
  "use strict";
  if (window.framingReport) { window.framingReport(); return; }

  const SVG = "http://www.w3.org/2000/svg";
  const lang = document.documentElement.lang || "en";
  const collator = new Intl.Collator(lang, { numeric: true });
  const fold = (text) => text.normalize("NFKC").toLowerCase();

  function make(tag, attributes = {}, text = null) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== null) element.textContent = text;
    return element;
  }

  function draw(tag, attributes = {}, text = null) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== null) element.textContent = text;
    return element;
  }

  const plain = (text, className = "") => make("bdi", className ? { class: className } : {}, text);
  const percent = (share, digits = 1) => (100 * share).toFixed(digits) + "%";

  /* ---- tables ---- */

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
      button.addEventListener("click", () => {
        const open = row.details.hidden;
        row.details.hidden = !open;
        row.details.dataset.open = open ? "yes" : "";
        button.setAttribute("aria-expanded", String(open));
      });
    });

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

  /* ---- scatter ---- */

  function unpack({ codes, bytes }) {
    const raw = Uint8Array.from(atob(codes), (sign) => sign.charCodeAt(0));
    return new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[bytes](raw.buffer);
  }

  function scatter(root) {
    const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
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

  /* ---- topic browser ---- */

  function topics(root) {
    const { topics: list, words } = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    const largest = Math.max(...list.map((topic) => topic.prevalence ?? 0)) || 1;
    const browser = make("div", { class: "fr-browser" });
    const names = make("ul", { "aria-label": words.topics });
    const panel = make("div", { class: "fr-panel", "aria-live": "polite" });
    const state = { weight: 0.6, rank: "relevance", at: 0 };

    function spark(series) {
      const svg = draw("svg", { viewBox: "0 0 60 16", preserveAspectRatio: "none", "aria-hidden": "true" });
      const top = Math.max(...series.map((point) => point.share ?? 0)) || 1;
      const step = 60 / Math.max(1, series.length - 1);
      svg.append(draw("polyline", { class: "fr-spark", points: series.map((p, i) => `${(i * step).toFixed(1)},${(15 - 14 * (p.share ?? 0) / top).toFixed(1)}`).join(" ") }));
      return svg;
    }

    const buttons = list.map((topic, i) => {
      const button = make("button", { type: "button", class: "fr-topic", "aria-pressed": "false" });
      button.append(plain(topic.label));
      button.append(make("span", { class: "fr-size" }, topic.prevalence == null ? "" : percent(topic.prevalence)));
      const bar = make("span", { class: "fr-bar" });
      bar.style.width = (100 * (topic.prevalence ?? 0) / largest).toFixed(1) + "%";
      button.append(bar);
      if (topic.series.length > 1) button.append(spark(topic.series));
      const item = make("li");
      item.append(button);
      names.append(item);
      button.addEventListener("click", () => pick(i, false));
      return button;
    });
    names.addEventListener("keydown", (event) => {
      const to = { ArrowDown: state.at + 1, ArrowUp: state.at - 1, Home: 0, End: list.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      pick(Math.min(Math.max(to, 0), list.length - 1), true);
    });

    function pick(i, focus) {
      state.at = i;
      buttons.forEach((button, j) => {
        button.setAttribute("aria-pressed", String(i === j));
        button.tabIndex = i === j ? 0 : -1;
      });
      if (focus) buttons[i].focus();
      show(list[i]);
    }

    const label = (text) => make("p", { class: "fr-label" }, text);

    function score(word) {
      if (state.rank === "frex") return word.frex ?? -Infinity;
      const log = word.log_probability ?? Math.log(word.probability);
      return word.log_lift == null ? log : state.weight * log + (1 - state.weight) * word.log_lift;
    }

    function fill(holder, topic) {
      const ranked = topic.words.slice().sort((a, b) => score(b) - score(a)).slice(0, 30);
      const most = Math.max(...topic.words.map((word) => word.probability ?? 0)) || 1;
      holder.replaceChildren(...ranked.map((word) => {
        const item = make("li");
        const bar = make("span", { class: "fr-bar" });
        bar.style.width = (100 * (word.probability ?? 0) / most).toFixed(1) + "%";
        item.append(plain(word.term), bar, make("span", { class: "fr-figure" }, word.probability == null ? "" : percent(word.probability, 2)));
        return item;
      }));
    }

    function controls(topic, holder) {
      const box = make("div", { class: "fr-control" });
      const slider = make("input", { type: "range", min: "0", max: "1", step: "0.05", value: state.weight, "aria-label": words.relevance, title: words.relevance });
      const shown = make("output", {}, state.weight.toFixed(2));
      slider.addEventListener("input", () => {
        state.weight = Number(slider.value);
        shown.textContent = state.weight.toFixed(2);
        fill(holder, topic);
      });
      const lambda = make("label", {}, "λ ");
      lambda.append(slider, shown);
      if (topic.words.some((word) => word.frex != null)) {
        const group = root.querySelector(".fr-caption").id + "-rank";
        box.append(make("span", {}, words.rank_by));
        for (const [rank, text] of [["relevance", words.by_relevance], ["frex", words.by_frex]]) {
          const radio = make("input", { type: "radio", name: group, value: rank });
          radio.checked = state.rank === rank;
          radio.addEventListener("change", () => { state.rank = rank; slider.disabled = rank === "frex"; fill(holder, topic); });
          const choice = make("label");
          choice.append(radio, " " + text);
          box.append(choice);
        }
        slider.disabled = state.rank === "frex";
      }
      if (topic.words.some((word) => word.log_lift != null)) box.append(lambda);
      return box;
    }

    function outlets(items) {
      const height = 24 * items.length + 20;
      const svg = draw("svg", { viewBox: `0 0 640 ${height}`, class: "fr-chart", role: "img" });
      const top = Math.max(...items.map((item) => item.high ?? item.share ?? 0)) || 1;
      const wide = (text) => [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 12 : 7.5), 0);
      const left = Math.min(180, Math.max(...items.map((item) => wide(item.outlet)))) + 14;
      const x = (share) => left + (550 - left) * share / top;
      svg.setAttribute("aria-label", items.map((item) => `${item.outlet} ${percent(item.share ?? 0)}`).join("; "));
      items.forEach((item, i) => {
        const y = 24 * i + 14;
        svg.append(draw("text", { x: left - 12, y: y + 4, "text-anchor": "end", class: "fr-name" }, item.outlet.slice(0, 22)));
        if (item.low != null && item.high != null) svg.append(draw("path", { class: "fr-line", d: `M${x(item.low)} ${y}H${x(item.high)}` }));
        svg.append(draw("circle", { cx: x(item.share ?? 0), cy: y, r: 4 }));
        const text = percent(item.share ?? 0) + (item.low != null ? ` (${percent(item.low)}–${percent(item.high)})` : "");
        svg.append(draw("text", { x: Math.max(x(item.high ?? item.share ?? 0) + 10, x(item.share ?? 0) + 10), y: y + 4 }, item.low != null ? percent(item.share ?? 0) : text));
        svg.lastChild.append(draw("title", {}, `${item.outlet}: ${text}`));
      });
      svg.append(draw("text", { x: left, y: height - 2 }, "0"), draw("text", { x: 550, y: height - 2, "text-anchor": "end" }, percent(top)));
      return svg;
    }

    function series(points) {
      const svg = draw("svg", { viewBox: "0 0 640 150", class: "fr-chart", role: "img" });
      const top = Math.max(...points.map((point) => point.share ?? 0)) || 1;
      const [x, y] = [(i) => 44 + 580 * i / Math.max(1, points.length - 1), (share) => 122 - 108 * share / top];
      const [first, last] = [points[0], points[points.length - 1]];
      svg.setAttribute("aria-label", `${words.over_time}: ${first.period} ${percent(first.share ?? 0)}; ${last.period} ${percent(last.share ?? 0)}`);
      svg.append(draw("path", { class: "fr-grid", d: "M44 122H624" }));
      svg.append(draw("polyline", { class: "fr-line", points: points.map((point, i) => `${x(i).toFixed(1)},${y(point.share ?? 0).toFixed(1)}`).join(" ") }));
      svg.append(draw("text", { x: 38, y: 18, "text-anchor": "end" }, percent(top)), draw("text", { x: 38, y: 126, "text-anchor": "end" }, "0"));
      svg.append(draw("text", { x: 44, y: 142 }, first.period), draw("text", { x: 624, y: 142, "text-anchor": "end" }, last.period));
      points.forEach((point, i) => {
        const dot = draw("circle", { cx: x(i).toFixed(1), cy: y(point.share ?? 0).toFixed(1), r: points.length > 60 ? 1.5 : 2.6 });
        dot.append(draw("title", {}, `${point.period}: ${percent(point.share ?? 0)}`));
        svg.append(dot);
      });
      return svg;
    }

    function example(item) {
      const entry = make("li");
      entry.append(plain(item.headline ?? "", "fr-headline"));
      const source = [item.outlet, item.date, item.share == null ? null : percent(item.share, 0)].filter(Boolean);
      const note = make("p", { class: "fr-note" });
      source.forEach((part, i) => { if (i) note.append(" · "); note.append(plain(part)); });
      entry.append(note);
      if (item.passage) { const passage = make("p"); passage.append(plain(item.passage)); entry.append(passage); }
      return entry;
    }

    function show(topic) {
      const heading = make("p", { class: "fr-heading" });
      heading.append(plain(topic.label));
      const badges = make("div");
      badges.append(make("span", { class: "fr-badge" }, `${words.topic} ${topic.id}`));
      if (topic.prevalence != null) badges.append(make("span", { class: "fr-badge" }, `${percent(topic.prevalence)} ${words.prevalence}`));
      if (topic.stability != null) badges.append(make("span", { class: "fr-badge" }, `${words.stability} ${topic.stability.toFixed(2)}`));
      const holder = make("ul", { class: "fr-words" });
      panel.replaceChildren(heading, badges, label(words.words), controls(topic, holder), holder);
      fill(holder, topic);
      if (topic.outlets.length) panel.append(label(`${words.outlets} (${words.share}, ${words.interval})`), outlets(topic.outlets));
      if (topic.series.length > 1) panel.append(label(words.over_time), series(topic.series));
      if (topic.examples.length) {
        const examples = make("ul", { class: "fr-examples" });
        examples.append(...topic.examples.map(example));
        panel.append(label(words.examples), examples);
      }
    }

    browser.append(names, panel);
    root.append(browser);
    root.querySelector(".fr-topics-plain").hidden = true;
    pick(0, false);
  }

  /* ---- the page around them ---- */

  function page() {
    const root = document.documentElement;
    const button = (name) => document.querySelector(`[data-page="${name}"]`);
    const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a page from a file may have no store */ } };
    const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

    const theme = button("theme");
    if (theme) {
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const set = (name) => {
        root.dataset.theme = name;
        theme.textContent = name === "dark" ? theme.dataset.light : theme.dataset.dark;
      };
      set(recall("framing-theme") ?? (dark.matches ? "dark" : "light"));
      dark.addEventListener("change", () => { if (!recall("framing-theme")) set(dark.matches ? "dark" : "light"); });
      theme.addEventListener("click", () => {
        const name = root.dataset.theme === "dark" ? "light" : "dark";
        remember("framing-theme", name);
        set(name);
      });
      theme.hidden = false;
    }

    const code = button("code");
    if (code) {
      const cells = [...document.querySelectorAll("details.fr-code")];
      code.hidden = cells.length === 0;
      for (const cell of cells) cell.hidden = true;
      code.addEventListener("click", () => {
        const open = code.getAttribute("aria-pressed") !== "true";
        for (const cell of cells) { cell.hidden = !open; cell.open = open; }
        code.setAttribute("aria-pressed", String(open));
        code.textContent = open ? code.dataset.hide : code.dataset.show;
      });
    }

    const printer = button("print");
    if (printer) { printer.hidden = false; printer.addEventListener("click", () => window.print()); }

    const links = new Map([...document.querySelectorAll(".fr-contents a")].map((link) => [link.hash.slice(1), link]));
    if (links.size && "IntersectionObserver" in window) {
      const observer = new IntersectionObserver((entries) => {
        for (const entry of entries) if (entry.isIntersecting) {
          for (const link of links.values()) link.removeAttribute("aria-current");
          links.get(entry.target.id)?.setAttribute("aria-current", "true");
        }
      }, { rootMargin: "0px 0px -75% 0px" });
      for (const id of links.keys()) { const target = document.getElementById(id); if (target) observer.observe(target); }
    }

    const contents = document.querySelector("details.fr-contents-box");
    if (contents && matchMedia("(max-width: 64rem)").matches) contents.open = false;
  }

  const kinds = { table, scatter, topics };

  function start() {
    for (const root of document.querySelectorAll("[data-fr]:not(.fr-ready)")) {
      root.classList.add("fr-ready");
      kinds[root.dataset.fr]?.(root);
    }
  }

  window.framingReport = start;
  if (document.documentElement.classList.contains("fr-page")) page();
  start();
  if (!document.documentElement.classList.contains("fr-page")) {
    let waiting = false; // JupyterLab attaches outputs late
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; start(); }); } };
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  }
})();
