"""The notebooks in a real JupyterLab: opened, run, and the widgets used, in headless Chromium."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from browsing import browser, chromium, pictures
from hostile import EVIL, LEXICON, hostile

from framing import corpus, datasets, store

pytestmark = [pytest.mark.browser, pytest.mark.notebook]

PATIENCE = 200_000
"""Milliseconds a step may take on a machine that does other things as well."""
CHOICES = ("outlet", "against")
SMALL = {
    "00_corpus": {"study": "other", "dataset": "sample", "n_articles": 240},
    "10_keyness": {"replicates": 100},
    "11_maps": {"replicates": 50},
    "20_topics": {"n_topics": 4, "starts": 1, "n_refits": 2, "replicates": 2},
    "21_topic_choice": {"numbers": [2, 3], "n_seeds": 2},
    "32_corrected": {"people": "sample/frames/3", "strata": ["outlet"]},
    "41_trends": {"replicates": 50, "freq": "quarter", "actor": "kim_jong_un"},
    "90_multiverse": {"replicates": 50},
}
"""Parameters by which each notebook is done in seconds; they are set in its own cell, as a person does."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, root) -> Path:
    """A project folder with the notebooks and two small prepared studies, one of them hostile."""
    folder = tmp_path_factory.mktemp("lab") / "project"
    shutil.copytree(root / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(root / "params", folder / "params")
    before = os.environ.get(store.OUTPUTS)
    os.environ[store.OUTPUTS] = str(folder / "outputs")
    try:
        prepare("sample", root)
        words = folder / "params" / "lexicon" / "hostile.yaml"
        words.write_text(yaml.safe_dump(LEXICON, allow_unicode=True), encoding="utf-8")
        prepare("hostile", root, change=hostile, lexicon=words)
    finally:
        if before is None:
            del os.environ[store.OUTPUTS]
        else:
            os.environ[store.OUTPUTS] = before
    return folder


def prepare(study: str, root: Path, n_articles: int = 240, change=None, lexicon: Path | None = None) -> None:
    """The prepared tables of a small made-up press, without the notebook that makes them."""
    from framing import duplicates

    articles = datasets.sample_press(n_articles, seed=3).articles
    articles = change(articles) if change else articles
    clusters = duplicates.clusters(articles)
    articles = corpus.with_clusters(articles, clusters)
    lexicon = lexicon or root / "params" / "lexicon" / "northeast_asia.yaml"
    tokens, counts, mentions = corpus.words(articles, lexicon=str(lexicon))
    tables = {"articles": articles, "clusters": clusters, "tokens": tokens, "counts": counts, "mentions": mentions}
    for name, table in tables.items():
        store.save(table, name, study)


@pytest.fixture(scope="module")
def lab(workspace, tmp_path_factory):
    """Address of a JupyterLab of its own: nothing of the person's settings, shut down at the end."""
    chromium()
    own = tmp_path_factory.mktemp("jupyter")
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
              "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")  # fmt: skip
    environment = {**os.environ, **{name: str(own / name.lower()) for name in places}, "OPENBLAS_NUM_THREADS": "1"}
    environment.pop(store.OUTPUTS, None)
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--ServerApp.port_retries=0",
               "--IdentityProvider.token=desk", "--ServerApp.allow_root=True", f"--ServerApp.root_dir={workspace}",
               "--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    quiet = own / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')  # it would ask, and then ask the network
    whole = own / "jupyterlab_settings_dir" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    whole.parent.mkdir(parents=True)
    whole.write_text('{"windowingMode": "none"}')  # every cell is there to be looked at
    log = own / "log.txt"
    with open(log, "w") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        yield address(own / "jupyter_runtime_dir", server, log)
    finally:
        server.terminate()  # a second signal is not needed: there is no terminal to ask
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def address(runtime: Path, server: subprocess.Popen, log: Path, patience: float = 600) -> str:
    """Where the server listens, as soon as it answers."""
    until = time.monotonic() + patience
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                url = json.loads(path.read_text())["url"]
                urllib.request.urlopen(f"{url}api/status?token=desk", timeout=5).close()
            except (OSError, ValueError):
                continue
            return url
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def chrome(lab):
    with browser() as opened:
        yield opened


