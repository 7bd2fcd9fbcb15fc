"""Front-page headlines of 朝日新聞 and 読売新聞, 1987 to 2015, as articles."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from framing.errors import SourceError
from framing.tables import REJECTED

OUTLETS = {"A": "朝日新聞", "Y": "読売新聞"}
STATES = {"us": "us", "chn": "chn", "sko": "skor", "nko": "nkor"}
"""Countries as the original files and as the columns here call them."""
SUBSETS = ("cabinet", "ldp", "politics")
ROWS = {
    "us": 9040, "chn": 3395, "sko": 2200, "nko": 3401, "cabinet": 17176, "ldp": 4766, "politics": 16156,
}  # fmt: skip
"""Headlines in each original file."""
ALL_ROWS = 42_357
NEAR = 50
FLAGS = ("is_us", "is_chn", "is_skor", "is_nkor", "is_cabinet", "is_ldp", "is_politics")
_KEY = ["paper", "year", "month", "date", "Headline", "copy"]


def read_frontpage(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the front-page headlines from a folder that :func:`fetch` filled, or one of the same shape.

    Parameters
    ----------
    folder
        Holds ``articles.parquet`` (the seven subsets already joined) or the seven original CSV files.

    Returns
    -------
    articles, rejected
        One row per headline: ``article_id``, ``outlet``, ``date``, ``page`` (always 1), ``headline``, ``text`` (always
        empty), ``wcount`` (length of the article in the source's unit, missing for some), ``jijiymonth`` (poll
        month, YYYYMM), ``is_*`` (true where in that subset), ``cdneg_* cdpos_* prneg_* prpos_* logitpr_* rfpr_*
        codeN_pm`` (tone; see :func:`describe`), ``language``, ``source``. Rows without outlet, day or headline
        are rejected.

    Raises
    ------
    SourceError
        Neither form is there, or columns are missing.
    """
    folder = Path(folder)
    joined = folder / "articles.parquet"
    if joined.is_file():
        table = pd.read_parquet(joined)
        missing = {"id", "outlet", "published_on", "title", "wcount", "jijiymonth", *FLAGS} - set(table.columns)
        if missing:
            raise SourceError(f"{joined} lacks the columns {sorted(missing)}; it has {list(table.columns)}")
    else:
        table = join(originals(folder))
    return _articles(table, str(joined if joined.is_file() else folder))


def polls(folder: str | Path) -> pd.DataFrame:
    """The monthly polls beside the headlines: one row per poll month (``ymonth``, YYYYMM)."""
    folder = Path(folder)
    if (path := folder / "jiji_monthly_polls.parquet").is_file():
        return pd.read_parquet(path)
    if (path := folder / "jijidata_simple_8711to1503.csv").is_file():
        return _csv(path)
    raise SourceError(f"no monthly polls in {folder}; run `framing fetch frontpage`")


def manual_codes(folder: str | Path) -> pd.DataFrame:
    """The codes of four coders a country: one row per headline (``unit``), ``coder``, ``code`` (country) and ``value``.

    Values are 1 negative, 2 neutral, 3 positive; 8 and 9 are missing.
    """
    path = Path(folder) / "manual_codes.csv"
    if not path.is_file():
        raise SourceError(f"no manual_codes.csv in {folder}; run `framing fetch frontpage`")
    table = _csv(path).set_index("id").filter(regex=r"^c\d+_[a-z]+$").rename_axis(index="unit", columns="column")
    long = table.where(table <= 3).stack().rename("value").reset_index()
    long[["coder", "code"]] = long.pop("column").str.split("_", expand=True)
    return long


def originals(folder: Path) -> dict[str, pd.DataFrame]:
    """The seven original files by country or subset; UTF-8 or CP932."""
    files = {name: folder / f"{name}data_codepred.csv" for name in STATES}
    files |= {name: folder / f"{name}data_traincode.csv" for name in SUBSETS}
    missing = [path.name for path in files.values() if not path.is_file()]
    if missing:
        raise SourceError(
            f"{folder} holds neither articles.parquet nor the original files (missing {missing}); "
            "run `framing fetch frontpage`, or `framing fetch frontpage --from FOLDER`"
        )
    return {name: _original(path) for name, path in files.items()}


