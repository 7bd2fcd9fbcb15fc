"""Text that means harm goes through every notebook, in every place where a text can stand, and is only ever shown.

Outlet names, headlines, bodies, the file's name and the names of its columns, sections and agencies, the lexicon's
labels, aliases (which are counted as whole words) and ids, labels of topics, names of choices, and parameters.
"""

import json

import pytest
import yaml
from browsing import Visit
from hostile import ACTORS, EVIL, LEXICON, hostile
from running import FEWER, NOTEBOOKS, all_ran, chrome, in_every_way, project, run, small_and_whole

from framing import datasets
from framing.batch import parameters

__all__ = ["chrome"]

COLUMNS = {"section": EVIL[0], "agency": EVIL[1], "text": EVIL[7]}
"""Our columns and the names a hostile table has for them."""


def asked(outlets: list[str]) -> dict[str, dict]:
    """What each notebook is asked, by the stem of its parameter file."""
    pair = {"target": outlets[0], "reference": outlets[1]}
    odd = {EVIL[0]: {}, EVIL[1]: {"section": [EVIL[1]]}}
    return {
        "00_corpus": {"path": "press <img src=x onerror=window.ran=8>.csv", "columns": COLUMNS, "strip": [],
                      "steps": ["nfkc"], "lexicon": "lexicon <svg onload=window.ran=9>.yaml"},
        "10_keyness": {**pair, "subset": {"section": EVIL[:3]}},
        "10_keyness.words": {"words": ["会談", *EVIL[:2], EVIL[6]], "strata": "section"},
        "11_maps": {"supplementary": "section"},
        "12_contexts": {"query": "putin"},
        "12_contexts.word": {"query": EVIL[0], "by": "lemma"},
        "12_contexts.regex": {"query": "window|<svg onload=window.ran=5>|大統領", "by": "regex"},
        "20_topics": {"n_topics": 4, "seeds": {EVIL[0]: ["会談", "大統領"]}},
        "21_topic_choice": {},
        "40_prominence": {"item": f"{{name}} {EVIL[1]}", "labels": {outlets[0]: EVIL[1], "years": EVIL[0]},
                          "sensitivity": {EVIL[0]: {"section": [EVIL[0]]}, EVIL[1]: {"edition": [EVIL[1]]}},
                          "shape": "edition", "focus": outlets[0]},
        "41_trends": {"actor": "putin", "freq": "quarter"},
        "90_multiverse": {"choices": {"model": ["ordinal", "front"], "errors": ["CR1", "HC1"], EVIL[7]: odd},
                          "keep": {"outlet": outlets[:1]}},
        "90_multiverse.word": {"kind": "word", "terms": ["会談", EVIL[1]], **pair,
                               "choices": {"rate": ["tokens", "articles"], EVIL[1]: odd}},
    }  # fmt: skip


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    folder = project(tmp_path_factory.mktemp("evil <b>&amp;"))
    press = hostile(datasets.sample_press(400, seed=3).articles).rename(columns=COLUMNS)
    wanted = asked(sorted(press["outlet"].unique()))
    press.to_csv(folder / wanted["00_corpus"]["path"], index=False)
    write = lambda path, value: path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")  # noqa: E731
    write(folder / wanted["00_corpus"]["lexicon"], LEXICON)
    for study in ("evil", "broken"):
        (folder / "params" / study).mkdir()
    for name, values in wanted.items():
        known = parameters.of_notebook(folder / "notebooks" / f"{name.split('.')[0]}.ipynb")
        common = {"study": "evil", "question": f"Why {EVIL[1]}{EVIL[6]}?", **FEWER}
        write(folder / "params" / "evil" / f"{name}.yaml", {k: v for k, v in (common | values).items() if k in known})
    broken = {**LEXICON, "actors": [{**ACTORS[0], "id": EVIL[0]}]}
    write(folder / "broken.yaml", broken)
    first = {**wanted["00_corpus"], "study": "broken", "lexicon": "broken.yaml"}
    write(folder / "params" / "broken" / "00_corpus.yaml", first)
    write(folder / "params" / "broken" / "12_contexts.yaml", {"study": "broken", "query": EVIL[1]})
    return folder, run(folder, "params/evil"), run(folder, "params/broken")


def test_every_notebook_takes_hostile_text(evil):
    folder, done, _ = evil
    ran = all_ran(done)
    assert {name.split(".")[0] for name in ran} == {p.stem for p in NOTEBOOKS} - {"explore"}
    small_and_whole(folder / "outputs")


def test_an_actor_with_a_hostile_id_is_refused_and_the_message_names_it(evil):
    told = {run["name"]: run for run in json.loads(evil[2].stdout)["runs"]}
    assert evil[2].returncode != 0 and {run["status"] for run in told.values()} == {"failed"}
    assert EVIL[0] in told["00_corpus"]["error"] and "id of letters" in told["00_corpus"]["error"]


@pytest.mark.browser
def test_nothing_of_it_runs_in_any_report_in_any_way(evil, chrome):
    in_every_way(chrome, evil[0] / "outputs")


@pytest.mark.browser
def test_hostile_text_is_shown_as_text(evil, chrome):
    outputs = evil[0] / "outputs"
    for html in [
        *sorted((outputs / "evil").glob("*.html")),
        outputs / "broken" / "00_corpus.html",
        outputs / "index.html",
    ]:
        visit = Visit(chrome, html)
        try:
            shown = visit.page.inner_text("body")
            assert any(mark in shown for mark in EVIL[:2]), f"{html.name} does not show what it was given"
            assert visit.page.locator("img, iframe, object, embed, b:text('bold')").count() == 0, html.name
        finally:
            visit.close()
