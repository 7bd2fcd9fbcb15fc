"""Every sentence of a report has its Japanese, with the same places for values."""

import pickle
import re
import runpy
import sys

import numpy as np
import pandas as pd
import pytest

from framing import messages, plots, prominence, report
from framing.errors import ParamError
from framing.report.glossary import GLOSSARY


def test_every_sentence_of_code_and_notebooks_is_in_japanese(root, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["messages.py", "--check"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(root / "docs" / "messages.py"), run_name="__main__")
    assert not ended.value.code, capsys.readouterr().out


def test_the_catalogue_is_what_gettext_programs_read(root):
    from babel.messages.pofile import read_po

    with open(root / "framing" / "messages" / "ja.po", "rb") as stream:
        found = read_po(stream, abort_invalid=True)
    assert str(found.locale) == "ja" and len(found) > 300 and not found.fuzzy


def test_a_sentence_is_said_in_the_language_in_use_with_its_values():
    assert messages.say("No rows {n:,}", n=1200) == "No rows 1,200"
    messages.use("ja")
    assert messages.language() == "ja"
    assert messages.say("outlet") == "媒体"
    assert messages.say("a sentence nobody translated: {n}", n=3) == "a sentence nobody translated: 3"


def test_a_number_below_0_has_a_minus_sign_and_a_text_keeps_its_hyphens():
    said = messages.say("{by:+.2f} since {day}, {low:.1f}", by=np.float64(-1.5), day="2021-07-01", low=-0.25)
    assert said == "−1.50 since 2021-07-01, −0.3"


def test_what_stands_side_by_side_is_parted_as_the_language_does():
    made = (messages.paragraph, messages.listed, messages.clauses)
    assert [join(["a", "b"]) for join in made] == ["a b", "a, b", "a; b"]
    messages.use("ja")
    assert [join(["甲", "乙"]) for join in made] == ["甲乙", "甲、乙", "甲。乙"]


def test_braces_in_a_text_without_values_are_no_places():
    assert messages.say("{0} {evil.__class__} 100%") == "{0} {evil.__class__} 100%"


def test_an_unknown_language_is_refused():
    with pytest.raises(ParamError, match="'fr' is not one of en, ja"):
        messages.use("fr")


def test_a_table_in_japanese_keeps_the_names_of_its_columns_in_its_files():
    messages.use("ja")
    frame = pd.DataFrame({"outlet": ["outlet", "<b>"], "note": ["outlet", "kept"]})
    shown = report.table(frame, caption="Files read", columns={"outlet": "outlet", "note": ""})
    markup = shown.markup()
    assert 'data-name="outlet"' in markup and ">媒体</bdi></th>" in markup
    assert "<bdi>outlet</bdi></td>" in markup, "a value of the data is not translated"
    assert list(shown.frame.columns) == ["outlet", "note"] and shown.frame.equals(frame)


TOOLKIT = ("note", "reason", "step", "check", "advice", "bound", "model", "method", "field", "contrast", "effect",
           "statistic", "target", "outlet", "section", "actor", "date_flag")  # fmt: skip


def cells_of(frame, **options) -> list[str]:
    return re.findall(r"<td[^>]*><bdi>([^<]*)</bdi>", report.table(frame, caption="c", **options).markup())


@pytest.mark.parametrize("name", TOOLKIT)
def test_a_cell_of_the_users_own_table_is_never_translated_whatever_its_column_is_named(name):
    messages.use("ja")
    read = ["front", "outlet", "as fitted", "rest", "no date", "median z"]
    assert all(messages.say(text) != text for text in ("front", "outlet", "as fitted", "rest"))
    assert cells_of(pd.DataFrame({name: read})) == read
    assert cells_of(pd.DataFrame({name: read}), columns={name: "what I call it"}) == read
    assert cells_of(pd.DataFrame({name: pd.Categorical(read)})) == read


def test_sentences_of_the_toolkit_are_translated_where_a_codebook_declares_them():
    messages.use("ja")
    own = pd.DataFrame({"model": pd.Series([messages.mark("as fitted"), "as fitted", "front"], dtype=object)})
    assert cells_of(own) == [messages.say("as fitted"), "as fitted", "front"], (
        "what was marked, and not what reads like it"
    )
    declared = {"note": messages.sentences("why"), "side": messages.sentences("who", "rest")}
    frame = pd.DataFrame({"note": ["outlet"], "side": ["rest"]})
    assert cells_of(frame, columns=declared) == [messages.say("outlet"), messages.say("rest")]
    assert cells_of(frame.assign(side="outlet"), columns=declared)[1] == "outlet"


def test_the_names_of_runs_and_models_are_the_users_in_tables_and_figures():
    messages.use("ja")
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"page": rng.integers(1, 4, 300), "years": rng.uniform(0, 9, 300), "edition": ["a", "b"] * 150})
    fit = prominence.fit(rows, "page", "years", family="ordinal")
    runs = prominence.sensitivity(fit, {"front": {"edition": ["a"]}})
    assert cells_of(runs[["model"]]) == [messages.say("as fitted"), "front"]
    figure = plots.effect_dots(runs).figure
    assert [ax.get_title(loc="left") for ax in figure.axes] == [messages.say("as fitted"), "front"]
    table = prominence.compare({"front": fit, messages.mark("ordinal"): fit})
    assert cells_of(table[["model"]]) == ["front", messages.say("ordinal")]


