"""How far coders agree on spans: which stretches of text they mark, and with which code."""

from itertools import combinations

import numpy as np
import pandas as pd

from framing.codings import ADJUDICATOR, by_machine, coders, in_one_name, refuse_unnamed
from framing.errors import TableError
from framing.messages import Message, mark

EVERY_CODE = mark("all codes together")
UNITIZED = ("u_alpha", "u_alpha_binary", "cu_alpha")
_OVERLAP = mark("spans of one coder that have different codes overlap: only each code by itself has a coefficient")
_FEW = mark("fewer than 2 texts that two coders coded: no interval")
_ENDS = mark("the length of {n:,} of {all:,} texts is not known: each of these is taken to end with its last span")
_NOTHING = mark("nobody marked anything: agreement beyond chance is not defined")
_NEEDED = ("unit", "coder", "code", "start", "end")


def checked(spans: pd.DataFrame) -> pd.DataFrame:
    """The spans in the order of the texts, with ``length`` of each text, and whether that is known.

    Several texts of one unit (``to_name``) are taken one behind another, as one.

    Raises
    ------
    TableError
        A column is missing, a row has no unit or coder, a text has two lengths, or a span has no code, ends before it
        begins, or reaches beyond its text.
    """
    missing = [name for name in _NEEDED if name not in spans]
    if missing:
        raise TableError(f"spans lack the columns {missing}; they have {list(map(str, spans.columns))}")
    rows = spans[spans[[*_NEEDED]].notna().any(axis=1)]
    refuse_unnamed(rows, ("unit", "coder"))
    rows = rows.assign(coder=coders(rows["coder"]), code=in_one_name(rows["code"]))
    rows = rows[rows["coder"].ne(ADJUDICATOR)].copy()
    try:
        rows[["start", "end"]] = rows[["start", "end"]].astype(float)
    except (ValueError, TypeError):
        raise TableError(
            "start and end of spans are numbers of characters, and some are not; write numbers, from 0"
        ) from None
    marked = rows["start"].notna() | rows["end"].notna()
    wrong = marked & ~((rows["start"] >= 0) & (rows["end"] > rows["start"]) & np.isfinite(rows["end"]))
    if wrong.any():
        raise TableError(f"a span begins at 0 or later and ends behind its begin; {_first(rows, wrong)} does not")
    parts = marked & (rows["start"] % 1 + rows["end"] % 1 > 0)
    if parts.any():
        raise TableError(f"a span begins and ends at whole characters, from 0; {_first(rows, parts)} does not")
    if (marked & rows["code"].isna()).any():
        raise TableError(f"a span has a code; {_first(rows, marked & rows['code'].isna())} has none")
    length = rows["length"].astype(float) if "length" in rows else pd.Series(np.nan, index=rows.index)
    texts = [rows[name].astype(object) for name in ("unit", "to_name") if name in rows]
    if length.groupby(texts, dropna=False).nunique().gt(1).any():
        raise TableError("a text has one length, the same for all coders")
    length = length.groupby(texts, dropna=False).transform("first")
    last = rows["end"].groupby(texts, dropna=False).transform("max").fillna(0.0)
    rows["length"] = length.fillna(last)
    beyond = marked & (rows["end"] > rows["length"])
    if beyond.any():
        raise TableError(f"{_first(rows, beyond)} reaches beyond the end of its text")
    rows = rows.assign(_marked=marked, _known=length.notna())
    return _end_to_end(rows) if "to_name" in rows else rows


def _end_to_end(rows: pd.DataFrame) -> pd.DataFrame:
    """The spans of several texts of a unit, counted from the beginning of its first."""
    text = ["unit", "to_name"]
    each = rows.drop_duplicates(text).sort_values(text, kind="stable")
    begin = (each["length"].groupby(each["unit"]).cumsum() - each["length"]).rename("begin")
    begin = rows[text].merge(each[text].join(begin), how="left", on=text)["begin"].to_numpy()
    whole = each.groupby("unit").agg({"length": "sum", "_known": "all"})
    return rows.assign(start=rows["start"] + begin, end=rows["end"] + begin,
                       **{name: rows["unit"].map(whole[name]) for name in whole})  # fmt: skip


def _first(rows: pd.DataFrame, some: pd.Series) -> list:
    return rows.loc[some, list(_NEEDED)].iloc[0].tolist()


