"""Exports as databases write them, each with what a person reads in it: cases are data (cases/exports.yaml)."""

from pathlib import Path

import pytest
import yaml

from framing import corpus

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "exports.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_every_article_of_an_export_is_read_as_a_person_reads_it(case, tmp_path):
    (tmp_path / case["file"]).write_bytes(case["text"].encode(case.get("encoding", "utf-8")))
    read = corpus.read(tmp_path / case["file"])
    articles = read.articles.assign(date=read.articles["date"].dt.strftime("%Y-%m-%d"))
    found = [
        {
            name: None if (value := row.get(name)) is None or value != value or value == "" else value
            for name in expected
        }
        for row, expected in zip(articles.astype(object).to_dict("records"), case["articles"], strict=True)
    ]
    assert found == case["articles"]
    assert len(read.rejected) == len(case.get("rejected", []))
    for told, reason in zip(case.get("rejected", []), read.rejected["reason"], strict=True):
        assert told in reason
