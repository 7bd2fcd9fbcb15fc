"""The studies of real press run from their parameter files, on a part of the data, to reports that open and work."""

import tarfile
from pathlib import Path

import pandas as pd
import pytest
from running import FEWER, Reports, chrome, files, project, server, small_and_whole, smaller, works_in_every_way

__all__ = ["chrome", "server"]

pytestmark = pytest.mark.notebook
SHOWN = [*files("frontpage", "livedoor"), "multiverse/90_multiverse.frontpage.yaml"]


def headlines(source, folder) -> None:
    """Every headline on North Korea, and every tenth of the others."""
    folder.mkdir(parents=True)
    table = pd.read_parquet(source / "articles.parquet")
    table[table["is_nkor"].eq(1) | (table.index % 10 == 0)].to_parquet(folder / "articles.parquet")
    for name in ("jiji_monthly_polls.parquet", "original/manual_codes.csv"):
        (folder / Path(name).name).write_bytes((source / name).read_bytes())


def channels(source, folder) -> None:
    """Every twelfth article of the nine channels."""
    with tarfile.open(source / "original" / "ldcc_text.tar.xz") as packed:
        files = sorted((m for m in packed if m.isreg() and m.name.count("/") == 2), key=lambda m: m.name)
        for member in [m for m in files if "LICENSE" not in m.name][::12]:
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed.extractfile(member).read())


@pytest.fixture(scope="module")
def reports(shared, tmp_path_factory, server):
    names = {"frontpage": "jp_frontpage_1987_2015", "livedoor": "livedoor"}
    if not all((shared / "data" / name).is_dir() for name in names.values()):
        pytest.skip("the corpora frontpage and livedoor are not in the shared folder")
    folder = project(tmp_path_factory.mktemp("project"), "frontpage", "livedoor", "multiverse")
    cache = tmp_path_factory.mktemp("cache")
    headlines(shared / "data" / names["frontpage"], cache / "frontpage")
    channels(shared / "data" / names["livedoor"], cache / "livedoor")
    for path in [*folder.glob("params/frontpage/*.yaml"), *folder.glob("params/livedoor/*.yaml")]:
        smaller(path, **FEWER, n_topics=6, min_articles=5)
    smaller(folder / "params" / "multiverse" / "90_multiverse.frontpage.yaml", **FEWER)
    return Reports(folder, server, FRAMING_DATA=str(cache))


@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_of_a_real_study_runs(name, reports):
    small_and_whole(reports.report(name))


@pytest.mark.browser
@pytest.mark.parametrize("name", SHOWN)
def test_a_report_of_a_real_study_opens_and_works_in_every_way(name, reports, chrome):
    works_in_every_way(chrome, reports.report(name))