def unitized(spans: pd.DataFrame, everybody: str, replicates: int, confidence: float, seed: int) -> pd.DataFrame:
    """Agreement on spans; see :func:`framing.reliability.agreement`."""
    rows = checked(spans)
    machines = set(rows.loc[by_machine(rows), "coder"]) if "machine" in rows else set()
    coders = sorted(map(str, rows["coder"].unique()))
    people = [name for name in coders if name not in machines]
    parts = []
    for some in [*([people] if len(people) > 2 else []), *map(list, combinations(coders, 2))]:
        own = rows[rows["coder"].isin(some)]
        several = own.groupby("unit")["coder"].transform("nunique") > 1
        own = own[several]
        codes = sorted({*own.loc[own["_marked"], "code"].astype("str")})
        found = [(EVERY_CODE, _Continua(own, codes))]
        found += [(code, _Continua(own[~own["_marked"] | own["code"].eq(code)], [code], own)) for code in codes]
        told = everybody if len(some) > 2 else " – ".join(some)
        for code, each in found if len(codes) > 1 else found[1:] or found:
            same = {"code": code, "coders": told, "with_machine": bool(machines & {*some})}
            parts.append(pd.DataFrame(same | each.told(replicates, confidence, seed)))
    names = ["code", "coders", "with_machine", "coefficient", "estimate", "conf_low", "conf_high", "n_units",
             "n_codings", "note"]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