def test_an_outlet_keeps_its_name_whatever_the_catalogue_says():
    messages.use("ja")
    frame = pd.DataFrame({"term": ["核"] * 2, "target": ["a", "outlet"], "reference": ["rest", "b"]})
    cells = re.findall(r"<td[^>]*><bdi>([^<]*)</bdi>", report.table(frame, caption="c").markup())
    assert cells == ["核", "a", "ほかの媒体", "核", "outlet", "b"]


def test_the_question_of_a_report_takes_values():
    asked = report.title("In which contexts does {query} stand?", study="s", query="{x} <b>")
    assert "In which contexts does {x} &lt;b&gt; stand?" in asked.markup()


def test_every_term_a_notebook_refers_to_is_defined(root):
    referred = {
        key
        for path in (root / "notebooks").glob("*.ipynb")
        for key in re.findall(r"\[\^([\w-]+)\]", path.read_text(encoding="utf-8"))
    }
    assert referred <= set(GLOSSARY)


def test_an_outlet_named_like_a_sentence_keeps_its_name_in_a_question():
    asked = "Which words mark {target} against {reference}?"
    shown = report.title(asked, language="ja", target="front", reference=report.mark("the others")).markup()
    assert "ほかの媒体に対するfrontの特徴語は何か" in shown


def test_a_term_is_defined_once_in_the_language_of_the_report():
    messages.use("ja")
    markup = report.explain("語は媒体の特徴である[^q]。").markup()
    assert markup.count("Benjamini") == 1 and "見込まれる" in markup
    own = report.explain("Text[^q].\n\n[^q]: of its own").markup()
    assert "of its own" in own and "Benjamini" not in own


def test_a_message_holds_messages_and_lists_and_is_said_in_any_language():
    unit = messages.Message("95% interval")
    whole = messages.together(
        messages.Message("{unit} of {names}: {n:.1f}", {"unit": unit, "names": ("a", "b"), "n": -2}), ""
    )
    assert whole == "95% interval of a, b: −2.0" and pickle.loads(pickle.dumps(whole)).values == whole.values
    with messages.speaking("ja"):
        assert messages.say(whole) == f"{messages.say('95% interval')} of a、b: −2.0" != whole


def test_nothing_is_written_as_less_than_nothing():
    """What rounds to 0 is 0, and what does not keeps its sign."""
    assert messages.say("{value:.1f}", value=-0.04) == "0.0" and messages.say("{value:.0%}", value=-0.001) == "0%"
    assert messages.say("{value:.1f}", value=-0.06) == "−0.1" and messages.say("{value:g}", value=-2e-10) == "−2e−10"