def _original(path: Path) -> pd.DataFrame:
    table = _csv(path)
    needed = {"Headline", "paper", "year", "month", "date", "wcount", "jijiymonth"}
    if needed - set(table.columns):
        raise SourceError(
            f"{path.name} lacks the columns {sorted(needed - set(table.columns))}; it is not the original"
        )
    table["Headline"] = table["Headline"].astype("str").str.strip()
    # the same headline twice on one day in one paper is two items: its first joins the other files' first
    table["copy"] = table.groupby(["paper", "year", "month", "date", "Headline"]).cumcount()
    return table


def _csv(path: Path) -> pd.DataFrame:
    """A file in UTF-8 or CP932."""
    try:
        return pd.read_csv(path, low_memory=False)
    except UnicodeDecodeError:
        return pd.read_csv(path, encoding="cp932", low_memory=False)


def check_originals(folder: Path) -> None:
    """Refuse original files that have not the number of headlines the toolkit knows, and doubt a join that is near it.

    The files are of fixed commits, so a file of another length is another file. The union was made once
    elsewhere; a few headlines spelled differently in two files would make it a few rows longer, which is a thing
    to say and not to refuse.
    """
    tables = originals(folder)
    wrong = {name: len(table) for name, table in tables.items() if len(table) != ROWS[name]}
    if wrong:
        raise SourceError(f"original files of another length: {wrong} instead of { ({k: ROWS[k] for k in wrong}) }")
    n = len(join(tables))
    if abs(n - ALL_ROWS) > NEAR:
        raise SourceError(f"the original files join to {n} headlines, not {ALL_ROWS}; they are not of one version")
    if n != ALL_ROWS:
        warnings.warn(f"the original files join to {n} headlines where {ALL_ROWS} were expected", stacklevel=2)


def join(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The union of the seven subsets by paper, day and headline, in the columns of ``articles.parquet``.

    The two projects number headlines differently, so numbers are not used. What a subset knows (tone, codes)
    comes from its own file; length and poll month from whichever file has the headline first.
    """
    parts = [_part(name, table) for name, table in tables.items()]
    union = pd.concat(parts, ignore_index=True)
    first = union.groupby(_KEY, sort=False).first()  # first value that is not missing
    flags = union.groupby(_KEY, sort=False)[list(FLAGS)].max()
    joined = first.drop(columns=list(FLAGS)).join(flags).reset_index()
    joined = joined.sort_values(["year", "month", "date", "paper"], kind="stable", ignore_index=True)
    days = pd.to_datetime(joined[["year", "month", "date"]].rename(columns={"date": "day"}), errors="coerce")
    return joined.drop(columns=["year", "month", "date", "copy", "paper", "Headline"]).assign(
        id=[f"jpfp-{number:05d}" for number in range(len(joined))],
        outlet=joined["paper"].map(OUTLETS),
        published_on=days,
        title=joined["Headline"],
    )


def _part(name: str, table: pd.DataFrame) -> pd.DataFrame:
    part = table[[*_KEY, "wcount", "jijiymonth"]].copy()
    state = STATES.get(name)
    for flag in FLAGS:
        part[flag] = int(flag == f"is_{state or name}")
    tone = {f"{column}_{state}": f"{column}_{name}" for column in ("cdneg", "cdpos", "prneg", "prpos")}
    tone |= {f"{column}_{state}": column for column in ("logitpr_neg", "rfpr_neg", "logitpr_pos", "rfpr_pos")}
    for ours, theirs in (tone if state else {"codeN_pm": "codeN"}).items():
        part[ours] = pd.to_numeric(table.get(theirs), errors="coerce")
    return part


def _articles(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    date = pd.to_datetime(table["published_on"], errors="coerce").astype("datetime64[us]")
    title = table["title"].astype("str").str.strip()
    known = table["outlet"].notna() & date.notna() & (title.fillna("") != "")
    rest = table.drop(columns=["id", "outlet", "published_on", "title", "body"], errors="ignore")
    articles = pd.DataFrame({"article_id": table["id"], "outlet": table["outlet"]}, dtype="str").assign(
        date=date,
        page=pd.array([1] * len(table), dtype="Int64"),
        headline=title,
        text=pd.Series("", index=table.index, dtype="str"),
        **rest.astype({name: bool for name in FLAGS}),
        language="ja",
        source="frontpage",
    )
    rejected = pd.DataFrame(
        {
            "source": where,
            "line": np.flatnonzero(~known) + 1,
            "reason": "no outlet, day or headline",
            "record": [str(record) for record in table[~known].iloc[:, :8].to_dict("records")],
        },
        columns=list(REJECTED.columns),
    )
    return articles[known].reset_index(drop=True), rejected
