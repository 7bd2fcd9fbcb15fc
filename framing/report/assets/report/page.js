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
    code.addEventListener("click", () => {
      const open = code.getAttribute("aria-pressed") !== "true";
      for (const cell of cells) cell.open = open;
      if (open) { for (const box of cells.slice(0, 1)) reveal(box.parentElement); }
      code.setAttribute("aria-pressed", String(open));
      code.textContent = open ? code.dataset.hide : code.dataset.show;
    });
  }

  /* a link into what is closed opens it */
  function reveal(target) {
    for (let box = target?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target?.scrollIntoView();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) reveal(document.getElementById(link.hash.slice(1)));
  });
  if (location.hash) reveal(document.getElementById(location.hash.slice(1)));

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
