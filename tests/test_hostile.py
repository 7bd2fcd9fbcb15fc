"""Text that means harm goes through every notebook, in every place where a text can stand, and is only ever shown.

Outlet names, headlines, bodies, the file's name and the names of its columns, sections and agencies, the lexicon's
labels, aliases (which are counted as whole words) and ids, labels of topics, names of choices, and parameters.
"""

import pytest
import yaml
from browsing import Visit
from hostile import ACTORS, EVIL, LEXICON, hostile
from running import FEWER, NOTEBOOKS, Reports, chrome, project, server, small_and_whole, works_in_every_way

from framing import batch, datasets
from framing.batch import parameters

__all__ = ["chrome", "server"]

pytestmark = pytest.mark.notebook

COLUMNS = {"section": EVIL[0], "agency": EVIL[1], "text": EVIL[7]}
"""Our columns and the names a hostile table has for them."""

CODES = {
    "name": "evil", "version": 1,
    "codes": [
        {"id": "talks", "label": EVIL[0], "definition": EVIL[1], "example": EVIL[6], "rule": "会談 | 大統領"},
        {"id": "rest", "label": EVIL[1], "definition": EVIL[6], "example": EVIL[0], "rule": "首相"},
    ],
}  # fmt: skip
"""A codebook whose texts mean harm."""


def asked(outlets: list[str]) -> dict[str, dict]:
    """What each notebook is asked, by the stem of its parameter file."""
    pair = {"target": outlets[0], "reference": outlets[1]}
    odd = {EVIL[0]: {}, EVIL[1]: {"drop": {"section": [EVIL[1]]}}}
    return {
        "00_corpus": {"path": "press <img src=x onerror=window.ran=8>.csv", "columns": COLUMNS, "strip": [],
                      "steps": ["nfkc"], "lexicon": "lexicon <svg onload=window.ran=9>.yaml"},
        "10_keyness": {**pair, "keep": {"section": EVIL[:3]}},
        "10_keyness.words": {"words": ["会談", *EVIL[:2], EVIL[6]], "strata": "section"},
        "11_maps": {"supplementary": "section"},
        "12_contexts": {"query": "putin"},
        "12_contexts.word": {"query": EVIL[0], "match": "lemma"},
        "12_contexts.regex": {"query": "window|<svg onload=window.ran=5>|大統領", "match": "regex"},
        "20_topics": {"n_topics": 4, "seeds": {EVIL[0]: ["会談", "大統領"]}},
        "21_topic_choice": {},
        "30_frames": {"codebook": "codes <img src=x onerror=ran=4>.yaml", "keep": {"section": EVIL[:3]}},
        "31_coding": {"codebook": "codes <img src=x onerror=ran=4>.yaml", "n": 20, "keep": {"section": EVIL[:3]}},
        "32_corrected": {"codebook": "codes <img src=x onerror=ran=4>.yaml", "outcome": "talks",
                         "people": "talks=said", "strata": ["outlet"]},
        "40_prominence": {"item": f"{{name}} {EVIL[1]}", "labels": {outlets[0]: EVIL[1], "years": EVIL[0]},
                          "sensitivity": {EVIL[0]: {"section": [EVIL[0]]}, EVIL[1]: {"edition": [EVIL[1]]}},
                          "shape": "edition", "focus": outlets[0]},
        "41_trends": {"actor": "putin", "freq": "quarter"},
        "50_claims": {"claim_file": "claims <img src=x onerror=ran=5>.yaml"},
        "90_multiverse": {"choices": {"model": ["ordinal", "front"], "errors": ["CR1", "HC1"], EVIL[7]: odd},
                          "keep": {"outlet": outlets[:1]}},
        "90_multiverse.word": {"kind": "word", "terms": ["会談", EVIL[1]], **pair,
                               "choices": {"rate": ["tokens", "articles"], EVIL[1]: odd}},
    }  # fmt: skip