class _Continua:
    """Texts with the spans of several coders, as sums of each text that any weights can be given to.

    The first of the kinds is what nobody marked. Of every text and kind: ``whole``, the characters that coders gave it;
    ``same``, those of pairs that agree; ``gap``, those of pairs of which the other marked nothing; ``square``, what is
    paired with itself; and the same of stretches that both marked, ``inner``.
    """

    def __init__(self, rows: pd.DataFrame, codes: list[str], everything: pd.DataFrame | None = None):
        everything = rows if everything is None else everything
        coders = sorted(map(str, everything["coder"].unique()))
        unit, names = pd.factorize(everything["unit"])
        length = everything.groupby(unit)["length"].first().to_numpy()
        begins = np.concatenate([[0.0], np.cumsum(length)])
        coded = np.zeros((len(coders), len(names)), dtype=bool)
        coded[pd.Index(coders).get_indexer(everything["coder"].astype("str")), unit] = True
        marked = rows[rows["_marked"]]
        at = begins[pd.Index(names).get_indexer(marked["unit"])]
        first, last = at + marked["start"].to_numpy(), at + marked["end"].to_numpy()
        code = 1 + pd.Index(codes).get_indexer(marked["code"].astype("str"))
        who = pd.Index(coders).get_indexer(marked["coder"].astype("str"))
        self.n_units, self.n_codings = len(names), len(marked)
        self.ends = int(everything.loc[~everything["_known"], "unit"].nunique())  # texts that end with their last span
        self.overlap = False
        edges = np.unique(np.concatenate([begins, first, last]))
        size = np.diff(edges)
        of = np.searchsorted(begins, edges[:-1], side="right") - 1
        kinds, k = np.zeros((len(coders), len(size)), dtype=int), len(codes) + 1
        self.square = np.zeros((len(names), k))
        segments = []
        for coder in range(len(coders)):
            a, b, kind = self._apart(first[who == coder], last[who == coder], code[who == coder])
            run = np.zeros(len(edges), dtype=int)
            np.add.at(run, np.searchsorted(edges, a), np.arange(1, len(a) + 1))
            np.add.at(run, np.searchsorted(edges, b), -np.arange(1, len(a) + 1))
            span = np.cumsum(run)[:-1]  # number of the span from 1, 0 in a gap
            kinds[coder] = np.where(coded[coder, of], np.append(0, kind)[np.clip(span, 0, len(a))], -1)
            home = np.searchsorted(begins, a, side="right") - 1
            np.add.at(self.square, (home, kind), (b - a) ** 2)
            segments.append((span, home, kind))
        n = np.stack([(kinds == each).sum(axis=0) for each in range(k)], axis=1)  # stretch × kind
        m = coded.sum(axis=0)
        pairs = np.maximum(m[of] - 1, 1)[:, None]
        self.whole = self._of_texts(of, n * size[:, None])
        self.same = self._of_texts(of, n * (n - 1) / pairs * size[:, None])
        self.gap = self._of_texts(of, n * n[:, :1] / pairs * size[:, None])
        self.square[:, 0] = self.whole[:, 0]
        self.inner = np.zeros_like(self.square)
        for coder, (span, home, kind) in enumerate(segments):
            for other in range(len(coders)):
                if other != coder:
                    shared = np.bincount(span, size * (kinds[other] > 0), minlength=len(kind) + 1)[1:]
                    np.add.at(self.inner, (home, kind), shared**2 / np.maximum(m[home] - 1, 1))

    def _apart(self, first: np.ndarray, last: np.ndarray, code: np.ndarray) -> tuple:
        """A coder's spans in order; those of one code that overlap are one."""
        order = np.lexsort((last, first))
        first, last, code = first[order], last[order], code[order]
        furthest = np.maximum.accumulate(last) if len(last) else last
        over = np.append(False, first[1:] < furthest[:-1])[: len(first)]
        group = np.cumsum(~over) - 1
        starts = np.flatnonzero(~over)
        if len(first) and (code != code[starts][group]).any():
            self.overlap = True
        return first[starts], np.maximum.reduceat(last, starts) if len(last) else last, code[starts]

    def _of_texts(self, of: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.stack([np.bincount(of, column, minlength=self.n_units) for column in values.T], axis=1)

    @property
    def sums(self) -> list[np.ndarray]:
        """What :func:`_coefficients` are made of, one row per text."""
        return [self.whole, self.same, self.square, (self.whole - self.gap)[:, 1:], self.same[:, 1:], self.inner[:, 1:]]

    def with_two(self) -> list[np.ndarray]:
        """The same, and behind them two texts like the others: on one coders agree, and on one as chance would."""
        whole, same, square, both, alike, inner = self.sums
        mean, itself = whole.mean(axis=0), square.mean(axis=0)
        there = both.sum(axis=1) > 0
        even, own = (np.full(each.shape[1], each[there].mean() if there.any() else 0.0) for each in (both, inner))
        two = [(mean, mean), (mean, mean**2 / mean.sum()), (itself, itself), (even, even),
               (even, even / max(len(even), 1)), (own, own)]  # fmt: skip
        return [np.vstack([each, *more]) for each, more in zip(self.sums, two, strict=True)]

    def told(self, replicates: int, confidence: float, seed: int) -> dict:
        """Estimates, intervals over texts drawn again, and why there is none."""
        n, rng = self.n_units, np.random.default_rng(seed)
        kept = slice(0, 3 if self.whole.shape[1] > 2 else 1)  # of one code the others are the same, or not defined
        none = np.full(3, np.nan)
        estimate, low, high = none, none, none
        if n and not self.overlap:
            estimate = _coefficients(np.ones((1, n)), *self.sums)[0]
        if n > 1 and not self.overlap:
            counts = rng.multinomial(n, np.full(n, 1 / n), replicates)
            drawn = _coefficients(np.hstack([counts, rng.standard_exponential((replicates, 2))]), *self.with_two())
            low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
            low, high = np.minimum(low, estimate), np.maximum(high, estimate)
        note: str = _NOTHING if not self.n_codings else _OVERLAP if self.overlap else _FEW if n < 2 else ""
        note = note or (Message(_ENDS.text, {"n": self.ends, "all": n}) if self.ends else "")
        return {"coefficient": UNITIZED[kept], "estimate": estimate[kept], "conf_low": low[kept],
                "conf_high": high[kept], "n_units": n, "n_codings": self.n_codings,
                "note": pd.Series([note] * len(UNITIZED[kept]), dtype=object)}  # fmt: skip


def _coefficients(w, whole, same, square, both, alike, inner) -> np.ndarray:
    """The three coefficients, one row per row of weights of the texts."""
    whole, same, square, both, alike, inner = (w @ each for each in (whole, same, square, both, alike, inner))
    total, inside = whole.sum(axis=1), both.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_chance = (total[:, None] * (whole**2 - square)).T / (total**2 - square.sum(axis=1))
        full = 1 - (total - same.sum(axis=1)) / (total - by_chance.sum(axis=0))
        apart = total * whole[:, 0] * (total - whole[:, 0]) / (total**2 - square.sum(axis=1))
        binary = 1 - (whole[:, 0] - same[:, 0]) / apart
        by_chance = (both**2 - inner).T / (inside - inner.sum(axis=1) / inside)
        coding = 1 - (inside - alike.sum(axis=1)) / (inside - by_chance.sum(axis=0))
    found = np.stack([full, binary, coding], axis=1)
    return np.where(np.isfinite(found), found, np.nan)
