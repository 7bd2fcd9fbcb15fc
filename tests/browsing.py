"""Opens pages in headless Chromium and remembers whatever they ask for, say or break."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
PAPER = 673
"""Pixels across a sheet of A4 inside the margins of the print stylesheet."""


def chromium() -> str:
    """Where Chromium is; skips the test where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium on this machine (on Debian: apt-get install chromium); the browser test is not run")
    return found


@contextmanager
def browser():
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


def pictures() -> Path:
    """The folder for screenshots a person looks at: the one FRAMING_SCREENSHOTS names, or outputs/screenshots."""
    folder = Path(
        os.environ.get("FRAMING_SCREENSHOTS", Path(__file__).resolve().parents[1] / "outputs" / "screenshots")
    )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Visit:
    """A page opened from a file, with what it asked for (``requests``) and complained of (``complaints``)."""

    def __init__(self, browser, path: Path, *, width: int = 1280, **options):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(300_000)  # milliseconds; a busy machine is no fault of the page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append("a dialog opened"), dialog.dismiss()))
        self.address = path.resolve().as_uri()
        self.page.goto(self.address)

    def _asked(self, request) -> None:
        if request.url.partition("#")[0] != self.address and not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)

    def serious(self, *rules: str) -> list[str]:
        """What axe-core finds wrong, however slight, with the elements; every rule, or those named."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
        found = Axe().run(self.page, options={"resultTypes": ["violations"], **options}).response["violations"]
        return [f"{rule['id']}: {rule['help']}: {[node['html'][:160] for node in rule['nodes'][:3]]}" for rule in found]

    def wide(self) -> int:
        """Pixels by which the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def beyond(self) -> list[str]:
        """Elements whose content is wider than they are and which do not scroll by themselves."""
        return self.page.evaluate(_BEYOND)

    def close(self) -> None:
        self.context.close()


_BEYOND = """() => [...document.querySelectorAll('body *')].filter((box) => {
  if (!box.checkVisibility() || box.closest('svg, .fr-sr, select')) return false;  // a select cuts what is chosen
  const style = getComputedStyle(box);
  if (style.display === 'inline' || box.clientWidth === 0 || /auto|scroll/.test(style.overflowX)) return false;
  return box.scrollWidth > box.clientWidth + 1;
}).map((box) => `${box.tagName}.${box.className}: ${box.textContent.trim().slice(0, 40)}`).slice(0, 3)"""


def every_way(browser, path: Path, kept: str) -> list[str]:
    """What is wrong with a report by day, by night, on a phone, on paper and without its script; each a sentence.

    Pictures for a person land under ``kept``, one a way.
    """
    visit, wrong = Visit(browser, path), []
    try:
        wrong += [f"asked for {visit.requests}"] if visit.requests else []
        _keep(visit.page, f"{kept}-first")  # what a reader sees before anything is opened
        visit.page.evaluate("document.querySelectorAll('.fr-appendix').forEach(box => { box.open = true; })")
        wrong += _order(visit.page) + _unseen(visit.page) + _worked(visit.page)
        wrong += [f"by day: {found}" for found in visit.serious()]
        wrong += [f"wider than its box: {found}" for found in visit.beyond()]
        _keep(visit.page, f"{kept}-light")
        visit.page.emulate_media(color_scheme="dark")
        wrong += [f"by night: {found}" for found in visit.serious("color-contrast")]
        _keep(visit.page, f"{kept}-dark")
        visit.page.emulate_media(color_scheme="light")
        visit.page.set_viewport_size({"width": 360, "height": 780})
        wrong += [f"{visit.wide()} pixels too wide for a phone"] if visit.wide() > 0 else []
        wrong += [f"wider than its box on a phone: {found}" for found in visit.beyond()]
        _keep(visit.page, f"{kept}-phone")
        wrong += _printed(visit)
        wrong += ["text from data ran as a script"] if visit.page.evaluate("window.ran") is not None else []
        wrong += visit.complaints
    finally:
        visit.close()
    return wrong + _plain(browser, path)


def _keep(page, name: str) -> None:
    page.screenshot(path=pictures() / f"{name}.png")


def _order(page) -> list[str]:
    """Headings in order, one title, no link that leads nowhere, no figure without a text for it."""
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    wrong = [] if levels[:1] == [1] and levels.count(1) == 1 else [f"headings {levels}"]
    wrong += [f"skips a heading: {levels}"] if any(b - a > 1 for a, b in zip(levels, levels[1:], strict=False)) else []
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    empty = page.evaluate(
        """[...document.querySelectorAll('main h2, footer h2')].filter((heading) => {
             let after = heading.nextElementSibling ?? heading.parentElement.nextElementSibling;
             while (after && !after.innerText.trim() && !after.querySelector('svg')) after = after.nextElementSibling;
             return !after || /^H[12]$/.test(after.tagName) || /^H[12]$/.test(after.firstElementChild?.tagName);
           }).map((heading) => heading.innerText)"""
    )
    silent = page.evaluate(
        """[...document.querySelectorAll('svg[role=img]')].filter((svg) =>
             !svg.getAttribute('aria-label') && !(svg.getAttribute('aria-labelledby') ?? '').split(' ').some((id) =>
               document.getElementById(id)?.textContent.trim())).length"""
    )
    wrong += [f"links lead nowhere: {lost}"] if lost else []
    wrong += [f"sections without content: {empty}"] if empty else []
    return wrong + ([f"{silent} figures have no text for them"] if silent else [])