def claims(press) -> list[dict]:
    """Claims whose texts mean harm: two that are judged, and one about what is not there."""
    pair = dict(zip(("target", "reference"), sorted(press["outlet"].unique()), strict=False))
    texts = [{"sentence": {"en": EVIL[1], "ja": EVIL[6]}, "source": EVIL[0], "direction": "less"} for _ in range(3)]
    front = {"measure": "front page", "matters": 0.1}
    return [
        {"id": "a", **texts[0], **pair, **front},
        {"id": "b", **texts[1], **pair, **front, "measure": "share", "counted": {"section": EVIL[:1]}},
        {"id": "c", **texts[2], **front, "target": EVIL[1], "reference": EVIL[0]},
    ]


NAMES = list(asked(["", ""]))


@pytest.fixture(scope="module")
def evil(tmp_path_factory, server):
    folder = project(tmp_path_factory.mktemp("evil <b>&amp;"))
    press = hostile(datasets.sample_press(400, seed=3).articles).rename(columns=COLUMNS)
    press["said"] = [None, 0, 1, 0] * 100
    wanted = asked(sorted(press["outlet"].unique()))
    press.to_csv(folder / wanted["00_corpus"]["path"], index=False)
    write = lambda path, value: path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")  # noqa: E731
    write(folder / wanted["00_corpus"]["lexicon"], LEXICON)
    write(folder / wanted["30_frames"]["codebook"], CODES)
    write(folder / wanted["50_claims"]["claim_file"], {"name": EVIL[0], "claims": claims(press)})
    for study in ("evil", "broken", "refused"):
        (folder / "params" / study).mkdir()
    for name, values in wanted.items():
        known = parameters.of_notebook(folder / "notebooks" / f"{name.split('.')[0]}.ipynb")
        common = {"study": "evil", "question": f"Why {EVIL[1]}{EVIL[6]}?", **FEWER}
        write(folder / "params" / "evil" / f"{name}.yaml", {k: v for k, v in (common | values).items() if k in known})
    first = {**wanted["00_corpus"], "study": "broken", "columns": {**COLUMNS, "headline": f"no {EVIL[0]}"}}
    write(folder / "params" / "broken" / "00_corpus.yaml", first)
    write(folder / "params" / "broken" / "12_contexts.yaml", {"study": "broken", "query": EVIL[1]})
    write(folder / "broken.yaml", {**LEXICON, "actors": [{**ACTORS[0], "id": EVIL[0]}]})
    write(folder / "params" / "refused" / "00_corpus.yaml", {**first, "lexicon": "broken.yaml"})
    return Reports(folder, server)


def test_every_notebook_is_asked():
    assert {name.split(".")[0] for name in NAMES} == {p.stem for p in NOTEBOOKS} - {"explore"}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_takes_hostile_text(name, evil):
    small_and_whole(evil.report(f"evil/{name}.yaml"))


def test_an_actor_with_a_hostile_id_is_refused_and_the_message_names_it(evil, monkeypatch):
    monkeypatch.chdir(evil.folder)
    runs, (fault,) = batch.collect([evil.folder / "params" / "refused"])
    assert not runs and EVIL[0] in fault and "id of letters" in fault


def test_a_corpus_without_a_column_that_was_named_fails_and_says_which(evil):
    record = evil.record("broken/00_corpus.yaml")
    assert record.status == evil.record("broken/12_contexts.yaml").status == "failed"
    assert f"no {EVIL[0]}" in record.error


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_it_runs_in_a_report_and_it_is_shown_as_text(name, evil, chrome):
    html = evil.report(f"evil/{name}.yaml")
    works_in_every_way(chrome, html)
    shown_as_text(chrome, html)


@pytest.mark.browser
def test_a_refusal_and_the_index_show_it_as_text(evil, chrome):
    evil.record("broken/00_corpus.yaml")
    for html in (evil.outputs / "broken" / "00_corpus.html", evil.outputs / "index.html"):
        works_in_every_way(chrome, html)
        shown_as_text(chrome, html)


def shown_as_text(chrome, html) -> None:
    """What means harm is there to be read, and made nothing."""
    visit = Visit(chrome, html)
    try:
        visit.page.evaluate("document.querySelectorAll('.fr-appendix').forEach(box => { box.open = true; })")
        shown = visit.page.inner_text("body")
        assert any(mark in shown for mark in EVIL[:2]), f"{html.name} does not show what it was given"
        assert visit.page.locator("img, iframe, object, embed, b:text('bold')").count() == 0, html.name
    finally:
        visit.close()
