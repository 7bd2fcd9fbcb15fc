"""The corrected estimate with people's codes taken in other ways: each coder alone, and without coders' errors."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from framing import tables
from framing.codings import ADJUDICATOR, by_machine, error_rates
from framing.errors import TableError
from framing.frames.asking import CORRECTED, MOST_GROUPS, Asked, article_of
from framing.frames.shares import Shares
from framing.messages import Message, mark, together
from framing.models.partly import Sample

_MOST_CODERS = 20
_PARTS = 25
_FEW_TWICE = mark("too few articles were coded by two, or they do not tell coders' errors")
_ERRS = mark("a coder finds {found:.0%} of what is there and {false:.1%} of what is not (“{code}”)")


def golds(
    asked: Asked, codings: pd.DataFrame, sample: Sample, whole: pd.DataFrame, trust, level: float
) -> pd.DataFrame:
    """The corrected estimate, ``whole``, and with people's codes taken in other ways."""
    coders = codings[~by_machine(codings)] if "machine" in codings else codings
    rows, variants = _golds(mark("all people together"), whole, sample, ""), []
    alone = _alone(asked, coders)
    if len(alone) > 1:
        if ADJUDICATOR in set(coders["coder"]):
            others = coders[coders["coder"] != ADJUDICATOR]
            rest = asked.said(others)
            left = asked.undecided(others, rest)
            variants.append((mark("without the adjudicator"), *_part(asked, rest, sample), left))
        variants += [(Message("coder {name} alone", {"name": name}), *_part(asked, own, sample), "")
                     for name, own in [*alone.items()][:_MOST_CODERS]]  # fmt: skip
        if len(alone) > _MOST_CODERS:
            fewer = Message("{n} further coders", {"n": len(alone) - _MOST_CODERS})
            why = mark("each coded fewer articles than those above, and is not shown alone")
            variants.append((fewer, None, sample, why))
    rows += [row for gold, own, each, note in variants for row in _told(asked, gold, own, each, trust, level, note)]
    if len(alone) > 1:
        rows += _without_errors(asked, pd.concat(alone, axis=1), sample, trust, level)
    return tables.told(rows, ["gold", "what", "estimate", "conf_low", "conf_high", "n_people", "note"])


