function topics(root) {
  const list = dataOf(root).topics;
  const words = JSON.parse(root.dataset.words);
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

  const broad = matchMedia("(max-width: 40rem)").matches ? 330 : 640; // letters stay as large on a phone

  function outlets(items) {
    const height = 24 * items.length + 20;
    const svg = draw("svg", { viewBox: `0 0 ${broad} ${height}`, class: "fr-chart", role: "img" });
    const top = Math.max(...items.map((item) => item.high ?? item.share ?? 0)) || 1;
    const wide = (text) => [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 12 : 7.5), 0);
    const left = Math.min(180, Math.max(...items.map((item) => wide(item.outlet)))) + 14;
    const x = (share) => left + (broad - 90 - left) * share / top;
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
    svg.append(draw("text", { x: left, y: height - 2 }, "0"), draw("text", { x: broad - 90, y: height - 2, "text-anchor": "end" }, percent(top)));
    return svg;
  }

  function series(points) {
    const svg = draw("svg", { viewBox: `0 0 ${broad} 150`, class: "fr-chart", role: "img" });
    const top = Math.max(...points.map((point) => point.share ?? 0)) || 1;
    const [x, y] = [(i) => 44 + (broad - 60) * i / Math.max(1, points.length - 1), (share) => 122 - 108 * share / top];
    const [first, last] = [points[0], points[points.length - 1]];
    svg.setAttribute("aria-label", `${words.over_time}: ${first.period} ${percent(first.share ?? 0)}; ${last.period} ${percent(last.share ?? 0)}`);
    svg.append(draw("path", { class: "fr-grid", d: `M44 122H${broad - 16}` }));
    svg.append(draw("polyline", { class: "fr-line", points: points.map((point, i) => `${x(i).toFixed(1)},${y(point.share ?? 0).toFixed(1)}`).join(" ") }));
    svg.append(draw("text", { x: 38, y: 18, "text-anchor": "end" }, percent(top)), draw("text", { x: 38, y: 126, "text-anchor": "end" }, "0"));
    svg.append(draw("text", { x: 44, y: 142 }, first.period), draw("text", { x: broad - 16, y: 142, "text-anchor": "end" }, last.period));
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
