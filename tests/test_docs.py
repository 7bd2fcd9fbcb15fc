"""What the documents say to type is typed here."""

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from framing import cli, corpus, datasets, duplicates, messages, prominence, store, study

GUIDES = ("docs/guide.md", "docs/guide.ja.md")
DOCS = ("README.md", "README.ja.md", "CONTRIBUTING.md", *GUIDES)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = ("python", "sh")
NOT_RUN = ("text", "yaml", "bibtex")


def blocks(path: Path) -> list[tuple[str, str]]:
    return _BLOCK.findall(path.read_text(encoding="utf-8"))


def commands(path: Path) -> list[list[str]]:
    """Every command of the shell blocks, as words."""
    lines = [line for kind, text in blocks(path) if kind == "sh" for line in text.splitlines()]
    return [words for words in (shlex.split(line, comments=True) for line in lines) if words]


@pytest.fixture(scope="module")
def project(tmp_path_factory, root) -> Path:
    """An empty project: notebooks, lexicons, codebooks and claims, no corpus."""
    folder = tmp_path_factory.mktemp("docs") / "project"
    shutil.copytree(root / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for name in store.SHARED:
        shutil.copytree(root / "params" / name, folder / "params" / name)
    return folder


def run(words: list[str], cwd: Path) -> str:
    """Run ``framing …`` with this Python; what it printed, or a failure that shows it."""
    environment = {k: v for k, v in os.environ.items() if k != "FRAMING_OUTPUTS"}
    done = subprocess.run(
        [sys.executable, "-m", "framing.cli", *words], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"framing {' '.join(words)}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def asked(words: list[str], cwd: Path) -> str:
    """As :func:`run`, in this process: for what only reads."""
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, f"framing {' '.join(words)}:\n{done.output}"
    return done.output


def test_every_block_says_whether_it_is_run(root):
    for name in DOCS:
        kinds = {kind for kind, _ in blocks(root / name)}
        assert kinds <= {*RUN, *NOT_RUN}, f"{name}: a block is python or sh, or one of {NOT_RUN}"


@pytest.mark.slow
def test_the_guide_works_from_its_first_line_to_its_last(project, root, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.delenv("FRAMING_OUTPUTS", raising=False)
    scope: dict = {}
    said = ""
    prepared_sample(root)
    for kind, text in blocks(root / "docs" / "guide.md"):
        if kind == "sh":
            for words in map(shlex.split, text.splitlines()):
                assert words[0] == "framing", f"the guide runs framing only, not {words[0]}"
                said = run(words[1:], project)
        elif kind == "python" and text.startswith(">>>"):
            check_session(text, scope)
        elif kind == "python":
            exec(compile(text, "docs/guide.md", "exec"), scope)
    assert said.startswith("unchanged"), "the guide says what the last command prints"
    assert list(scope["mine"].articles["outlet"].unique())
    record = json.loads((project / "outputs" / "mine" / "50_sections.json").read_text(encoding="utf-8"))
    assert record["status"] == "ok"


def without_comments(kind: str, text: str) -> list[str]:
    """The lines of a block as they run; a session and a text hold no comments."""
    lines = text.splitlines()
    if kind == "python" and not text.startswith(">>>"):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                lines[token.start[0] - 1] = token.line[: token.start[1]]
    elif kind in {"sh", "yaml"}:
        lines = [re.sub(r"(^|\s)#.*$", "", line) for line in lines]
    return [line.rstrip() for line in lines if line.strip()]


def outline(path: Path) -> list[tuple]:
    """A tuple per section: its level, its blocks, and how many items, rows of tables and lead words."""
    code = [(kind, without_comments(kind, text)) for kind, text in blocks(path)]
    found = []
    for section in re.split(r"^(?=#)", _BLOCK.sub("```", path.read_text(encoding="utf-8")), flags=re.MULTILINE)[1:]:
        counts = [len(re.findall(mark, section, re.MULTILINE)) for mark in (r"^- ", r"^\d+\. ", r"^\|", r"^\*\*")]
        here, code = code[: section.count("```")], code[section.count("```") :]
        found.append((section.index(" "), *counts, here))
    assert not code
    return found


def test_both_guides_have_the_same_sections_and_the_same_blocks(root):
    english, japanese = (outline(root / name) for name in GUIDES)
    for at, (one, other) in enumerate(zip(english, japanese, strict=True)):
        assert one == other, f"section {at} of {GUIDES} differs (level, items, numbers, rows, lead words, blocks)"


def test_blocks_that_differ_in_more_than_comments_are_told_apart():
    one = 'x = "# no comment"  # a comment\n'
    assert without_comments("python", one) == without_comments("python", 'x = "# no comment"  # 注\n')
    assert without_comments("python", one) != without_comments("python", 'x = "# 注"  # a comment\n')
    assert without_comments("sh", "framing run  # all\n") != without_comments("sh", "framing check  # all\n")


def prepared_sample(root: Path) -> None:
    """A small study named sample, as ``make demo`` prepares it."""
    articles = datasets.sample_press(1200).articles
    clusters = duplicates.clusters(articles)
    articles = corpus.with_clusters(articles, clusters)
    tokens, counts, mentions = corpus.words(articles, lexicon=str(root / "params" / "lexicon" / "northeast_asia.yaml"))
    tables = {"articles": articles, "clusters": clusters, "tokens": tokens, "counts": counts, "mentions": mentions}
    store.save_all(tables, "sample")


def tasks(root: Path) -> list[str]:
    """The ten tasks of the guide, as code."""
    text = (root / "docs" / "guide.md").read_text(encoding="utf-8").split("## Ten tasks\n")[1].split("\n## ")[0]
    return [code for kind, code in _BLOCK.findall(text) if kind == "python"]


def test_each_of_the_ten_tasks_takes_three_lines_at_most(root):
    found = tasks(root)
    assert len(found) == 10
    for code in found:
        lines = [line for line in code.splitlines() if line and not line.startswith(("import ", "pair = "))]
        assert len(lines) <= 3, code


ON_FRONTPAGE = {
    '"sample"': '"frontpage"',
    "東都新報": "読売新聞",
    "西都タイムス": "朝日新聞",
    '"section": ["国際", "政治"]': '"is_nkor": [1]',
    "2020": "2002-09-17",
    "2022-06": "2004-12-31",
    "大統領": "拉致",
    '"putin"': '"north_korea"',
    "kim_jong_un": "north_korea",
    "2021-07-01": "2002-09-17",
}
"""What the tasks name of sample → what stands for it in frontpage, whose articles all stand on page 1."""


@pytest.mark.slow
def test_the_ten_tasks_run_on_frontpage_where_it_is_prepared(project, root, monkeypatch):
    place = store.outputs() if store.has("counts", "frontpage") else root / "outputs"
    if not (place / "frontpage" / "tables" / "counts.parquet").is_file():
        pytest.skip("frontpage is not prepared: make frontpage")
    monkeypatch.setenv("FRAMING_OUTPUTS", str(place))
    monkeypatch.chdir(project)
    scope: dict = {}
    for at, code in enumerate(tasks(root), start=1):
        if at in (6, 7, 10):
            continue  # every article of frontpage stands on page 1
        for old, new in ON_FRONTPAGE.items():
            code = code.replace(old, new)
        exec(compile(code, f"task {at}", "exec"), scope)
    assert len(scope["chosen"].articles) and len(scope["found"])


def check_session(text: str, scope: dict) -> None:
    """A block of ``>>>`` lines gives what it says it gives; its names stay for the next."""
    test = doctest.DocTestParser().get_doctest(text, scope, "docs/guide.md", "docs/guide.md", 0)
    out: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=out.append, clear_globs=False)
    scope.update(test.globs)
    assert runner.failures == 0, "".join(out)


def test_the_guide_says_what_new_says(project, root):
    assert "outlet ← 媒体" in (root / "docs" / "guide.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(root):
    scope: dict = {}
    for kind, text in blocks(root / "README.md"):
        if kind == "python":
            exec(compile(text, "README.md", "exec"), scope)
    assert {"term", "conf_low", "conf_high", "q_value"} <= set(scope["found"])
    assert "ProportionalOdds" in scope["placed"].results.summary().as_text()


def test_the_parameter_files_of_the_readme_are_in_order(root, tmp_path):
    from framing.batch import plan

    for kind, text in blocks(root / "README.md"):
        if kind == "yaml":
            name = re.match(r"#\s*(\S+\.yaml)", text)
            assert name, "a parameter file of the README says its name in its first line"
            file = tmp_path / Path(name[1]).name
            file.write_text(text, encoding="utf-8")
            assert isinstance(yaml.safe_load(text), dict)
            assert plan.collect([file], root / "notebooks")[1] == []


@pytest.mark.parametrize("name", DOCS)
def test_every_command_of_the_documents_is_there(name, root, project):
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for words in commands(root / name):
        tool, rest = Path(words[0]).name, words[1:]
        if tool == "make":
            assert set(rest) <= set(targets), f"{name}: make has no {rest}"
        elif tool == "framing":
            framing(rest, root, project, name)
        elif tool == "papermill":
            assert (root / rest[0]).is_file()
            asked(["check", rest[rest.index("-f") + 1]], root)
        elif tool in {"pytest", "python", "ruff"}:
            assert all((root / word).exists() for word in rest if word.endswith(".py")), f"{name}: {words}"
        elif tool == "git":
            continue
        else:
            pytest.fail(f"{name}: no test knows how to try {words}")


def framing(rest: list[str], root: Path, project: Path, name: str) -> None:
    """Try a command of the toolkit: what is quick is run, what is long is checked, the rest is asked for its help."""
    if name in GUIDES:
        return  # each was run above
    paths = [word for word in rest[1:] if word.startswith("params/")]
    if rest[0] == "new":
        shutil.rmtree(project / "params" / rest[1], ignore_errors=True)
        datasets.sample_press(60, seed=1).articles.to_csv(project / rest[2], index=False)
        assert f"params/{rest[1]}" in asked(rest, project)
    elif any((project / path).exists() for path in paths):  # of a corpus of one's own, made by the command before
        assert "in order" in asked(["check", *paths], project)
    elif rest[0] == "status":
        assert asked(rest, root)
    elif rest[0] in {"check", "run"}:
        assert "in order" in asked(["check", *paths], root)
    options = [word for word in rest if word.startswith("--")]
    told = asked([rest[0], "--help"], root)
    assert all(option in told for option in options), f"{name}: {rest[0]} has no {options}"


@pytest.mark.slow
def test_the_reference_is_current(root):
    done = subprocess.run([sys.executable, root / "docs" / "api.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def anchors(path: Path) -> set[str]:
    """The headings of a document as GitHub makes them into anchors."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCS)
def test_links_between_the_documents_lead_somewhere(name, root):
    path = root / name
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", path.read_text(encoding="utf-8")):
        to = path.parent / target if target else path
        assert to.exists(), f"{name} links to {target}, which is not there"
        assert not anchor or anchor in anchors(to), f"{name} links to {target}#{anchor}, which is not there"


def test_the_japanese_readme_leads_to_japanese_pages(root):
    text = (root / "README.ja.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(docs/(guide[\w.]*)(?:#[^)]*)?\)", text)
    assert set(linked) == {"guide.ja.md"} and len(linked) > 3


@pytest.mark.slow
@pytest.mark.parametrize(("name", "file"), [("README.md", "40_prominence"), ("README.ja.md", "40_prominence.ja")])
def test_the_finding_of_the_readme_is_what_the_demo_finds(name, file, root):
    given = yaml.safe_load((root / "params" / "telegrams" / f"{file}.yaml").read_text(encoding="utf-8"))
    chosen = study.load(given["study"], dataset=given["dataset"], keep=given["keep"])
    placed = prominence.prepare(chosen, need=["date"], unit=given["unit"])
    fit = prominence.fit(placed.rows, "page", given["formula"], family=given["family"], cluster=given["cluster"])
    said = {key: given[key] for key in ("focus", "hold", "labels", "item", "last_page")}
    messages.use(given.get("language", "en"))
    found = prominence.answer(fit, "years", given["by"], reported=placed.reported, **said)
    quoted = " ".join(re.findall(r"^> (.*)$", (root / name).read_text(encoding="utf-8"), re.MULTILINE))
    assert quoted == messages.say(found.sentence)


def test_the_citation_file_says_what_the_package_says(root):
    import tomllib

    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {"cff-version", "message", "title", "authors"}  # of the format, version 1.2.0
    assert required <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert (cited["title"], cited["version"], cited["license"]) == (
        project["name"],
        project["version"],
        project["license"],
    )
    assert cited["type"] == "software"
