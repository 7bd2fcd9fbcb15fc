"""Rows of texts become the table of articles: ids, dates, pages, flags."""

import difflib
import functools
import hashlib
import json
import re
import unicodedata

import pandas as pd

from framing import data, databases, dates
from framing.corpus.dating import flag_dates, in_order, of_names
from framing.corpus.tabular import MOST_CHARACTERS, TOO_LONG
from framing.databases.latin import FORMS, language_of, page_of
from framing.errors import ParamError
from framing.messages import mark
from framing.tables.blocks import blocks
from framing.tables.naming import UNNAMED
from framing.tables.spreadsheet import is_yes
from framing.tokens.mecab import in_runs

KNOWN = (
    "article_id", "outlet", "date", "page", "headline", "text", "page_last", "page_section", "front", "edition",
    "region", "section", "position", "n_pages", "author", "agency", "url", "language", "n_chars", "text_flag",
    "date_precision", "date_evidence", "date_note", "date_flag", "note", "source", "line",
)  # fmt: skip
"""Columns of the articles in their order; after the first six, those the source has or reading makes."""

_BLANK = mark("neither headline nor text, and no id, address or date")
_SEVERAL = mark("the outlet names several newspapers; write one of them, or a row for each")
_TEXTS = {
    "headline", "text", "outlet", "edition", "region", "section", "author", "agency", "url", "language", "page_section",
    "article_id", "note",
}  # fmt: skip
_FAR_PAGE = 999
_LONGEST = 200
"""Characters that a page may have."""
_LONGEST_EDITION = 80
"""Characters at the end of a newspaper's name in which its edition is looked for."""