class Notebook:
    """A notebook open in JupyterLab."""

    def __init__(self, chrome, lab: str, name: str):
        self.context = chrome.new_context(viewport={"width": 1300, "height": 1500})
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.rstrip("/"))
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda r: self.foreign.append(r.url) if not self._own(r.url, lab) else None)
        self.page.goto(f"{lab}lab/tree/notebooks/{name}?token=desk&reset")
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # cells run before that are forgotten

    def _said(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location['url']})")

    @staticmethod
    def _own(url: str, lab: str) -> bool:
        return url.startswith((lab, lab.replace("http", "ws", 1), "data:", "blob:"))

    def theme(self, name: str) -> None:
        """Switch JupyterLab to its light or its dark theme."""
        self.page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        dark = str("Dark" not in name).lower()
        self.page.locator(f"body[data-jp-theme-light={dark}]").wait_for(state="attached")

    def run_all(self, patience: int = PATIENCE) -> None:
        """Run every cell and wait until all have their number."""
        page = self.page
        page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
        page.wait_for_function(
            """() => {
              const all = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((p) => p.textContent);
              const cells = jupyterapp.shell.currentWidget.content.model.toJSON().cells;
              return cells.some((cell) => (cell.outputs || []).some((output) => output.output_type === 'error'))
                || (all.length && all.every((text) => /\\[\\d+\\]/.test(text)));
            }""",
            timeout=patience,
        )
        assert self.errors() == []

    def errors(self) -> list[str]:
        """What cells ended with or wrote to stderr; a cell that failed leaves those after it unrun."""
        return self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.model.toJSON().cells.flatMap((cell) => cell.outputs || [])
              .filter((output) => output.output_type === 'error' || output.name === 'stderr')
              .map((output) => output.evalue || [output.text].flat().join(''))"""
        )

    def is_well(self) -> None:
        """No cell failed, the console holds no error, and nothing was asked of another machine."""
        assert self.errors() == []
        assert self.complaints == []
        assert self.foreign == []

    def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def opened(chrome, lab):
    made = []

    def open_(name: str) -> Notebook:
        made.append(Notebook(chrome, lab, name))
        return made[-1]

    yield open_
    for notebook in made:
        notebook.close()


def number_in(notebook: Path, values: dict) -> None:
    """Set parameters in a notebook's own cell, as a person does who opens it."""
    node = nbformat.read(notebook, as_version=4)
    cell = next(c for c in node.cells if "parameters" in c.metadata.get("tags", []))
    for name, value in values.items():
        lines = cell.source.split("\n")
        (at,) = [i for i, line in enumerate(lines) if line.startswith(f"{name}:")]
        lines[at] = f"{name} = {value!r}"
        cell.source = "\n".join(lines)
    nbformat.write(node, notebook)


@pytest.mark.parametrize(
    "stem", [p.stem for p in sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))]
)
def test_every_question_runs_in_jupyterlab_and_shows_itself_by_day_and_by_night(stem, opened, workspace):
    number_in(workspace / "notebooks" / f"{stem}.ipynb", SMALL.get(stem, {}))
    notebook = opened(f"{stem}.ipynb")
    notebook.run_all(3 * PATIENCE)
    page = notebook.page
    page.locator(".fr-stamp").last.wait_for()
    sizes = page.evaluate(
        """[...document.querySelectorAll('.jp-OutputArea-output .fr')].map((piece) => {
             const room = piece.closest('.jp-OutputArea-output');
             return [piece.className, piece.getBoundingClientRect().width, room.clientWidth, piece.offsetHeight];
           })"""
    )
    assert len(sizes) > 5 and not [s for s in sizes if s[1] > s[2] + 1 or s[3] < 10], (
        "a piece that does not fit or show"
    )
    for theme in ("Dark", "Light"):
        notebook.theme(f"JupyterLab {theme}")
        for at, what in enumerate((".fr-finding", ".fr-picture, .fr-scatter", ".fr-table")):
            if page.locator(what).count():
                page.locator(what).first.scroll_into_view_if_needed()
                notebook.picture(pictures() / f"lab-{stem}-{theme.lower()}-{at}.png")
        ink, paper = page.evaluate(
            """[getComputedStyle(document.querySelector('.fr-finding')).color,
                getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor].map(
                  (colour) => colour.match(/[0-9]+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0))"""
        )
        assert (ink > paper) == (theme == "Dark"), "text as dark as what it stands on"
    notebook.is_well()