_NO_GLYPH = r"""() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 26, height: 26 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.font = '18px ' + getComputedStyle(document.body).fontFamily;
  const drawn = (sign) => {
    context.clearRect(0, 0, 26, 26);
    context.fillText(sign, 3, 20);
    return context.getImageData(0, 0, 26, 26).data.join();
  };
  const box = drawn('\u{10fffd}');
  return [...new Set(document.body.textContent)].filter((sign) => drawn(sign) === box).slice(0, 20);
}"""


def _unseen(page) -> list[str]:
    """Signs of the page that no font of the machine can draw: they look as one that no font can have."""
    unseen = page.evaluate(_NO_GLYPH)
    return [f"signs without a glyph: {unseen}"] if unseen else []


def _worked(page) -> list[str]:
    """Uses every control there is, by mouse and by keyboard; what does not answer."""
    wrong = []
    code = page.locator("[data-page=code]:visible")
    if code.count():
        code.focus()
        page.keyboard.press("Enter")
        if page.locator("details.fr-code[open]").count() == 0:
            wrong.append("the code does not open")
        page.keyboard.press("Enter")
    for table in page.locator(".fr-table").all():
        name = table.locator(".fr-caption").inner_text()[:60]
        rows, head = (
            table.locator("> .fr-scroll > table > tbody > tr:not(.fr-details)"),
            table.locator("thead th").first,
        )
        if table.locator(".fr-filter:visible").count():
            first = (rows.first.locator("td").first.inner_text().split() or ["–"])[0]
            table.locator(".fr-filter").fill(first)
            if not rows.locator("visible=true").count():
                wrong.append(f"filtering {name!r} by {first!r} finds nothing")
            table.locator(".fr-filter").fill("")
        if rows.count() > 1:
            head.locator("button").focus()
            page.keyboard.press("Enter")
            if not head.get_attribute("aria-sort"):
                wrong.append(f"{name!r} does not sort")
        opener = table.locator(".fr-open >> visible=true")
        if opener.count():
            for key in (None, "Enter"):
                before = table.locator("tr.fr-details:not([hidden])").count()
                opener.first.press(key) if key else opener.first.click()
                if table.locator("tr.fr-details:not([hidden])").count() == before:
                    wrong.append(f"the lines of {name!r} do not open and close")
    for topics in page.locator(".fr-topics").all():
        buttons, heading = topics.locator(".fr-topic"), topics.locator(".fr-heading")
        buttons.last.click()
        last = heading.inner_text()
        page.keyboard.press("Home")
        if buttons.count() > 1 and heading.inner_text() == last:
            wrong.append("the topic browser does not follow the keyboard")
    for scatter in page.locator(".fr-scatter").all():
        scatter.locator(".fr-mark[tabindex='0']").focus()
        page.keyboard.press("ArrowRight")
        if not scatter.locator(".fr-tip").is_visible():
            wrong.append("the scatter does not tell its marks by the keyboard")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    return wrong


_CUT = """(width) => [...document.querySelectorAll('body *')].filter((box) => {
  if (!box.checkVisibility() || box.closest('svg, .fr-sr, select')) return false;  // a select cuts what is chosen
  const place = box.getBoundingClientRect();
  return place.width > 1 && place.right > width + 1;
}).map((box) => `${box.tagName}.${box.className}: ${box.textContent.trim().slice(0, 40)}`).slice(0, 3)"""


def _printed(visit: Visit) -> list[str]:
    """On paper nothing lies beyond the margin or in a box that would have to be scrolled, and there are no buttons."""
    page = visit.page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 950})
    beyond = page.evaluate(_CUT, PAPER)
    held = page.evaluate(
        "[...document.querySelectorAll('.fr-scroll, pre, .fr-foreign')].filter(b => b.checkVisibility() && "
        "(b.scrollHeight > b.clientHeight + 2 || b.scrollWidth > b.clientWidth + 2) && "
        "getComputedStyle(b).overflow !== 'visible').map(b => b.textContent.trim().slice(0, 60))"
    )
    buttons = page.locator(".fr-top button:visible, .fr-tools:visible, .fr-pager button:visible").count()
    wrong = [f"beyond the edge of the paper: {beyond}"] if beyond else []
    wrong += [f"cut off on paper: {held}"] if held else []
    wrong += [f"{buttons} buttons on paper"] if buttons else []
    wrong += [] if page.pdf(format="A4")[:5] == b"%PDF-" else ["no PDF"]
    page.emulate_media(media="screen")
    return wrong


def _plain(browser, path: Path) -> list[str]:
    """Without the script every table and figure is still there, some after a click that opens the appendix, and no
    control that would do nothing.
    """
    visit = Visit(browser, path, java_script_enabled=False)
    try:
        page, wrong = visit.page, []
        for lid in page.locator(".fr-appendix > summary").all():
            lid.click()
        for what in (".fr-table table", ".fr-picture svg", ".fr-scatter svg", ".fr-topics-plain"):
            there = page.locator(what)
            if there.count() and not there.first.is_visible():
                wrong.append(f"without its script {what} is not there")
        if page.locator("button:visible, input:visible").count():
            wrong.append("without its script there are buttons that do nothing")
        return wrong + [f"without its script: {said}" for said in visit.complaints if "Content Security" in said]
    finally:
        visit.close()
