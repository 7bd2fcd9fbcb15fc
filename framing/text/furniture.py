"""Lines that are no part of an article: found by pattern and by repetition, shown, then removed."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.tables import takes_tables
from framing.tables.blocks import blocks
from framing.text.lines import KINDS, LONGEST, is_notice, is_sentence, kind_of

PROSE = 30
"""Characters from which a line that ends with a full stop is a sentence and no link (English, Korean: 다.)."""

_ID = r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}\b"

_KINDS = ("", *KINDS)

FEWEST = 3
"""Articles of an outlet a line must stand in before repetition alone makes it furniture."""


@takes_tables()
def find_furniture(articles: pd.DataFrame, *, by: str = "outlet", min_share: float = 0.02) -> pd.DataFrame:
    """Find the lines that look like furniture or that an outlet repeats.

    Nothing is removed: look at the table, drop the rows that are content after all, and hand the rest
    to :func:`strip_furniture`.

    Parameters
    ----------
    articles
        One row per article: ``article_id``, ``text`` (lines ended by ``\\n``) and the column ``by``.
    by
        Column within which repetition counts, usually the outlet; articles without one are a group
        of their own, shown as an empty text.
    min_share
        Share of the group's articles (0 to 1) a line must stand in to be ``repeated``; never fewer
        than three articles. A line with a pattern of its own is found however rare it is.

    Returns
    -------
    DataFrame
        One row per group and distinct line, most frequent first: ``outlet`` (named as ``by`` is),
        ``line``, ``kind`` (one of :data:`framing.text.KINDS`: what its form says, ``related link`` for
        a line in a list under a ``link list`` heading, else ``repeated``), ``n_articles``, ``share`` of
        the group's articles, ``example`` (the ``article_id`` of the first).

    Raises
    ------
    TableError
        A column is missing.
    ValueError
        ``min_share`` is not between 0 and 1.

    Notes
    -----
    Lines that differ in an id of letters and figures only (``Document EAST000020110312e73c0001x``) are counted as one.
    A list of links goes on from its heading to the next line that ends as a sentence does. A notice of rights
    (``©朝日新聞社``) is furniture before the first and after the last sentence of an article only, and
    :func:`strip_furniture` leaves it between them. Read a
    ``repeated`` line with a high share as furniture of the outlet and one with a low share with care:
    a serial repeats its sub-headings too.
    """
    if not 0 <= min_share <= 1:
        raise ValueError(f"min_share must be between 0 and 1, not {min_share!r}")
    lines = _told(articles, by)
    if not len(lines):
        kinds = dict.fromkeys([by, "line", "kind"], "str") | {"n_articles": "int64", "share": "float64"}
        return pd.DataFrame(columns=[*kinds, "example"]).astype(kinds)
    grouped = lines.groupby([by, "line"], sort=False, observed=True)
    found = grouped.agg(
        n_articles=("row", "nunique"), first=("row", "first"), kind=("kind", "max"), shape=("shape", "first")
    )
    found = found.reset_index()
    n = found[by].map(_groups(articles, by).value_counts()).astype("float64")
    found["share"] = found["n_articles"] / n
    alike = lines.groupby([by, "shape"], observed=True).agg(alike=("row", "nunique"))
    alike = found.join(alike, on=[by, "shape"])["alike"]
    repeated = (alike >= FEWEST) & (alike / n >= min_share)
    found.loc[repeated & found["kind"].eq(""), "kind"] = "repeated"
    found = found[found["kind"].ne("")].sort_values(["n_articles", "share"], ascending=False, kind="stable")
    found["example"] = articles["article_id"].to_numpy()[found["first"].to_numpy()]
    return found[[by, "line", "kind", "n_articles", "share", "example"]].reset_index(drop=True)


@takes_tables()
def strip_furniture(articles: pd.DataFrame, found: pd.DataFrame, *, most_taken: float = 0.2) -> pd.DataFrame:
    """Remove the lines of ``found`` and keep them beside the text.

    Parameters
    ----------
    articles
        The articles ``found`` was made from.
    found
        Rows of :func:`find_furniture` that are to go; its first column names the group.
    most_taken
        Share of a body (of its characters without spaces, 0 to 1) that the lines of one kind may be; where
        they are more, that kind is left in this body; 1 takes all of them.

    Returns
    -------
    DataFrame
        The articles with ``text`` without those lines, ``removed`` (the removed lines in their order,
        ended by ``\\n``; empty where nothing was removed) and ``cleaning_flag`` (the kinds that were
        left because they are more than ``most_taken`` of the body, separated by commas, else empty;
        flags that the articles have already come first).

    Raises
    ------
    TableError
        A column is missing, in the articles or in ``found``.
    """
    if "line" not in found.columns or not len(found.columns):
        raise TableError(f"found lacks the column 'line'; it has {list(found.columns)}; make it with find_furniture")
    parts = [_stripped(articles.iloc[rows], found, most_taken) for rows in blocks(len(articles))]
    made = {name: pd.concat([part[name].astype("str") for part in parts]).array for name in parts[0]}
    return articles.assign(**{name: pd.Series(values, articles.index) for name, values in made.items()})


def _stripped(articles: pd.DataFrame, found: pd.DataFrame, most_taken: float) -> dict[str, pd.Series]:
    """The columns that :func:`strip_furniture` makes, of some articles."""
    by = str(found.columns[0])
    lines = _lines(articles, by, empty=True)
    marked = pd.MultiIndex.from_frame(lines[[by, "line"]].astype(object))
    gone = marked.isin(pd.MultiIndex.from_frame(found[[by, "line"]].astype(object))) & lines["line"].ne("").to_numpy()
    gone &= ~_amid(lines)
    flag = pd.Series("", index=pd.RangeIndex(len(articles)), dtype=object)
    if most_taken < 1 and gone.any():
        kind = found.drop_duplicates([by, "line"]).set_index([by, "line"])["kind"]
        lines["kind"] = kind.reindex(marked).to_numpy()
        size = lines["line"].str.replace(r"\s+", "", regex=True).str.len()
        part = size[gone].groupby([lines["row"], lines["kind"]]).sum() / size.groupby(lines["row"]).sum()
        spared = part.index[part > most_taken]
        gone &= ~pd.MultiIndex.from_frame(lines[["row", "kind"]]).isin(spared)
        flag.update(spared.to_frame(index=False).groupby("row")["kind"].agg(", ".join))
    kept = lines[~gone].groupby("row")["raw"].agg("\n".join)
    removed = lines[gone].groupby("row")["line"].agg("\n".join)
    short = kept.reindex(removed.index, fill_value="").str.replace(r"\n{3,}", "\n\n", regex=True).str.strip()
    made = {"text": short.reindex(flag.index).fillna(articles["text"].set_axis(flag.index)), "cleaning_flag": flag}
    if "cleaning_flag" in articles.columns:  # of an earlier step
        earlier = articles["cleaning_flag"].astype("str").set_axis(flag.index)
        made["cleaning_flag"] = earlier.str.cat(flag.astype("str"), sep=", ").str.strip(", ")
    made["removed"] = removed.reindex(flag.index, fill_value="")
    return made


def _told(articles: pd.DataFrame, by: str) -> pd.DataFrame:
    """The lines that may be furniture, with ``kind`` and ``shape``: of a kind, or of a shape that FEWEST articles have.

    Most lines are neither. All are looked at as 64 bits each, and only those that may be are held as text: two lines
    that have these in common by chance are let in, and go where furniture is counted.
    """
    seen = [_seen(articles.iloc[part], by, part.start) for part in blocks(len(articles))]
    kind, row, line, shape = (np.concatenate(each) for each in zip(*seen, strict=True))
    sizes = [len(part[0]) for part in seen]
    del seen
    counted = kind >= 0
    n = pd.DataFrame({"shape": shape[counted], "row": row[counted]}).drop_duplicates()["shape"].value_counts()
    mine = counted & (np.isin(line, line[kind > 0]) | np.isin(shape, n.index[n >= FEWEST]))
    found, ends = [], np.cumsum(sizes)
    for part, begin, end in zip(blocks(len(articles)), ends - sizes, ends, strict=True):
        lines = _lines(articles.iloc[part], by)[mine[begin:end]]
        found.append(lines.assign(row=lines["row"] + part.start))
    kinds = pd.Series(_KINDS, dtype="str").take(kind[mine]).array
    return pd.concat(found, ignore_index=True).assign(kind=kinds, shape=lambda all_: _shapes(all_["line"]))


def _seen(articles: pd.DataFrame, by: str, begin: int) -> tuple[np.ndarray, ...]:
    """Of each line: its kind (−1 where it is left out), row, and 64 bits of group and line, and of group and shape."""
    lines = _lines(articles, by)
    codes, distinct = pd.factorize(lines["line"])
    kinds = pd.Series([kind_of(line) for line in distinct], dtype="str")
    lines["kind"] = kinds.take(codes).to_numpy()
    lines["kind"] = _in_lists(lines, _sentences(lines["line"]))
    lines["shape"] = _shapes(lines["line"])
    kind = np.where(_amid(lines), -1, pd.Categorical(lines["kind"], _KINDS).codes)
    both = (lines[[by, name]] for name in ("line", "shape"))
    bits = (pd.util.hash_pandas_object(one, index=False).to_numpy() for one in both)  # ty: ignore[not-callable] - lazy
    return kind.astype(np.int8), (lines["row"] + begin).to_numpy(np.int32), *bits


def _shapes(lines: pd.Series) -> pd.Series:
    """The lines with the ids of a database (letters and figures, eight or more) as one sign; others as they are."""
    short = lines.str.len() <= LONGEST
    return lines.where(~short, lines.str.replace(_ID, "\0", regex=True))


def _sentences(lines: pd.Series) -> np.ndarray:
    """Which lines are prose: they end with a full stop, or are longer than a line of furniture."""
    codes, distinct = pd.factorize(lines)
    distinct = pd.Series(distinct, dtype="str")
    size = distinct.str.len()
    sentence = distinct.map(is_sentence).astype(bool) | (size > LONGEST)
    sentence |= distinct.str.contains("。", regex=False) & (size >= 40)
    sentence |= distinct.str.contains(r"\.[\"'”’)\]]*$") & (size >= PROSE)
    return sentence.take(codes).to_numpy(dtype=bool)


def _amid(lines: pd.DataFrame) -> np.ndarray:
    """Which lines are a notice of rights between two sentences of their article: neither its head nor its foot."""
    codes, distinct = pd.factorize(lines["line"])
    notice = np.array([is_notice(line) for line in distinct], dtype=bool)[codes]
    if not notice.any():
        return notice
    prose = pd.Series(_sentences(lines["line"]) & ~notice)
    row = lines["row"].to_numpy()
    before = prose.groupby(row).cummax()
    after = prose[::-1].groupby(row[::-1]).cummax()[::-1]
    return notice & before.to_numpy(dtype=bool) & after.to_numpy(dtype=bool)


def _in_lists(lines: pd.DataFrame, sentence) -> pd.Series:
    """Mark the lines under a heading of links, up to the next sentence, sub-heading or end of article."""
    kind = lines["kind"]
    heading = kind.eq("link list")
    marked = lines["line"].str.match(r"[■◆●▼【＜<](?!.*http)") & kind.eq("")
    under = heading.shift(1, fill_value=False) & lines["row"].eq(lines["row"].shift(1))
    stop = sentence | (marked & ~under)  # right under a heading a mark opens the first link and not another part
    state = pd.Series(pd.NA, index=lines.index, dtype="Int8")
    state[heading] = 1
    state[stop & ~heading] = 0
    listed = state.groupby(lines["row"]).ffill().fillna(0).astype(bool) & ~heading & kind.eq("")
    return kind.mask(listed, "related link")


def _groups(articles: pd.DataFrame, by: str) -> pd.Series:
    """The group of each article as plain values; articles without one are a group of their own, the empty text."""
    return articles[by].astype(object).where(articles[by].notna(), "")


def _lines(articles: pd.DataFrame, by: str, *, empty: bool = False) -> pd.DataFrame:
    """One row per line: ``row`` (place of the article), the group, ``line`` (stripped), ``raw``."""
    missing = [name for name in ("article_id", "text", by) if name not in articles.columns]
    if missing:
        raise TableError(f"articles lacks the columns {missing}; it has {list(map(str, articles.columns))}")
    texts = articles["text"].reset_index(drop=True)
    split = texts.fillna("").astype("str").str.split("\n").explode()
    row = split.index.to_numpy()
    lines = pd.DataFrame({"row": row, by: _groups(articles, by).to_numpy()[row], "raw": split.to_numpy()})
    lines["line"] = lines["raw"].str.strip()
    return lines if empty else lines[lines["line"].ne("")].reset_index(drop=True)
