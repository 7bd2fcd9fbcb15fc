"""The desk without a browser: what its widgets choose is what is shown, and what is copied runs."""

import threading
from pathlib import Path

import pandas as pd
import pytest
import yaml
from japanese import english_in
from test_jupyterlab import prepare

from framing import explore, keyness, store
from framing.batch import parameters, plan
from framing.errors import ParamError, TableError
from framing.explore import controls, selection, views
from framing.explore.told import parameters_of

CHOSEN = selection.Selection(actor="putin", months=("2020-01", "2021-06"))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory, root):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.OUTPUTS, str(tmp_path_factory.mktemp("outputs")))
        prepare("toy", root)
        yield


@pytest.fixture(scope="module")
def prepared(outputs):
    return selection.Prepared("toy")


@pytest.fixture
def opened(outputs):
    return explore.desk("toy")


def shown(opened) -> list[str]:
    """Kinds and texts of what the view in front shows."""
    return [
        next(k for k in out["data"] if k.startswith("application/vnd.framing.")).split(".")[2].removesuffix("+json")
        for out in opened.tabs.children[opened.tabs.selected_index].outputs
    ]


def test_a_study_that_is_not_prepared_is_refused_with_the_command_that_prepares_it(outputs):
    with pytest.raises(TableError, match=r"make demo.*00_corpus.*'toy'"):
        explore.desk("nowhere")


@pytest.mark.parametrize("view", list(views.VIEWS))
@pytest.mark.parametrize("both", [False, True], ids=["every outlet", "two outlets"])
def test_what_is_copied_is_in_order_for_its_notebook(view, both, prepared, tmp_path, root):
    pair = dict(zip(("target", "reference"), prepared.outlets[:2], strict=True)) if both else {}
    chosen = selection.Selection(**pair, actor="putin", term="会談", months=("2020-01", "2020-03"))
    told = parameters_of(view, prepared, chosen)
    file = tmp_path / f"{told.notebook}.explored.yaml"
    file.write_text(told.text, encoding="utf-8")
    runs, faults = plan.collect([file], root / "notebooks")
    assert faults == []
    assert runs[0].values == told.values == yaml.safe_load(told.text)
    assert told.text.startswith("study: toy\n")


def test_pages_copied_are_the_rows_that_were_drawn(prepared):
    drawn = dict(enumerate(piece for _, piece in views.pieces("pages", prepared, CHOSEN) if piece is not None))[0].data
    from framing import prominence

    values = parameters_of("pages", prepared, CHOSEN).values
    asked = {name: values[name] for name in ("keep", "since", "until")}
    rows = prominence.prepare("toy", **asked, need=["date"]).rows
    assert len(rows) == len(drawn) > 0
    assert rows["date"].between("2020-01-01", "2021-06-30").all()
    assert set(rows["actor"]) == {"putin"}


def test_rules_that_are_typed_are_codes_and_copied_as_they_are(prepared, opened, tmp_path, root):
    opened.controls["rules"].value = "threat：脅威 | 挑発\n\nnear(首脳, 会談, 5)\nnever: 君"
    opened.tabs.selected_index = list(views.VIEWS).index("frames")
    assert shown(opened) == ["finding", "picture", "table", "table", "parameters"]
    told = parameters_of("frames", prepared, opened.chosen)
    rules = {"threat": "脅威 | 挑発", "near(首脳, 会談, 5)": "near(首脳, 会談, 5)", "never": "君"}
    assert told.values == {"study": "toy", "rules": rules}
    file = tmp_path / f"{told.notebook}.yaml"
    file.write_text(told.text + "unit: article\n", encoding="utf-8")
    assert plan.collect([file], root / "notebooks")[1] == []
    coded = dict(enumerate(piece for _, piece in views.pieces("frames", prepared, opened.chosen) if piece))[1].data
    has = prepared.articles["text"].str.contains("脅威|挑発").groupby(prepared.articles["outlet"].astype(str)).sum()
    found = coded[coded["code"] == "threat"]
    assert found.set_index(found["outlet"].astype(str))["n_coded"].reindex(has.index).tolist() == has.tolist()
    opened.controls["rules"].value = "threat: (脅威"
    assert shown(opened) == ["note"]
    file.write_text("study: toy\nrules: {threat: '(脅威'}\n", encoding="utf-8")
    assert "'rules'" in plan.collect([file], root / "notebooks")[1][0]


def test_the_whole_period_takes_articles_without_a_date_as_well(opened):
    assert opened.chosen.months == ()
    assert opened.prepared.conditions(opened.chosen) == {}


def test_every_view_shows_its_pieces_and_ends_with_the_parameters(opened):
    expected = {
        "keyness": ["finding", "picture", "table", "parameters"],
        "concordance": ["finding", "table", "picture", "table", "parameters"],
        "topics": ["topics", "parameters"],
        "pages": ["picture", "table", "parameters"],
    }
    opened.refresh()
    for number, view in enumerate(views.VIEWS):
        opened.tabs.selected_index = number
        if view in expected:
            assert shown(opened) == expected[view]
    assert opened._bar.layout.display == "none"


def test_the_same_choice_is_computed_once(opened, monkeypatch):
    opened.tabs.selected_index = list(views.VIEWS).index("pages")
    first = opened.tabs.children[-1].outputs
    opened.controls["actor"].value = "putin"
    assert opened.tabs.children[-1].outputs != first
    monkeypatch.setattr(views, "pages_view", None)
    opened.controls["actor"].value = ""
    assert opened.tabs.children[-1].outputs == first


