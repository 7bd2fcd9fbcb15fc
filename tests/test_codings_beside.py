"""Columns beside codes that say whether, or how much, each is there: refused by name, never taken for presence."""

import json

import numpy as np
import pandas as pd
import pytest

from framing import codings, frames, reliability
from framing import study as studies
from framing.errors import SourceError, TableError

BOOK = frames.load({"economy": "x", "security": "y"})
IDS = [f"a{i}" for i in range(40)]
PRESS = studies.open(pd.DataFrame({"article_id": IDS, "outlet": list("AB") * 20, "text": "x"}))
SCORE = np.random.default_rng(0).random(40).round(3)
LONG = pd.DataFrame({"article_id": np.repeat(IDS, 2), "label": ["economy", "security"] * 40,
                     "score": np.column_stack([SCORE, 1 - SCORE]).ravel()})  # fmt: skip
"""As a zero-shot classifier writes them: every label of every article."""
SAID = {
    "score": lambda p: p,
    "p": "{:.0%}".format,
    "of 100": lambda p: 100 * p,
    "logit": lambda p: np.log(p / (1 - p)),
    "rating": lambda p: 1 + 2 * (p >= 0.5),
    "rank": lambda p: 2 - (p >= 0.5),
    "present": lambda p: "present" if p >= 0.5 else "absent",
    "判定": lambda p: "該当" if p >= 0.5 else "非該当",
    "polarity": lambda p: "positive" if p >= 0.5 else "negative",
    "note": lambda p: ["no", "partly", "yes, clearly"][int(3 * p)],
}


def beside(name: str) -> pd.DataFrame:
    return LONG.drop(columns="score").assign(**{name: LONG["score"].map(SAID[name])})


@pytest.mark.parametrize("name", SAID)
def test_a_column_that_says_how_much_is_never_presence_in_files_and_tables(tmp_path, name):
    beside(name).to_csv(tmp_path / "gpt.csv", index=False)
    with pytest.raises(SourceError, match=f"'{name}'.* named? .*value"):
        frames.coded_by(PRESS, tmp_path / "gpt.csv", BOOK)
    with pytest.raises(SourceError, match=f"'{name}'"):
        frames.coded_by(PRESS, beside(name).rename(columns={"label": "code"}), BOOK, name="gpt")


@pytest.mark.parametrize("of", [
    {"labels": ["economy", "security"], "scores": [0.97, 0.03]},
    {"labels": ["economy", "security"], "scores": [1, 0]},
    {"labels": ["economy", "security"], "scores": {"security": 0.03, "economy": 0.97}},
    {"labels": "economy|security", "scores": "0.97|0.03"},
    {"labels": ["economy"], "scores": [0.97]},
])  # fmt: skip
def test_lists_of_scores_are_refused_beside_lists_of_codes(tmp_path, of):
    rows = [{"article_id": each} | (of if i else json.loads(json.dumps(of).replace("97", "12")))
            for i, each in enumerate(IDS)]  # fmt: skip
    (tmp_path / "gpt.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(SourceError, match="'scores'"):
        frames.coded_by(PRESS, tmp_path / "gpt.jsonl", BOOK)


@pytest.mark.parametrize("name", ["present", "判定", "score"])
def test_under_the_name_value_yes_and_no_are_read_and_scores_from_where_on_they_count(tmp_path, name):
    """Shares by pandas."""
    table = beside(name).rename(columns={name: "value"})
    if name == "score":
        table["value"] = LONG["score"].ge(0.5).astype(int)
    table.to_csv(tmp_path / "gpt.csv", index=False)
    wanted = LONG["score"].ge(0.5).groupby(LONG["label"]).mean().to_dict()
    found = frames.coded_by(PRESS, tmp_path / "gpt.csv", BOOK)
    assert dict(zip(found.names, found.has.mean(axis=0), strict=True)) == pytest.approx(wanted)
    beside("p").rename(columns={"p": "value"}).to_csv(tmp_path / "gpt.csv", index=False)
    with pytest.raises(SourceError, match="holds numbers, such as"):
        frames.coded_by(PRESS, tmp_path / "gpt.csv", BOOK)


@pytest.mark.parametrize("of", [
    lambda rows: rows,  # score is a column that programs write, here of the label with the highest
    lambda rows: rows.assign(rank=range(len(rows)), confidence=rows["score"], tokens=rows["score"].mul(900).round()),
    lambda rows: LONG.assign(score=0.5, number=LONG["label"].eq("economy") + 1, row=range(80), length=LONG.index // 2),
    lambda rows: LONG.assign(score=0.5, german=LONG["label"].str.upper(), reason=[f"as {i}" for i in range(80)]),
])  # fmt: skip
def test_what_else_stands_beside_codes_is_kept_and_told(tmp_path, of):
    """Scores of one label an article, numbers of rows, codes and articles, names of codes, reasons."""
    table = of(LONG[LONG["score"].ge(0.5)])
    table.to_csv(tmp_path / "gpt.csv", index=False)
    found = frames.coded_by(PRESS, tmp_path / "gpt.csv", BOOK)
    assert found.has.sum() == len(table)
    told = "".join(map(str, found.remarks["remark"]))
    for name in table.columns[3:]:
        assert f"'{name}'" in told and name in found.origin
    assert not told or "none of the codes and are not read" in told


@pytest.mark.parametrize("name", ["note", "判定", "score"])
def test_no_file_beside_the_sheets_is_taken_for_presence(tmp_path, name):
    key = reliability.sheet(frames.coded_by(PRESS, lambda text: None, BOOK, name="m"), tmp_path, coders=["Kim"], n=40)
    table = beside(name).assign(unit=np.repeat(key["unit"].to_numpy(), 2)).drop(columns="article_id")
    table.to_csv(tmp_path / "Kim.csv", index=False)
    back = reliability.read(tmp_path)
    assert "Kim" not in set(back.codings["coder"])
    assert any(f"'{name}'" in str(fault) for fault in back.faults.loc[back.faults["file"].eq("Kim.csv"), "fault"])
    (tmp_path / "Kim.csv").rename(tmp_path / "gpt.csv")
    with pytest.raises(TableError, match=f"gpt.csv cannot be read: .*'{name}'"):
        reliability.read(tmp_path, machines=["gpt"])


@pytest.mark.parametrize(
    "text", ["article_id,code,value\n1,econ,T\n2,econ,N\n3,econ,F\n", "article_id,econ\n1,T\n2,N\n3,F\n"]
)
def test_letters_that_are_names_of_values_are_refused_in_files(tmp_path, text):
    path = tmp_path / "tones.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="the letters F, N, T of one code"):
        codings.read_file(path, ["econ"], machine=True)
    path.write_text(text.replace("N", "F"), encoding="utf-8")
    assert codings.read_file(path, ["econ"], machine=True)[0]["value"].tolist() == [True, False, False]
