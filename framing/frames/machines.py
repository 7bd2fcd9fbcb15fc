"""Codes of a machine: any function of a text, a table or file that another program wrote, or a trained classifier."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from framing import tables
from framing.codings import NONE, as_value, by_name, filled, folded, opened, read_file, yes_no
from framing.codings.beside import refuse_beside
from framing.errors import ParamError, TableError
from framing.frames.codebook import Code, Codebook
from framing.frames.coding import REMARKS, Codes
from framing.messages import Message, mark
from framing.study.studies import Study
from framing.tables.naming import worded
from framing.tokens.places import headlines_and_texts

_SHOWN = 5
_NOT_THERE = mark("articles that the study does not have are left out: {n:,}, first {first}")
_NO_CODE = mark("{place}: {code} is none of the codes {codes}; what the file says of {article} is left out")
_BOTH = mark("{name} says none of {article}, and a code too; give one of the two")
NOT_SAID, UNKNOWN = mark("not coded by {name}"), mark("{name} gives codes that the codebook does not have: {codes}")
"""Why articles of the study have no codes of a machine."""


def coded_by(
    study: Study,
    coder: Callable[[str], object] | pd.DataFrame | str | Path,
    codebook: Codebook | None = None,
    *,
    name: str = "",
    machine: bool = True,
    in_sample: bool = False,
) -> Codes:
    """Take the codes of articles from a function, a table or a file.

    Parameters
    ----------
    study
        The articles.
    coder
        A function that is given headline and text, with a line break between, and returns a code, several, None or
        ``none``, or a mapping of codes to 1 or 0; a table with ``article_id`` and ``code``, one row per article and
        code that it has, with a missing code for an article that was coded and has none, or with ``value``, 1 or 0 (yes
        or no), of each code that the table names, as :func:`framing.datasets.codings` makes it of a column; or a file
        of Label Studio, doccano, ActiveTigger, quallmer or any program that writes ``article_id`` with a column of
        codes (and ``value``, 1 or 0, where rows say whether one is there), or a column for each code; a cell may hold
        a list of codes, or a mapping of codes to true or false, as JSON. Codes are written as their ids or their
        labels. ``none`` is none of the codes that the table or file speaks of. An empty cell of codes is none of them,
        where the file says ``none`` nowhere; else the article was not coded. ``remarks`` say which.
    codebook
        From :func:`load`: the codes there are; without, those of a table.
    name
        Who coded, with what makes it again: model, prompt, date; by default that of the file, ``gpt`` of ``gpt.csv``.
    machine
        Whether that is a machine; then comparisons are labelled uncorrected.
    in_sample
        Whether it was trained on people's codes of these articles; then it cannot be held against them.

    Returns
    -------
    Codes
        As from :func:`code`, without matches. Of a table or a file only the articles that stand in it are units;
        ``steps`` counts the others. ``origin`` keeps what else a file says: model, prompt, date, reasons. ``remarks``
        lists what was left out: rows of a file that do not fit its header, columns of it that are not read, articles
        that the study does not have, and articles of a file with a code that is none.

    Raises
    ------
    TableError
        No article is in the study, no code in the codebook, or a column is missing; several coders in one file; or a
        function or table says ``none`` of an article and a code too.
    SourceError
        The file holds no codes, or a column beside them says how much or whether each is there, and none is ``value``.
    ParamError
        No name, of what is no file.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import frames, study
    >>> press = study.open(pd.DataFrame({"outlet": ["A", "B"], "text": ["sanctions", "talks"]}))
    >>> book = frames.load({"act": "sanction*"})
    >>> mine = frames.coded_by(press, lambda text: "act" if "sanction" in text else None, book, name="by hand")
    >>> mine.coded["unit"].tolist()
    [0]
    """
    name = name or (Path(coder).stem if isinstance(coder, (str, Path)) else "")
    if not name:
        raise ParamError("coded_by needs the name of who coded; say it with name, as in name='model, prompt, date'")
    articles = study.articles
    if codebook is None:
        if not isinstance(coder, pd.DataFrame) or "code" not in coder:
            raise TableError("without a codebook the codes are those of a table with the column 'code'")
        codebook = Codebook(name, tuple(Code(each, each) for each in map(str, coder["code"].dropna().unique())))
    names = asked = [each.id for each in codebook.codes]
    origin, remarks, unknown = None, [], pd.DataFrame(columns=["id", "code"])
    if isinstance(coder, (str, Path)):
        table, asked, origin, remarks, unknown = _of_file(coder, codebook, machine)
    else:
        table = coder if isinstance(coder, pd.DataFrame) else _asked(articles[worded(articles)], coder)
    missing = [column for column in ("article_id", "code") if column not in table]
    if missing:
        raise TableError(f"the table of codes lacks {missing}; it has {list(map(str, table.columns))}")
    by_key = by_name(codebook.labels)
    if "value" in table:
        table, asked = _of_values(table, codebook)
    elif others := [column for column in table if column not in ("article_id", "code", "coder")]:
        refuse_beside(table.to_dict("records"), "article_id", "code", others, by_key)
    ids = table["article_id"].astype("str")
    known = pd.Index(articles["article_id"].astype("str"))
    strange = ids[~ids.isin(known)].unique()
    if len(strange):
        if len(strange) == ids.nunique():
            raise TableError(f"none of {len(strange)} articles with codes is in the study, first {strange[0]!r}")
        remarks = [*remarks, Message(_NOT_THERE, {"n": len(strange), "first": repr(strange[0])})]
        table, ids = table[ids.isin(known)], ids[ids.isin(known)]
    codes = table["code"].map(lambda code: by_key.get(folded(str(code)), ""), na_action="ignore")
    both = {*ids[codes.eq(NONE)]} & {*ids[codes.notna() & codes.ne(NONE)]}
    if both:
        raise TableError(Message(_BOTH.text, {"name": repr(name), "article": repr(sorted(both)[0])}))
    codes = codes.where(codes.ne(NONE), None)
    if codes.eq("").any():
        raise TableError(f"{table['code'][codes.eq('')].iloc[0]!r} is none of the codes {names}")
    kept = known.isin(ids)
    left = articles[kept].reset_index(drop=True)
    places = pd.Index(left["article_id"].astype("str")).get_indexer(ids)
    has = np.zeros((len(left), len(names)), dtype=bool)
    said = codes.notna().to_numpy()
    has[places[said], pd.Index(names).get_indexer(codes[said])] = True
    if codebook.exclusive and (has.sum(axis=1) > 1).any():
        raise TableError("the codes exclude each other, and some articles have several")
    rows, n, unknown = [*study.steps.itertuples(index=False, name=None)], len(known), unknown[unknown["id"].isin(known)]
    values = {"name": name, "codes": tuple(unknown["code"].drop_duplicates()[:_SHOWN])}
    n_unknown = unknown["id"].nunique()
    for reason, lost in ((NOT_SAID, int((~kept).sum()) - n_unknown), (UNKNOWN, n_unknown)):
        n -= lost
        rows += [(Message("coded by {name}", values), n, lost, Message(reason.text, values))] if lost else []
    at = pd.Index(names).get_indexer(asked)
    others = tuple(known[~kept])
    mentions = study.mentions if study.has("mentions") else None
    told = pd.DataFrame([("", 0, 0, "", remark) for remark in remarks], columns=REMARKS, dtype=object)
    return made(
        codebook, left, has[:, at], asked, name, machine, tables.steps(rows), in_sample=in_sample, origin=origin,
        remarks=told, _mentions=mentions, _not_coded=others,
    )  # fmt: skip


def made(codebook, articles: pd.DataFrame, has: np.ndarray, names: list[str], coder: str, machine: bool, steps, **more):
    """Codes of whole articles (rows of ``has``) without matches; ``remarks``, ``scores`` and ``in_sample`` as given."""
    unit, code = np.nonzero(has)
    coded = pd.DataFrame({"unit": unit, "code": pd.Categorical.from_codes(code, names), "n_matches": 1})
    nothing = pd.DataFrame({"unit": np.empty(0, int), "code": [], "position": np.empty(0, int),
                            "n_tokens": np.empty(0, int)})  # fmt: skip
    remarks = more.pop("remarks", pd.DataFrame(columns=REMARKS))
    units = articles[["article_id", "outlet"]].astype({"article_id": "str"})
    return Codes(codebook, "article", units, coded, nothing, remarks, coder, machine, articles, steps, **more)


def _of_file(
    path: str | Path, codebook: Codebook, machine: bool
) -> tuple[pd.DataFrame, list[str], pd.DataFrame, list[str], pd.DataFrame]:
    """Articles × codes of which a file says whether they have them, those codes, what else it says, remarks, and what
    it names that is none of the codes."""
    names = [each.id for each in codebook.codes]
    found, rest, wrong = read_file(path, codebook.labels, machine=machine)
    remarks = [Message("{place}: {why}", {"place": place, "why": why}) if place else why for place, why in wrong]
    origin = rest.rename(columns={"id": "article_id"}).drop(columns="coder")
    coders = sorted(set(found["coder"]))
    if len(coders) > 1:
        raise TableError(f"{Path(path).name} holds the codes of {coders}; give a table of one of them")
    strange = ~found["code"].isin(names)
    if strange.any() and strange.all():
        raise TableError(f"{found['code'].iloc[0]!r} is none of the codes {names}")
    for row in tables.each(found[strange]):
        values = {"place": row.place, "code": repr(row.code), "codes": tuple(names), "article": repr(row.id)}
        remarks.append(Message(_NO_CODE, values))
    unknown, found = found[strange], found[~found["id"].isin(found.loc[strange, "id"])]
    return *_each_said(found, names, Path(path).name), origin, remarks, unknown


def _of_values(table: pd.DataFrame, codebook: Codebook) -> tuple[pd.DataFrame, list[str]]:
    """A table that says of each code whether an article has it, as of a file; rows without a value say nothing."""
    if "coder" in table and table["coder"].nunique() > 1:
        there = sorted({*table["coder"].dropna().astype("str")})
        raise TableError(f"the table holds the codes of {there}; give those of one of them")
    names = [each.id for each in codebook.codes]
    by_key = by_name(codebook.labels)
    rows = table[["code", "value"]].assign(unit=table["article_id"].astype("str"), coder="the table")
    rows = filled(rows.assign(code=rows["code"].astype(object).fillna(NONE)), codebook.labels)
    known = rows["code"].map(lambda code: by_key.get(folded(str(code)), ""))
    if known.eq("").any():
        raise TableError(f"{rows['code'][known.eq('')].iloc[0]!r} is none of the codes {names}")
    value = yes_no(rows["value"], ", ".join(names))
    found = pd.DataFrame({"id": rows["unit"], "code": known, "value": value.eq(1)})[value.notna()]
    return _each_said(found, names, "the table")


def _each_said(found: pd.DataFrame, names: list[str], where: str) -> tuple[pd.DataFrame, list[str]]:
    """Articles × codes, one row for each that an article has or one without code, and the codes that are spoken of."""
    twice = found.drop_duplicates(["id", "code", "value"]).duplicated(["id", "code"])
    if twice.any():
        raise TableError(f"{where} says both of {found.loc[twice[twice].index[0], ['id', 'code']].tolist()}")
    wide = found.drop_duplicates(["id", "code"]).pivot(index="id", columns="code", values="value")
    lost = wide.index[wide.isna().any(axis=1)]
    if len(lost):
        raise TableError(
            f"{len(lost)} articles have no value of some codes, first {lost[0]!r}; code them, or leave them out"
        )
    known = [name for name in names if name in wide]
    ids, codes = np.nonzero(wide[known].to_numpy(dtype=bool))
    yes = pd.DataFrame({"article_id": wide.index[ids], "code": np.array(known, dtype=object)[codes]})
    none = pd.DataFrame({"article_id": wide.index[~wide[known].any(axis=1)], "code": None})
    return pd.concat([yes.astype(object), none.astype(object)], ignore_index=True), known


def _asked(articles: pd.DataFrame, coder: Callable[[str], object]) -> pd.DataFrame:
    """What a function says of each article; its calls are the work."""
    rows: list[tuple[object, object]] = []
    for article, headline, text in zip(articles["article_id"], *headlines_and_texts(articles), strict=True):
        said = opened(coder(f"{headline}\n{text}".strip()))
        if isinstance(said, Mapping):  # of each code whether the text has it
            said = _that_are_there(said)
        several = list(said) if isinstance(said, Iterable) and not isinstance(said, str) else [said]
        rows += [(article, each or None) for each in several or [None]]
    return pd.DataFrame(rows, columns=["article_id", "code"], dtype=object)


def _that_are_there(said: Mapping) -> list:
    """The codes of which a function says yes; None is no, as where it returns nothing."""
    value = {code: as_value(has) for code, has in said.items()}
    if not {*value.values()} <= {"1", "0", ""}:
        told = mark("the function says {said}; of each code 1 or 0 (yes or no) is needed, of a score whether it is "
                    "high enough: {{code: score >= 0.5, …}}")  # fmt: skip
        raise TableError(Message(told, {"said": str(dict(said))[:200]}))
    return [code for code, has in value.items() if has == "1"]