def test_an_actor_takes_the_place_of_the_word_and_shows_what_stands_near(opened):
    opened.tabs.selected_index = list(views.VIEWS).index("concordance")
    assert opened.chosen.term
    opened.controls["actor"].value = "putin"
    assert opened.chosen.term == ""
    assert shown(opened) == ["finding", "table", "table", "parameters"]
    told = opened.tabs.children[1].outputs[-1]["data"]["application/vnd.framing.parameters+json"]
    assert told["values"]["query"] == "putin" and told["values"]["match"] == "actor"
    opened.controls["term"].value = "会談"
    assert opened.chosen.actor == "putin" and opened.chosen.term == "会談"


def test_words_near_an_actor_are_those_of_the_notebook(prepared):
    """The notebook on contexts calls contexts.near with its defaults."""
    from framing import contexts
    from framing.batch import parameters

    known = parameters.of_notebook(Path(__file__).parents[1] / "notebooks" / "12_contexts.ipynb")
    made = [piece for _, piece in views.pieces("concordance", prepared, selection.Selection(actor="putin"))]
    near = next(piece.frame for piece in made if piece is not None and piece.kind == "table")
    options = {name: known[name].default for name in ("span", "min_tokens")}
    expected = contexts.near(prepared.whole, "putin", match="actor", **options)
    pd.testing.assert_frame_equal(near, expected)


def test_what_cannot_be_shown_says_what_to_do(opened):
    opened.tabs.selected_index = list(views.VIEWS).index("concordance")
    opened.controls["term"].value = "<script>nowhere"
    (note,) = opened.tabs.children[1].outputs
    assert "dictionary form" in note["data"]["text/plain"]
    assert "&lt;script&gt;" in note["data"]["text/html"]
    opened.controls["term"].value = ""
    assert "type a word, or choose an actor" in opened.tabs.children[1].outputs[0]["data"]["text/plain"]


def test_one_outlet_is_not_compared_with_itself(prepared):
    outlet = prepared.outlets[0]
    with pytest.raises(ParamError, match="cannot be compared with itself"):
        list(views.pieces("keyness", prepared, selection.Selection(target=outlet, reference=outlet)))


def test_a_study_without_text_says_so_where_words_are_asked_for(outputs, prepared):
    for name in ("articles", "clusters", "mentions"):
        store.save(getattr(prepared.whole, name), name, "wordless")
    store.save(prepared.whole.counts.head(0), "counts", "wordless")
    bare = selection.Prepared("wordless")
    for view in ("keyness", "concordance", "topics"):
        with pytest.raises(ParamError, match="no text that is counted"):
            list(views.pieces(view, bare, selection.Selection(term="会談")))


def test_a_warning_is_shown_under_the_view(opened, monkeypatch):
    def loud(prepared, chosen):
        import warnings

        warnings.warn("few articles; widen the period", stacklevel=1)
        yield "", controls.Note("here", "Note")

    monkeypatch.setattr(views, "pages_view", loud)
    opened.tabs.selected_index = list(views.VIEWS).index("pages")
    texts = [out["data"]["text/plain"] for out in opened.tabs.children[-1].outputs]
    assert texts[1] == "few articles; widen the period"


def test_a_sign_that_turns_the_writing_is_written_out(prepared):
    """As it stands it would turn the YAML that follows it, and a person would copy what cannot be read."""
    told = parameters_of("concordance", prepared, selection.Selection(term="a\u202eb東"))
    assert "\u202e" not in told.text and yaml.safe_load(told.text)["query"] == "a\u202eb東"
    plain = parameters_of("concordance", prepared, selection.Selection(term="東"))
    assert "東" in plain.text


def test_a_japanese_desk_is_japanese_in_any_thread_and_asks_for_japanese_reports(outputs):
    desk = explore.desk("toy", language="ja")
    assert [desk.tabs.get_title(i) for i in range(5)] == ["語", "用例", "トピック", "フレーム", "掲載面"]
    assert not english_in(*(control.description for control in desk.controls.values()))
    thread = threading.Thread(target=desk.refresh)  # JupyterLab may answer a widget in another thread
    thread.start()
    thread.join()
    said = [out["data"] for out in desk.tabs.children[0].outputs]
    assert "language: ja" in said[-1]["text/plain"]
    assert not english_in(*(part["text/plain"].split("\n")[0] for part in said[:-1]))


def test_an_unknown_language_is_refused_at_the_desk(outputs):
    with pytest.raises(ParamError, match="'fr' is not one of"):
        explore.desk("toy", language="fr")


def test_a_word_is_marked_by_the_rule_of_the_notebook_and_its_lines_are_of_its_outlet(prepared, root):
    known = parameters.of_notebook(root / "notebooks" / "10_keyness.ipynb")
    assert (known["replicates"].default, known["min_articles"].default) == (views.REPLICATES, views.MIN_ARTICLES)
    *_, (_, table) = views.keyness_view(prepared, selection.Selection())
    options = {"cluster": known["cluster"].default, "strata": known["strata"].default, "seed": known["seed"].default}
    found = keyness.compare(
        prepared.take(selection.Selection()), replicates=views.REPLICATES, min_articles=5, **options
    )
    assert table.frame["term"].tolist() == keyness.marking(found)["term"].tolist()