def test_the_desk_follows_its_widgets_and_copies_what_it_shows(opened):
    notebook = opened("explore.ipynb")
    notebook.run_all()
    page = notebook.page
    page.locator(".framing-told").wait_for()
    assert page.locator(".fr-picture").count() == 1

    outlet, against = (page.locator(".widget-dropdown", has_text=label).locator("select") for label in CHOICES)
    first, second = outlet.locator("option").all_inner_texts()[1:3]
    outlet.select_option(label=first)
    page.locator(".framing-told pre", has_text=f"target: {first}").wait_for()
    against.select_option(label=second)
    page.locator(".framing-told pre", has_text=f"reference: {second}").wait_for()
    page.get_by_role("button", name="Copy as parameters").click()
    page.locator(".framing-told [role=status]", has_text="copied").wait_for()
    assert f"target: {first}\nreference: {second}\n" in page.evaluate("navigator.clipboard.readText()")
    notebook.picture(pictures() / "explore.png")

    for heading, shown in (
        ("Lines", ".fr-table tbody tr"),
        ("Topics", ".fr-topics"),
        ("Frames", ".fr-picture svg"),
        ("Pages", ".fr-picture svg"),
    ):
        page.locator(".lm-TabBar-tabLabel", has_text=heading).click()
        page.locator(f"{shown} >> visible=true").first.wait_for()
        page.locator(".framing-told:visible").wait_for()
        notebook.picture(pictures() / f"explore-{heading.lower()}.png")
    notebook.is_well()


def choose(page, label: str, value: str) -> None:
    """Choose by the name a person reads; the widget sets it with blanks that do not break."""
    box = page.locator(".widget-dropdown", has_text=label).locator("select")
    box.select_option(index=offered(page, label).index(value))


def offered(page, label: str) -> list[str]:
    texts = page.locator(".widget-dropdown", has_text=label).locator("option").all_text_contents()
    return [text.replace("\xa0", " ") for text in texts]


def copied(page) -> dict:
    """What the view in front copies, as YAML reads it."""
    page.locator(".framing-told:visible").wait_for()
    page.get_by_role("button", name="Copy as parameters").locator("visible=true").click()
    page.locator(".framing-told [role=status]:visible", has_text="copied").wait_for()
    return yaml.safe_load(page.evaluate("navigator.clipboard.readText()"))


def front(page, heading: str) -> None:
    """Bring a view to the front and wait until it is whole."""
    page.locator(".lm-TabBar-tabLabel", has_text=heading).click()
    page.locator(".framing-told:visible").wait_for()
    settled(page)


def settled(page) -> None:
    """Wait until nothing more is computed."""
    page.wait_for_function(
        "() => { const bar = document.querySelector('.widget-hprogress');"
        " return (!bar || !bar.checkVisibility()) && document.body.innerText.includes('this view follows'); }"
    )


def framing(workspace: Path, *words: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if k != store.OUTPUTS}
    command = [sys.executable, "-m", "framing.cli", *words]
    return subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True)


def test_every_widget_is_followed_and_what_is_copied_gives_the_same_in_batch(opened, workspace):
    notebook = opened("explore.ipynb")
    notebook.run_all()
    page = notebook.page
    settled(page)
    choose(page, "actor", offered(page, "actor")[1])
    front(page, "Lines")
    page.locator(".fr-caption:visible", has_text="Words within 10 tokens of").wait_for()
    lines_of_actor = copied(page)
    assert lines_of_actor["match"] == "actor" and lines_of_actor["study"] == "sample"

    page.get_by_placeholder("a word, as in the counts").fill("大統領")
    page.keyboard.press("Tab")
    page.locator(".framing-told:visible pre", has_text="大統領").wait_for()
    assert copied(page) == {"study": "sample", "query": "大統領", "match": "phrase", "lines": 200}

    whole = page.locator(".widget-hslider .widget-readout").inner_text()
    page.locator(".widget-hslider .noUi-handle").last.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "(text) => document.querySelector('.widget-hslider .widget-readout').innerText !== text", arg=whole
    )
    until = page.locator(".widget-hslider .widget-readout").inner_text()[-7:]
    page.locator(".framing-told:visible pre", has_text=until).wait_for()  # each step is computed; this is the last one
    settled(page)
    lines = copied(page)
    assert lines["until"] == until < whole[-7:]
    seen = page.locator(".fr-table:visible").last.locator("tbody tr:not([hidden])").first
    first = seen.locator("td").all_inner_texts()[1:5]

    front(page, "Topics")
    page.locator(".widget-text input[type=number]").fill("3")
    page.keyboard.press("Tab")
    page.locator(".fr-caption:visible", has_text="3 topics").wait_for()
    page.locator(".fr-topics:visible .fr-topic").nth(1).click()
    topics = copied(page)
    assert topics == {"study": "sample", "n_topics": 3}
    front(page, "Pages")
    page.locator(".fr-picture:visible svg").first.wait_for()
    pages = copied(page)
    front(page, "Words")
    page.locator(".framing-told:visible pre", has_text=until).wait_for()  # computed for the window before it is read
    words = copied(page)
    assert pages == words | {"keep": {"actor": [lines_of_actor["query"]]}}

    for name, values in {
        "10_keyness": words,
        "12_contexts": lines,
        "20_topics": topics,
        "40_prominence": pages,
    }.items():
        file = workspace / "params" / "sample" / f"{name}.explored.yaml"
        file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        checked = framing(workspace, "check", str(file))
        assert checked.returncode == 0, checked.stdout + checked.stderr
    ran = framing(workspace, "run", "params/sample/12_contexts.explored.yaml")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = workspace / "outputs" / "sample" / "12_contexts.explored.files"
    batch = pd.read_csv(report / "table-02.csv", encoding="utf-8-sig").iloc[0]
    assert first == [str(batch[name]) for name in ("date", "left", "node", "right")]

    choose(page, "study", "hostile")
    page.locator(".framing-told:visible pre", has_text="study: hostile").wait_for()
    choose(page, "study", "sample")
    page.locator(".framing-told:visible pre", has_text="study: sample").wait_for()
    notebook.picture(pictures() / "explore-switched.png")
    notebook.is_well()