def to_articles(raw: pd.DataFrame, outlet: str | None, outlets: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make :data:`framing.tables.ARTICLES` of rows of texts (with ``_source _line _kind``); also what was rejected."""
    fields = [c for c in raw.columns if not c.startswith("_")]
    frame = raw.copy()
    for name in frame.columns:
        if name in _TEXTS or (name in fields and name not in KNOWN and _wordy(frame[name])):
            frame[name] = _text(frame[name])
    for name in {"headline", "text", "outlet", "note"} - set(frame.columns):
        frame[name] = pd.Series("", index=frame.index, dtype="str")
    if "language" in frame.columns:
        codes = {name: language_of(name) for name in frame["language"].unique()}
        frame["language"] = frame["language"].map(codes).astype("str")
    if "edition" in frame.columns:
        frame["edition"] = frame["edition"].replace({"朝": "朝刊", "夕": "夕刊"}).astype("str")
    for name in {"section", "edition", "region"} & set(frame.columns):  # １総合 and 1総合 are one
        frame[name] = frame[name].str.normalize("NFKC").astype("str")
    frame["headline"] = frame["headline"].map(_one_line).astype("str")
    frame["text"] = frame["text"].str.replace("\r\n", "\n", regex=False).str.replace("\r", "\n", regex=False)
    blank = pd.Series(True, index=frame.index)
    for name in {"headline", "text", "article_id", "url", "date"} & set(fields):
        blank &= _text(frame[name]).str.strip().eq("")
    frame = frame if outlet else _named_by_files(frame)
    frame["outlet"] = _outlets(frame, outlet)
    several = _several_papers(frame["outlet"])
    frame = _without_edition(frame, several)
    several &= ~frame["outlet"].isin(list(outlets))
    plain = _renamed(one_spelling(frame["outlet"]), outlets)
    printed = ("outlet printed as " + frame["outlet"]).where(frame["outlet"].ne(plain), "")
    frame["note"] = frame["note"].str.cat(printed, sep="; ").str.cat(_runs(frame["text"]), sep="; ")
    frame["note"] = frame["note"].str.replace("(?:; ){2,}", "; ", regex=True).str.strip("; ").astype("str")
    frame["outlet"] = plain
    frame = _fronted(_paged(frame))
    frame = _dated(frame)
    frame["article_id"], again = _ids(frame)
    nameless = frame["_kind"].eq("japanese") & frame["outlet"].eq(UNNAMED)
    again = again.mask(several, _SEVERAL).mask(frame["text"].str.len().gt(MOST_CHARACTERS), TOO_LONG)
    reason = again.mask(nameless, mark("the header names no newspaper; give outlet=")).mask(blank, _BLANK)
    faults = _faults(raw, fields, reason)
    taken = frame[reason.eq("")].reset_index(drop=True)
    taken = measured(flag_dates(taken))
    taken["source"], taken["line"] = taken["_source"].astype("str"), pd.to_numeric(taken["_line"]).astype("int64")
    rest = [c for c in taken.columns if c not in KNOWN and not c.startswith("_")]
    return taken[[c for c in KNOWN if c in taken.columns] + rest], faults


def _runs(texts: pd.Series) -> pd.Series:
    """A note on letters or signs without a blank that are no words (``data:`` addresses)."""
    longest = [max((len(run) for _, run, is_run in in_runs(text) if is_run), default=0) for text in texts]
    found = pd.Series(longest, index=texts.index, dtype="int64")
    told = {n: f"a run of {n:,} signs without a blank, counted as one token" for n in found[found.gt(0)].unique()}
    return found.map(told).astype(object).reindex(texts.index).fillna("").astype("str")


def _one_line(text: str) -> str:
    """A text without line ends and tabs; the blanks around them go with them."""
    return " ".join(filter(None, (part.strip() for part in re.split("[\r\n\t]+", text))))


def _wordy(values: pd.Series) -> bool:
    return values.dtype == object or pd.api.types.is_string_dtype(values.dtype)


def _text(values: pd.Series) -> pd.Series:
    """Texts without missing values and without NUL, which no table can be saved with."""
    if pd.api.types.is_float_dtype(values.dtype):  # an id that was read as a number has no point
        values = values.map(lambda one: f"{one:.0f}" if one == one and one.is_integer() else one)
    known = values if isinstance(values.dtype, pd.StringDtype) else values.astype(object).where(values.notna(), "")
    return known.astype("str").fillna("").str.replace("\0", "", regex=False)


def measured(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles with the length of each text, and a flag where there is none."""
    text = articles["text"].astype("str")
    empty = text.str.strip().eq("").map({True: "empty", False: ""})
    return articles.assign(n_chars=text.str.len().astype("int64"), text_flag=empty.astype("str"))


_PARTS = re.compile(r"[_\s()（）\[\]【】-]+|\.\w{1,5}$")
NAMED = mark("the newspaper is that of the file's name; none is printed")


def _named_by_files(frame: pd.DataFrame) -> pd.DataFrame:
    """Newspapers from the names of files with one article each (``20210312_東都新報_橋.txt``), where each has one."""
    bare = frame["_kind"].isin(("text", "page", "pdf")) & frame["outlet"].str.strip().eq("")
    bare &= ~frame["_source"].duplicated(keep=False)
    if "_folder" in frame.columns and frame["_folder"].replace("", None).nunique() > 1:
        return frame
    names = frame.loc[bare, "_source"].str.rsplit("/", n=1).str[-1].map(_PARTS.split)
    named = names.map(lambda parts: [part for part in parts if _SECTIONS.alone.fullmatch(part)])
    if not bare.any() or not named.str.len().eq(1).all():
        return frame
    note = frame.loc[bare, "note"].where(frame.loc[bare, "note"].eq(""), frame.loc[bare, "note"] + "; ") + NAMED
    told = frame.copy()
    told.loc[bare, "outlet"], told.loc[bare, "note"] = named.str[0], note
    return told


def _outlets(frame: pd.DataFrame, outlet: str | None) -> pd.Series:
    """The row's own outlet; else the one given; else, for text files in several folders, the folder's name."""
    own = frame["outlet"].str.strip()
    if outlet:
        constant = frame["_kind"].isin(("asahi", "yomiuri")) & own.isin(("朝日新聞", "読売新聞"))
        own = own.mask(own.eq("") | constant, outlet)
    elif "_folder" in frame.columns:
        folder = frame["_folder"].fillna("").astype("str")
        if folder[folder.ne("")].nunique() > 1:
            own = own.mask(own.eq(""), folder)
    return own.mask(own.eq(""), UNNAMED).astype("str")


_SHIFT = r"(?:東京|大阪|西部|中部|名古屋|北海道|全国版?)?(?:朝刊|夕刊|朝夕刊)(?:全道|全県|全市|県内|地方|最終)?版?"
_KIND = (
    r"(?:late|early|final|first|second|third|morning|evening|weekend|sunday|saturday|national|city|metro|regional|home)"
)
_TAIL = re.compile(
    rf"(?i)(?:[\s,;:・/(\[（-]+({_SHIFT}|号外|電子版)|(?<=[新民日時]聞)({_SHIFT})|(?<=[新日民時]報)({_SHIFT})|"
    r"\s*(?:[,;:(\[（]|\s[-–—]\s)\s*((?:[\w.&'-]+\s){1,4}(?:edition|ausgabe)(?:\s?\([^()]*\))?)|"
    rf"\s((?:{_KIND}\s){{1,3}}(?:edition|ausgabe)))\s*[)\]）]?$"
)
"""An edition behind a newspaper's name; behind a blank alone only one that is made of known words."""
_FILE = re.compile(
    r"\s*\((?:1[6-9]|20)\d\d\s?[-–]\s?(?:(?:1[6-9]|20)\d\d|current(?: file)?|present)?\)$", re.IGNORECASE
)
"""The years of a file of ProQuest Historical Newspapers: ``The Post (1974-Current file)``."""


_BETWEEN_PAPERS = re.compile(r"\s*[;；/／|｜、，+＋&＆]\s*|\s+(?:and|und|et)\s+")


def _several_papers(outlets: pd.Series) -> pd.Series:
    """Which cells name several papers: each part stands elsewhere alone, or what is behind ``;`` is named as one."""
    distinct = pd.Series(outlets.unique(), dtype="str").loc[lambda one: one.str.len().le(200)]
    alone = {name_key(re.split("[;；]", one)[0]) for one in distinct}
    parts = {one: [part for part in _BETWEEN_PAPERS.split(one) if part] for one in distinct}
    behind = {one: re.split(r"\s*[;；]\s*", one)[1:] for one in distinct}
    found = [
        one
        for one in distinct
        if one.startswith('["')  # a list of JSON
        or (len(parts[one]) > 1 and all(name_key(part) in alone for part in parts[one]))
        or any(_SECTIONS.paper.search(part) for part in behind[one])
    ]
    return outlets.isin(found)


def _without_edition(frame: pd.DataFrame, several: pd.Series) -> pd.DataFrame:
    """Take place (``The Post; London``), years and edition (``東都新報 朝刊``) from behind a newspaper's name."""
    out = frame.copy()
    named = out["outlet"].mask(several, "").str.extract(r"^([^;]{2,120});\s*(.{2,80})$")
    if named[1].notna().any():
        region = _text(out["region"]) if "region" in out.columns else pd.Series("", index=out.index, dtype="str")
        out["region"] = region.mask(named[1].notna() & region.eq(""), named[1]).astype("str")
        out["outlet"] = named[0].str.strip().fillna(out["outlet"]).astype("str")
    start, end = out["outlet"].str[:-_LONGEST_EDITION], out["outlet"].str[-_LONGEST_EDITION:]
    end = end.str.replace(_FILE, "", regex=True)  # searched from every place: a name of 100,000 hyphens took hours
    out["outlet"] = (start + end).astype("str")
    parts = end.str.extract(_TAIL)
    found = functools.reduce(pd.Series.fillna, [parts[i] for i in parts])
    bare = (start + end.str.replace(_TAIL, "", regex=True)).str.strip()
    tailed = found.notna() & bare.ne("")
    if tailed.any():
        edition = _text(out["edition"]) if "edition" in out.columns else pd.Series("", index=out.index, dtype="str")
        out["edition"] = edition.mask(tailed & edition.eq(""), found).astype("str")
        out["outlet"] = out["outlet"].mask(tailed, bare).astype("str")
    return out


def name_key(outlet: str) -> str:
    """What a newspaper's name is without width, capitals, signs, the article before it and the 社 behind it."""
    folded = unicodedata.normalize("NFKC", outlet).casefold()
    return re.sub(r"[\W_]+|社$", "", re.sub(r"^(?:the|der|die|das|le|la|el|il)\s+|,\s*the$", "", folded)) or folded


_VARIANT = re.compile(r"(?i)\([^()]*\)|[\s.]*(?:online|web|blogs?|デジタル|オンライン|電子版|com|kp)$")


def alike(outlets: pd.Series) -> list[list[str]]:
    """Names that may be those of one newspaper, the commonest first: one has a place in brackets, or is a website's."""
    names = pd.Series(outlets.value_counts().index, dtype="str")
    bare = names.str.normalize("NFKC").str.replace(_VARIANT, "", regex=True)
    groups = names.groupby(bare.map(name_key))
    return [list(group) for key, group in groups if len(group) > 1 and key in set(group.map(name_key))]


def one_spelling(outlets: pd.Series) -> pd.Series:
    """Outlets whose names differ in form only (ＡＢＣ and ABC, THE POST and The Post) under the commonest name."""
    n = outlets.value_counts(sort=False)  # in order of appearance, so that of equals the first is taken
    names = pd.Series(n.index, index=n.index, dtype="str")
    keys = names.map(name_key)
    plain = names.str.normalize("NFKC").str.replace(r"\s+", " ", regex=True)
    best = plain.loc[n.groupby(keys).idxmax().reindex(keys).to_numpy()]
    return outlets.map(dict(zip(names, names.where(~keys.duplicated(keep=False), best.to_numpy()), strict=True)))


def _renamed(outlets: pd.Series, names: dict[str, str]) -> pd.Series:
    """The outlets, those that a person says are another's name under that; a name that none has is refused."""
    there = {name_key(one): one for one in outlets.unique()}
    if absent := [name for name in names if name_key(name) not in there]:
        near = {name: difflib.get_close_matches(name, there.values(), 1, 0.4) for name in absent}
        hints = "".join(f"; did you mean {found[0]!r} for {name!r}?" for name, found in near.items() if found)
        known = sorted(one for one in there.values() if one != UNNAMED)
        raise ParamError(f"outlets names {absent}, which no article has; there are {known[:20]}{hints}")
    return outlets.replace({there[name_key(name)]: other for name, other in names.items()}).astype("str")


def _paged(frame: pd.DataFrame) -> pd.DataFrame:
    """Pages as whole numbers; what is no page is noted, never guessed."""
    out = frame.copy()
    if "section" in out.columns:
        given = _text(out["page"]) if "page" in out.columns else pd.Series("", index=out.index, dtype="str")
        bare = given.str.strip().eq("")
        named = out.loc[bare, "section"].map(_named_page)  # 面名：3面; NEWS; Pg. 1
        out = out.assign(page=given.mask(bare, named.reindex(out.index))) if named.ne("").any() else out
    if "page" not in out.columns:
        out["page"] = pd.Series(pd.NA, index=out.index, dtype="Int64")
        return out
    printed = _text(out["page"]).str.strip()
    edition = printed.str.extract(r"^([朝夕]刊)", expand=False).fillna("")
    if edition.ne("").any():  # 面：夕刊1面
        own = _text(out["edition"]) if "edition" in out.columns else edition
        out["edition"] = own.where(own.ne(""), edition).astype("str")
    codes, distinct = pd.factorize(printed)
    read = pd.DataFrame([_page(value) for value in distinct], columns=["page", "page_last", "page_section", "fault"])
    found = read.take(codes).set_axis(out.index)
    out["page"] = found["page"].astype("Int64")
    last, section = found["page_last"].astype("Int64"), found["page_section"].fillna("")
    if "page_last" in out.columns:
        out["page_last"] = pd.to_numeric(out["page_last"], errors="coerce").astype("Int64").fillna(last)
    elif last.notna().any():
        out["page_last"] = last
    if section.ne("").any():
        out["page_section"] = section.where(section.ne(""), out.get("page_section", "")).astype("str")
    out["note"] = out["note"].str.cat(found["fault"].fillna("").astype("str"), sep="; ").str.removeprefix("; ")
    out["note"] = out["note"].str.removesuffix("; ").astype("str")
    return out


_LETTERS, _SECTIONS = data.words("sections")["letters"], data.forms("sections")
_BESIDE_SECTION = re.compile(FORMS.page.pattern + r"|\bcolumn\s+\d+", re.IGNORECASE)
_UNSURE = mark("page 1 of a section; whether that is the front of the paper is not known")


def _fronted(frame: pd.DataFrame) -> pd.DataFrame:
    """``front``: whether it is page 1 of the paper; missing without a page, and where it may be that of a section."""
    if "front" not in frame.columns and frame["page"].isna().all():
        return frame
    out, page = frame.copy(), frame["page"]
    if "front" in out.columns:
        said = _text(out["front"]).str.strip().str.casefold()
        own = said.map(is_yes).astype("boolean")
        if own.notna().eq(said.ne("")).all():
            return out.assign(front=own)
        out = out.rename(columns={"front": "front.original"})
    empty = pd.Series("", index=out.index, dtype="str")
    letter, section, edition = (
        _text(out[name]) if name in out.columns else empty for name in ("page_section", "section", "edition")
    )
    inner = ~letter.str.upper().isin(_LETTERS)
    inner |= section.str.contains(_SECTIONS.supplement) | edition.str.contains(_SECTIONS.supplement)
    counted = page.eq(1) & letter.eq("") & out["_kind"].isin(("nexis", "factiva"))  # pages of sections, perhaps
    names = section.where(counted, "").str.replace(_BESIDE_SECTION, "", regex=True).str.split("[;,:]")
    ranks = names.map(lambda parts: {_rank(part.strip()) for part in parts if part.strip()})
    inner |= ranks.map(lambda known: "inner" in known and "main" not in known)
    unsure = ranks.map(lambda known: known == {"unknown"}) & ~inner
    out["front"] = (page.eq(1) & ~inner).astype("boolean").mask(page.isna() | unsure)
    out["note"] = out["note"].str.cat(pd.Series("; " + _UNSURE, out.index).where(unsure, "")).str.removeprefix("; ")
    return out


def _rank(section: str) -> str:
    return next((kind for kind in ("main", "inner") if getattr(_SECTIONS, kind).search(section)), "unknown")


_AROUND_PAGE = re.compile(
    r"^(?:(?:朝|夕)刊|統合版)?\s*(?:\d{1,2}版\s)?(?:第|p[áa]g(?:ina|s?\.)|pages?|p(?:p|gs?)?[-.]?|seite|s\.|стр(?:\.|аница)?|с\.|полоса|ページ|頁|지면)?[\s.:]*"
    r"|(?<=[\d一二三四五六七八九十])\s*(?:面|頁|ページ|면|쪽|版)(?:トップ|[左右]?[上下肩]|[\s:(【\[].{0,20})?$|(?<=\d)(?:-я)?\s*полоса$"
    r"|(?<=\d)(?:\s+|\s*[|/:]\s*)[一-龥ぁ-ヶー가-힣・]{1,15}(?:\d面?)?$",
    re.IGNORECASE,
)
"""What stands around a page: ``朝刊14版 1面 総合``, ``Pg. A1``, ``03版:要闻``, ``A1 要聞``."""
_BRACKETS = " 「」『』【】〔〕〈〉《》()[]"
_DIGITS = " 一二三四五六七八九"
_NUMERALS = {  # 一面 to 九十九面
    (_DIGITS[n // 10] if n >= 20 else "").strip() + ("十" if n >= 10 else "") + _DIGITS[n % 10].strip(): str(n)
    for n in range(1, 100)
} | {"front": "1", "front page": "1", "one": "1"}  # Page One
_PART = re.compile(
    r"(第\s?\d\s?部|別刷り?|別冊|(?!第)[^\d\s]{1,8}版)\s*(\d{1,3})\s*(?:面|頁|ページ)?"
    r"|([^\d\s]{1,10})\s+([1-9]\d)\s*(?:面|頁|ページ)"
)
"""A page with what it is one of: ``第2部1面``, ``埼玉 29面``; 総合1面 and 社会 2面 are names of subjects."""


def _named_page(value: str) -> str:
    """The page that the name of a section gives, as it is printed; empty where it gives none."""
    folded = unicodedata.normalize("NFKC", value[:_LONGEST])
    if re.fullmatch(r"第?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:面|頁|면|版)", folded):
        return folded
    found = FORMS.page.search(folded) or FORMS.coded.search(folded, 1)  # G2 alone is the name of a section
    return found[0].strip(";, ") if found else ""


def _page(value: str) -> tuple[int | None, int | None, str, str]:
    folded = unicodedata.normalize("NFKC", value).strip()
    if not folded:
        return None, None, "", ""
    if len(folded) > _LONGEST:
        return None, None, "", f"page not understood: {value[:60]}"
    plain = re.sub(r"\.0+$", "", folded.strip(_BRACKETS))
    if part := _PART.fullmatch(re.sub(r"^(?:朝|夕)刊\s*|^統合版\s*", "", plain)):
        name, number = [one for one in part.groups() if one]
        return int(number), None, name, ""
    plain = _AROUND_PAGE.sub("", plain)
    plain = re.sub(r"^([A-Z])[ 叠疊](?=\d)", r"\1", plain)
    found = page_of(_NUMERALS.get(plain.casefold(), plain), bare=True)
    if not found or found["page"] > _FAR_PAGE or (found.get("page_last") or found["page"]) < found["page"]:
        return None, None, "", f"page not understood: {value[:60]}"
    return found["page"], found.get("page_last"), found.get("page_section", ""), ""


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Dates by :mod:`framing.dates`; where a page reader has found precision and evidence these are kept."""
    out = frame.copy()
    given = out["date"] if "date" in out.columns else pd.Series(None, index=out.index, dtype=object)
    given, source = given.astype(object), out["_source"]
    if "date_evidence" in out.columns:  # what a page prints; pages saved one by one are of one site
        pages = out["_kind"].eq("page") & out["date_evidence"].notna()
        given = given.mask(pages & given.isna(), out["date_evidence"])
        printed, source = given.mask(pages, out["date_evidence"]), source.mask(pages, "")
    else:
        printed = given
    read = in_order(dates.parse_column(given), printed, source)
    for name in ("date_precision", "date_evidence", "date_note"):
        made = read[name].astype("str")
        if name in out.columns:
            own = _text(out[name])
            made = own.where(own.ne("") & own.ne("missing"), made).astype("str")
        out[name] = made
    out["date"] = read["date"].astype("datetime64[us]").dt.normalize()
    single = out["_kind"].isin(("text", "page", "pdf")) & ~out["_source"].duplicated(keep=False)
    if single.any():
        named = of_names(out[single])
        for name in ("date", "date_precision", "date_evidence", "date_note"):
            out.loc[single, name] = named[name]
    return out


_SAME, _OTHER = (
    " again, with the same headline and text",
    " again, with another headline or text; give it its own id",
)


def _ids(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """An id for every row, and the reason why a row repeats one (empty where it does not)."""
    made = pd.concat([_made_ids(frame.iloc[rows]) for rows in blocks(len(frame))])
    given = frame["article_id"].str.strip() if "article_id" in frame.columns else made.str.slice(0, 0)
    given = given.mask(given.str.fullmatch(r"\d(?:[.,]\d+)?E\+\d+"), "")  # a number that Excel has cut short
    exported = frame["_kind"].isin(databases.SOURCES)
    twice = given.eq("") & made.duplicated() & exported
    number = made.groupby(made).cumcount()
    numbered = made.where(number.eq(0), made + "-" + (number + 1).astype("str"))
    ids = given.where(given.ne(""), numbered).astype("str")
    repeated = ids.duplicated() & ~twice
    met = frame[ids.duplicated(keep=False)]
    content = met["headline"] + "\0" + met["text"]
    same = content.groupby(ids[met.index]).transform("first").eq(content)[repeated[met.index]]
    why = pd.Series("", index=frame.index, dtype="str")
    why[repeated] = ("article_id " + ids[repeated]) + same.map({True: _SAME, False: _OTHER})
    why[twice] = mark("the same article again (outlet, date, edition, page, headline and text)")
    return ids, why


def _made_ids(frame: pd.DataFrame) -> pd.Series:
    day = frame["date"].dt.strftime("%Y%m%d").fillna("undated")
    key = frame["outlet"] + "\0" + day
    for name in ("url", "edition", "region", "page", "headline", "text"):
        if name in frame.columns:
            key = key + "\0" + frame[name].astype("str").fillna("")
    marks = [hashlib.blake2b(one.encode("utf-8", "replace"), digest_size=6).hexdigest() for one in key]
    place = frame["outlet"].str.replace(r"\W+", "_", regex=True).str.slice(0, 30)
    return (place + "-" + day + "-" + pd.Series(marks, index=frame.index, dtype="str")).astype("str")


def _faults(raw: pd.DataFrame, fields: list[str], reason: pd.Series) -> pd.DataFrame:
    bad = reason.ne("")
    if not bad.any():
        return pd.DataFrame(columns=["source", "line", "reason", "record"])
    plain = raw.loc[bad, fields]
    records = [{k: v for k, v in one.items() if v is not None and v == v} for one in plain.to_dict("records")]
    return pd.DataFrame(
        {
            "source": raw.loc[bad, "_source"].to_numpy(),
            "line": raw.loc[bad, "_line"].to_numpy(),
            "reason": reason[bad].to_numpy(),
            "record": [json.dumps(one, ensure_ascii=False, default=str) for one in records],
        }
    )
