"""Whoever reads people's codes reads them alike: values in any form, codes and coders in any width and case."""

import numpy as np
import pandas as pd
import pytest
import yaml

from framing import counts, frames, reliability, tokens
from framing import study as studies
from framing.codings import values

RNG = np.random.default_rng(0)
N = 240
HAS = RNG.random(N) < 0.4
ARTICLES = pd.DataFrame(
    {
        "article_id": [f"a{i:03}" for i in range(N)],
        "outlet": RNG.choice(list("EW"), N),
        "headline": "",
        "text": [
            f"storm and rain in the north {i}" if has else f"quiet game of halves {i}" for i, has in enumerate(HAS)
        ],
    }
)
PICK = np.sort(RNG.choice(N, 120, replace=False))
CODINGS = pd.DataFrame(
    {
        "unit": ARTICLES["article_id"][PICK].to_numpy(), "article_id": ARTICLES["article_id"][PICK].to_numpy(),
        "coder": "A", "code": "weather", "value": HAS[PICK].astype(int), "probability": 120 / N, "machine": False,
    }
)  # fmt: skip
YES = CODINGS["value"].eq(1)


@pytest.fixture(scope="module")
def press():
    cut = tokens.tokenise(ARTICLES, language="en")
    return studies.open(ARTICLES, tokens=cut, counts=counts.count(cut, ARTICLES))


def in_part(values: pd.Series) -> pd.Series:
    return CODINGS["value"].astype(object).where(np.arange(len(CODINGS)) < 60, values)


FORMS = {
    "text": CODINGS["value"].astype(str),
    "numbers": CODINGS["value"].astype(float),
    "words": CODINGS["value"].map({1: "はい", 0: "いいえ"}),
    "two forms": in_part(CODINGS["value"].map({1: "yes", 0: "no"})),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_classifier_and_a_correction_read_a_value_in_any_form(press, form):
    book = frames.load({"weather": "storm", "calm": "quiet"})
    said = CODINGS.assign(value=FORMS[form].astype(object))
    assert frames.trained(press, said, book).has[:, 0].tolist() == HAS.tolist()
    found = frames.corrected(press, frames.code(press, book), said, "weather ~ outlet").shares
    alone = found[found["estimator"].eq("people alone")].set_index("group")["share"]
    outlet = ARTICLES["outlet"].to_numpy()[PICK]
    by_hand = [YES[outlet == name].mean() for name in "EW"]
    assert alone[["E", "W"]].astype(float).tolist() == pytest.approx(by_hand)


def test_a_code_in_another_case_and_an_adjudicator_with_a_capital_count_as_they_are_meant(press):
    book = frames.load({"weather": "storm", "calm": "quiet"})
    machine = frames.code(press, book)

    def alone(codings: pd.DataFrame) -> list:
        found = frames.corrected(press, machine, codings, "weather ~ outlet").shares
        return found.loc[found["estimator"].eq("people alone"), "share"].tolist()

    other = CODINGS.assign(code=CODINGS["code"].where(~(YES & (np.arange(len(YES)) % 2 == 0)), "Ｗeather"))
    assert alone(other) == alone(CODINGS)
    turned = [
        pd.concat([CODINGS, CODINGS.assign(coder=name, value=0).head(40)]) for name in ("adjudicator", "Adjudicator")
    ]
    assert alone(turned[0]) == alone(turned[1]) != alone(CODINGS)
    assert not reliability.agreement(turned[1])["coders"].str.contains("udic").any()


def test_coders_may_be_numbers_and_spans_fold_names():
    two = pd.concat([CODINGS.assign(coder=1), CODINGS.assign(coder=2)])
    found = reliability.agreement(two)
    assert found.loc[found["coders"].eq("1 – 2") & found["coefficient"].eq("alpha"), "estimate"].tolist() == [1.0]
    spans = pd.DataFrame(
        [("a1", "P", "SEA", 0, 17), ("a1", "Q", "sea", 2, 17), ("a2", "P", "SEA", 5, 30), ("a2", "Q", "sea", 5, 41)],
        columns=["unit", "coder", "code", "start", "end"],
    ).assign(length=60)
    plain = reliability.agreement(spans.assign(code="sea"))["estimate"].tolist()
    assert reliability.agreement(spans)["estimate"].tolist() == plain
    assert reliability.agreement(spans.replace({"P": 1, "Q": 2}))["estimate"].tolist() == plain


def test_a_sample_has_a_stratum_of_articles_without_an_outlet(press, tmp_path):
    some = studies.open(
        ARTICLES.assign(outlet=ARTICLES["outlet"].where(np.arange(N) > 19)), tokens=press.tokens, counts=press.counts
    )
    made = reliability.sheet(frames.code(some, {"weather": "storm"}), tmp_path, coders=["A", "B"], n=60, by=["outlet"])
    assert (1 / made.drop_duplicates("article_id")["probability"]).sum() == pytest.approx(N)


def test_a_rule_that_another_program_escaped_is_read(tmp_path):
    articles = pd.DataFrame(
        {"article_id": list("vwxyz"), "outlet": "x", "text": ["港に嵐。", "鯨が港に。", "嵐。", "鯨。", "無。"]}
    )
    cut = tokens.tokenise(articles)
    harbour = studies.open(articles, tokens=cut, counts=counts.count(cut, articles))
    (tmp_path / "book.yaml").write_text(
        yaml.dump({"codes": [{"id": "a", "rule": "港 | 嵐"}, {"id": "b", "rule": "!鯨"}]})
    )
    assert frames.code(harbour, tmp_path / "book.yaml").has.sum(axis=0).tolist() == [3, 3]


def test_a_name_that_is_missing_stays_so():
    names = values.in_one_name(pd.Series(["Sea", None, "sea", np.nan, "ＳＥＡ"]))
    assert names.isna().tolist() == [False, True, False, True, False] and set(names.dropna()) == {"Sea"}


def test_the_adjudicator_is_known_in_any_width_and_case():
    names = values.coders(pd.Series(["Kim", "Adjudicator ", "ＡＤＪＵＤＩＣＡＴＯＲ", None, "kim"]))
    assert names.tolist()[:3] == ["Kim", "adjudicator", "adjudicator"] and pd.isna(names[3]) and names[4] == "Kim"