def _alone(asked: Asked, coders: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What each coder but the adjudicator says of the articles, those first who coded most."""
    own = coders[coders["coder"].notna() & (coders["coder"] != ADJUDICATOR)]
    number, names = pd.factorize(own["coder"].astype(object))
    end = "\x1f" + pd.Series(number, own.index).astype("str")
    said = asked.said(own.assign(unit=own["unit"].astype("str") + end, article_id=article_of(own) + end))
    parts = said.index.to_series().str.rsplit("\x1f", n=1, expand=True).reindex(columns=[0, 1])
    of = {int(each): said[parts[1] == each].set_axis(parts.loc[parts[1] == each, 0]) for each in set(parts[1])}
    alone = [(name, of.get(i, said.iloc[:0])) for i, name in enumerate(names)]
    return dict(sorted(alone, key=lambda pair: -len(pair[1])))


def _part(asked: Asked, own: pd.DataFrame, sample: Sample) -> tuple[pd.DataFrame, Sample]:
    """What some people coded, and how probable that was: their part of the articles coded, drawn at random."""
    own = own[own.index.isin(asked.ids)]
    rows = asked.ids.get_indexer(own.index)
    if sample.strata is not None and len(rows):
        size = np.bincount(sample.strata)
        coded = np.bincount(sample.strata[rows], minlength=len(size))
        if (coded[size > 0] > 0).all():
            return own, replace(sample, row=rows, probability=(coded / np.maximum(size, 1))[sample.strata[rows]])
    if sample.strata is None:
        known = asked.drawn.reindex(own.index).to_numpy() * len(own) / max(len(asked.drawn), 1)
    else:
        each = pd.Series(sample.probability, index=sample.strata[sample.row]).groupby(level=0).first()
        known = each.reindex(sample.strata[rows]).to_numpy() * len(own) / max(len(sample.row), 1)
    return own, replace(sample, row=rows, probability=np.minimum(known, 1.0), strata=None)


def _without_errors(asked: Asked, said: pd.DataFrame, sample: Sample, trust, level: float) -> list[dict]:
    """The estimate without coders' errors. These are estimated too: its interval is from leaving out parts."""
    gold, n = mark("coders' errors removed"), len(asked.ids)
    people, each, note = _answers(asked, *_part(asked, said, sample))
    rows = _told(asked, gold, people, each, trust, level, note or _FEW_TWICE)
    if np.isnan(rows[0]["estimate"]):
        return rows
    number = pd.factorize(asked.clusters)[0]
    part = np.random.default_rng(0).permutation(number.max() + 1)[number] % _PARTS
    part = part[asked.ids.get_indexer(said.index)]
    fewer = [_part(asked, said[part != left], sample) for left in range(_PARTS)]
    again = [[row["estimate"] for row in _told(asked, gold, *_answers(asked, *some)[:2], trust, level, "")]
             for some in fewer]  # fmt: skip
    whole = Sample(n, np.arange(n), np.ones(n), groups=sample.groups)
    machine = _told(asked, gold, asked.frame[asked.codes].set_axis(asked.ids), whole, 0.0, level, "")
    told = [len(some) == len(rows) for some in (*again, machine)]
    own = np.array([row["conf_high"] - row["conf_low"] for row in machine]) / (2 * stats.norm.ppf(0.5 + level / 2))
    own *= 1.0 if trust is None else trust
    spread = np.sqrt((_PARTS - 1) * np.var(again, axis=0) + own**2) if all(told) else np.full(len(rows), np.nan)
    for row, error in zip(rows, stats.t.ppf(0.5 + level / 2, _PARTS - 1) * spread, strict=True):
        row |= {"conf_low": row["estimate"] - error, "conf_high": row["estimate"] + error}
    return rows


def _answers(asked: Asked, own: pd.DataFrame, each: Sample) -> tuple:
    """Codings as every answer that is possible, with weights that undo how often a coder errs."""
    group, true, notes = asked.groups()[0][each.row], {}, []
    for code in asked.codes:
        said = own.xs(code, axis=1, level=1).to_numpy(dtype=float)  # coder × code
        rates = error_rates(said, group * 2 + (asked.frame[code].to_numpy()[each.row] > 0))
        if rates is None:
            return None, each, ""
        found, false = rates
        true[code] = (np.nanmean(said, axis=1) - false) / (found - false)
        label = next((known.label for known in asked.machine.codebook.codes if known.id == code), code)
        notes.append(Message(_ERRS, {"code": label, "found": found, "false": false}))
    answers = np.array(list(product([1.0, 0.0], repeat=len(true))))  # each that is possible, with its weight
    one = np.array(list(true.values()))
    weights = np.prod([np.where(answers[:, [k]] > 0, one[k], 1 - one[k]) for k in range(len(one))], axis=0)
    n = len(answers)
    people = pd.DataFrame(np.repeat(answers, len(own), axis=0), np.tile(own.index, n), columns=list(true))
    each = replace(each, row=np.tile(each.row, n), probability=np.tile(each.probability, n), weights=weights.ravel())
    return people, each, together(*notes)


def _told(asked: Asked, gold, own, sample: Sample, trust, level: float, note) -> list[dict]:
    """One row per pair of groups, or else per term."""
    if own is None or own.empty:
        return _without(gold, 0, note or mark("nobody coded the articles so"))
    n = len(np.unique(sample.row))
    group, names = asked.groups()
    try:
        asked.without_labels(sample.row)
        if 1 < len(names) <= MOST_GROUPS and not asked.asked:
            y, codes = own[asked.outcome].to_numpy(), asked.frame[asked.outcome].to_numpy(dtype=float)
            found = Shares(group, names, codes, y, sample, trust, by_code=True)
            table = found.of_pairs(level, tested=False)
        else:
            found = asked.estimate(own, sample, trust)
            if found.fitted is None:
                return _without(gold, n, found.fault)
            table = asked.coefficients({CORRECTED: found}, level)
    except (TableError, ValueError) as fault:
        return _without(gold, n, fault.args[0])  # a message, not its English
    return _golds(gold, table, sample, note)


def _without(gold, n: int, note) -> list[dict]:
    missing = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
    return [{"gold": gold, "what": "", **missing, "n_people": n, "note": note}]


def _golds(gold, table: pd.DataFrame, sample: Sample, note) -> list[dict]:
    """A row of each pair of groups or term."""
    n, told = len(np.unique(sample.row)), []
    for row in table.to_dict("records"):
        pair = {"one": row["group"], "other": row["other"]} if "group" in row else None
        what = Message("{one} less {other}", pair) if pair else row["term"]
        ends = {name: row[name] for name in ("estimate", "conf_low", "conf_high")}
        told.append({"gold": gold, "what": what, **ends, "n_people": n,
                     "note": note or (row["note"] if np.isnan(row["estimate"]) else "")})  # fmt: skip
    return told