def test_a_hostile_study_at_the_desk_is_shown_as_text_and_copied_whole(opened, workspace):
    notebook = opened("explore.ipynb")
    notebook.run_all()
    page = notebook.page
    choose(page, "study", "hostile")
    page.locator(".framing-told:visible pre", has_text="study: hostile").wait_for()
    articles = pd.read_parquet(workspace / "outputs" / "hostile" / "tables" / "articles.parquet")
    outlets = sorted(articles["outlet"].astype(str).unique())
    assert set(offered(page, "against")) >= set(outlets), "an outlet is offered under the name it has"
    one, other = outlets[1], outlets[2]
    choose(page, "outlet", one)
    page.locator(".framing-told:visible pre", has_text="target").wait_for()
    choose(page, "against", other)
    page.locator(".framing-told:visible pre", has_text="reference").wait_for()
    taken = {"10_keyness": copied(page)}
    assert taken["10_keyness"] == {"study": "hostile", "target": one, "reference": other}
    front(page, "Lines")
    for text, known in ((EVIL[4], False), (EVIL[7], False), (EVIL[6], False), (EVIL[0], True)):
        page.get_by_placeholder("a word, as in the counts").fill(text)
        page.keyboard.press("Tab")
        where = ".fr-caption:visible" if known else "[role=status]:visible"
        page.locator(where, has_text=text).first.wait_for()
    taken["12_contexts"] = copied(page)
    assert taken["12_contexts"]["keep"] == {"outlet": [one, other]}
    assert taken["12_contexts"]["query"] == EVIL[0]
    front(page, "Topics")
    page.locator(".fr-topics:visible").wait_for()
    taken["20_topics"] = copied(page)
    front(page, "Pages")
    page.locator(".fr-picture:visible svg").first.wait_for()
    taken["40_prominence"] = copied(page)
    assert taken["40_prominence"]["keep"] == {"outlet": [one, other]}
    notebook.picture(pictures() / "explore-hostile.png")
    assert page.evaluate("window.ran") is None
    assert page.locator(".jp-OutputArea img, .jp-OutputArea iframe, .jp-OutputArea [onload], [onerror]").count() == 0
    (workspace / "params" / "hostile").mkdir()
    for name, values in taken.items():
        file = workspace / "params" / "hostile" / f"{name}.explored.yaml"
        file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    checked = framing(workspace, "check", "params/hostile")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    notebook.is_well()


def test_a_table_in_a_notebook_is_live(opened):
    notebook = opened("12_contexts.ipynb")
    notebook.run_all()
    page = notebook.page
    table = page.locator(".fr-table").last
    before = table.locator("tbody tr:visible").count()
    table.locator("input.fr-filter").fill("no line has these words")
    page.wait_for_function("([table, n]) => table.querySelectorAll('tbody tr:not([hidden])').length < n",
                           arg=[table.element_handle(), before])  # fmt: skip
    notebook.picture(pictures() / "jupyterlab.png")
    notebook.is_well()
