"""The notebooks in a real JupyterLab: opened, run, and the widgets used, in headless Chromium."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from browsing import browser, chromium

from framing import corpus, datasets, store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

PATIENCE = 40_000
"""Milliseconds a step may take on a machine that does other things as well."""
CHOICES = ("outlet", "against")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, root) -> Path:
    """A project folder with the notebooks and one small prepared study."""
    folder = tmp_path_factory.mktemp("lab") / "project"
    shutil.copytree(root / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(root / "params", folder / "params")
    before = os.environ.get(store.OUTPUTS)
    os.environ[store.OUTPUTS] = str(folder / "outputs")
    try:
        prepare("sample", root)
    finally:
        if before is None:
            del os.environ[store.OUTPUTS]
        else:
            os.environ[store.OUTPUTS] = before
    return folder


def prepare(study: str, root: Path, n_articles: int = 240) -> None:
    """The prepared tables of a small made-up press, without the notebook that makes them."""
    from framing import duplicates

    articles = datasets.sample_press(n_articles, seed=3).articles
    clusters = duplicates.clusters(articles)
    articles = corpus.with_clusters(articles, clusters)
    lexicon = str(root / "params" / "lexicon" / "northeast_asia.yaml")
    tokens, counts, mentions = corpus.words(articles, lexicon=lexicon)
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
               "--LabApp.extension_manager=readonly"]  # fmt: skip
    quiet = own / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')  # it would ask, and then ask the network
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


def address(runtime: Path, server: subprocess.Popen, log: Path, patience: float = 60) -> str:
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

    def run_all(self) -> None:
        """Run every cell and wait until all have their number."""
        page = self.page
        page.locator(".jp-Notebook").click(position={"x": 5, "y": 5})
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function(
            """() => {
              const all = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((p) => p.textContent);
              return document.querySelector('[data-mime-type="application/vnd.jupyter.error"]')
                || (all.length && all.every((text) => /\\[\\d+\\]/.test(text)));
            }""",
            timeout=PATIENCE,
        )

    def errors(self) -> list[str]:
        """What went wrong in a cell's output."""
        kinds = ("error", "stderr")
        wanted = ", ".join(f'[data-mime-type="application/vnd.jupyter.{kind}"]' for kind in kinds)
        return self.page.locator(wanted).all_inner_texts()

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


def test_the_desk_follows_its_widgets_and_copies_what_it_shows(opened, root):
    notebook = opened("explore.ipynb")
    notebook.run_all()
    page = notebook.page
    page.locator(".framing-told").wait_for()
    assert page.locator(".fr-picture svg").count() == 1

    outlet, against = (page.locator(".widget-dropdown", has_text=label).locator("select") for label in CHOICES)
    first, second = outlet.locator("option").all_inner_texts()[1:3]
    outlet.select_option(label=first)
    page.locator(".framing-told pre", has_text=f"target: {first}").wait_for()
    against.select_option(label=second)
    page.locator(".framing-told pre", has_text=f"reference: {second}").wait_for()
    page.get_by_role("button", name="Copy as parameters").click()
    page.locator(".framing-told [role=status]", has_text="copied").wait_for()
    assert f"target: {first}\nreference: {second}\n" in page.evaluate("navigator.clipboard.readText()")
    notebook.picture(root / "outputs" / "screenshots" / "explore.png")

    for heading, shown in (("Lines", ".fr-table tbody tr"), ("Topics", ".fr-topics"), ("Pages", ".fr-picture svg")):
        page.locator(".lm-TabBar-tabLabel", has_text=heading).click()
        page.locator(f"{shown} >> visible=true").first.wait_for()
        page.locator(".framing-told:visible").wait_for()
        notebook.picture(root / "outputs" / "screenshots" / f"explore-{heading.lower()}.png")
    notebook.is_well()


def test_a_question_notebook_runs_and_its_table_is_live(opened, root):
    notebook = opened("12_contexts.ipynb")
    notebook.run_all()
    page = notebook.page
    table = page.locator(".fr-table").last
    before = table.locator("tbody tr:visible").count()
    table.locator("input.fr-filter").fill("no line has these words")
    page.wait_for_function("([table, n]) => table.querySelectorAll('tbody tr:not([hidden])').length < n",
                           arg=[table.element_handle(), before])  # fmt: skip
    notebook.picture(root / "outputs" / "screenshots" / "jupyterlab.png")
    notebook.is_well()
