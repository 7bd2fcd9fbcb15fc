"""A file of codes that a machine gave in place of the rules: what the notebooks make of it in a batch."""

import numpy as np
import pandas as pd
import pytest
import yaml
from running import Reports, project, server

from framing import frames
from framing import study as studies
from framing.batch import plan
from framing.errors import ParamError

__all__ = ["server"]
CODES = ("threat", "dialogue")


def written(folder, name: str, **values) -> None:
    text = yaml.safe_dump({"study": "small", **values}, allow_unicode=True)
    (folder / "params" / "small" / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory, server):
    """A press of 400 articles, an LLM that finds a third of what is planted in one outlet, and people of half of it."""
    folder = project(tmp_path_factory.mktemp("machines"))
    (folder / "params" / "small").mkdir()
    written(folder, "00_corpus.yaml", dataset="sample", n_articles=400)
    reports = Reports(folder, server)
    reports.report("small/00_corpus.yaml")
    articles = pd.read_parquet(folder / "outputs" / "small" / "tables" / "articles.parquet")
    rng = np.random.default_rng(5)
    true = pd.DataFrame({name: rng.random(len(articles)) < 0.4 for name in CODES})
    outlet = articles["outlet"].to_numpy()
    seen = true & ~((outlet == outlet[0])[:, None] & (rng.random(true.shape) < 2 / 3))
    ids = articles["article_id"].astype("str")
    codes = seen.apply(lambda row: "|".join(row.index[row]) or "none", axis=1)
    llm = pd.DataFrame({"article_id": ids, "code": codes, "model": "m-1", "prompt": "p"})
    llm.iloc[1:].to_csv(folder / "llm.csv", index=False)  # of one article the model gave nothing back
    half = pd.concat([ids[::2].to_frame("unit").assign(coder="A", code=name, value=true[name].astype(int))
                      for name in CODES])  # fmt: skip
    half.to_csv(folder / "people.csv", index=False)
    asked = {"codebook": "sample_topics", "machine_path": "llm.csv", "people": "people.csv", "strata": ["outlet"]}
    written(folder, "30_frames.yaml", **asked)
    written(folder, "32_corrected.yaml", **asked, outcome="threat", formula="outlet")
    kept = ids.ne(ids[0]).to_numpy()
    return reports, outlet[kept], seen[kept], true[kept], half


def table(html, *columns: str) -> pd.DataFrame:
    """The first table of a report that has these columns."""
    tables = (pd.read_csv(path) for path in sorted(html.with_suffix(".files").glob("table-*.csv")))
    return next(each for each in tables if {*columns} <= {*each})


@pytest.mark.notebook
@pytest.mark.parametrize("name", ["30_frames", "32_corrected"])
def test_a_batch_corrects_the_codes_of_a_file_by_what_people_say(small, name):
    """Shares of the machine and of people counted by hand from the two files; people's code of the article that the
    machine left out is not used. The corrected share of the outlet of which the machine misses two of three lies nearer
    to people's."""
    reports, outlet, seen, true, half = small
    html = reports.report(f"small/{name}.yaml")
    found = table(html, "group", "estimator", "n_people", "share")
    found = found[found["code"] == "threat"] if "code" in found else found
    each = {kind: rows.set_index("group") for kind, rows in found.groupby("estimator")}
    machine = each["machine, uncorrected"]["share"]
    pd.testing.assert_series_equal(machine, seen["threat"].groupby(outlet).mean(), check_names=False)
    coded = pd.Series(true["threat"].to_numpy()[1::2]).groupby(outlet[1::2])  # the first of the people's half is gone
    pd.testing.assert_series_equal(each["people alone"]["share"], coded.mean(), check_names=False)
    assert each["people alone"]["n_people"].to_dict() == coded.size().to_dict()
    missed = (true["threat"].groupby(outlet).mean() - machine).idxmax()
    corrected, people = (each[kind]["share"][missed] for kind in ("corrected", "people alone"))
    assert abs(corrected - people) < abs(machine[missed] - people) / 3
    told = table(html, "condition", "remark")["remark"]
    assert html.read_text(encoding="utf-8").count("not coded by llm") and told is not None


@pytest.mark.parametrize(("notebook", "text", "said"), [
    ("30_frames", "unit: paragraph", "a file of codes is of articles, and unit is 'paragraph'"),
    ("32_corrected", "train: true", "with train the machine is a classifier"),
    ("32_corrected", "codebook: BOOK", "no column holds codes"),
])  # fmt: skip
def test_a_file_of_codes_that_cannot_be_taken_is_refused_before_a_run(
    root, tmp_path, monkeypatch, notebook, text, said
):
    (tmp_path / "llm.csv").write_text("article_id,answer\na,x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    text = text.replace("BOOK", str(root / "params" / "frames" / "generic.yaml"))
    (tmp_path / f"{notebook}.yaml").write_text(f"study: s\nmachine_path: llm.csv\n{text}\n", encoding="utf-8")
    runs, faults = plan.collect([tmp_path / f"{notebook}.yaml"], root / "notebooks", tmp_path / "outputs")
    assert not runs and any(said in each for each in faults), faults


def test_the_coder_of_a_file_has_its_name_and_others_must_be_named(tmp_path):
    press = studies.open(pd.DataFrame({"article_id": ["a", "b"], "outlet": ["X", "Y"], "text": ["one", "two"]}))
    book = frames.load({"threat": "one"})
    (tmp_path / "gpt 5.csv").write_text("article_id,code\na,threat\nb,none\n", encoding="utf-8")
    assert frames.coded_by(press, tmp_path / "gpt 5.csv", book).coder == "gpt 5"
    with pytest.raises(ParamError, match="needs the name of who coded"):
        frames.coded_by(press, lambda text: None, book)
