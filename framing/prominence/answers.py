"""The answer in a sentence, written from the fitted numbers, in English and Japanese."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.errors import ParamError
from framing.prominence.outcome import COUNTS


@dataclass(frozen=True)
class Answer:
    """A sentence with the number behind it.

    ``value``, ``low``, ``high`` are the change (second minus first); ``caution`` names what the checks found, or is
    empty; ``table`` has one row a group: ``group``, ``first``, ``second``, ``estimate``, ``conf_low``, ``conf_high``,
    ``sentence``.
    """

    sentence: str
    value: float
    low: float
    high: float
    unit: str
    caution: str
    table: pd.DataFrame


def grid(
    fit, when: str = "years", group: str = "", *, points: int = 25, hold: dict | None = None, within: bool = True
) -> pd.DataFrame:
    """Cases to predict for: each group along time, everything else held still.

    Parameters
    ----------
    fit
        A fit whose formula has ``when`` and ``group``.
    when, group
        The time column (a number) and the column of the groups, or empty for one line.
    points
        Cases a group.
    hold
        Column → value for the other columns; else numbers at their mean and levels at the most frequent one.
    within
        Only between a group's own first and last row, so that no line runs where nothing was seen.

    Returns
    -------
    DataFrame
        One row a case: the columns of the formula, the offset's column, and ``date`` where the data have one.
    """
    rows = fit.data.iloc[fit.columns.rows]
    needed = sorted({*fit.design.variables, *(fit.nominal.variables if fit.nominal else ())})
    for name in [when, *([group] if group else []), *(hold or {})]:
        if name not in rows:
            raise ParamError(f"there is no column {name!r}; there are {list(map(str, rows.columns))}")
    groups = list(rows[group].drop_duplicates().sort_values()) if group else [None]
    spans = {g: (rows if g is None or not within else rows[rows[group] == g])[when].astype(float) for g in groups}
    out = pd.DataFrame(
        {
            when: np.concatenate([np.linspace(spans[g].min(), spans[g].max(), points) for g in groups]),
            **({group: np.repeat(np.array(groups, dtype=object), points)} if group else {}),
        }
    )
    if fit.options["offset"]:
        needed.append(fit.options["offset"].replace("np.log(", "").replace("log(", "").rstrip(") "))
    for name in needed:
        if name not in out:
            out[name] = (hold or {}).get(name, _typical(rows[name]))
    if "date" in rows and when in rows:
        slope, start = np.polyfit(rows[when].astype(float), rows["date"].astype("datetime64[s]").astype("int64"), 1)
        out["date"] = pd.to_datetime(start + slope * out[when], unit="s").dt.normalize()
    return out


def answer(
    fit,
    when: str = "years",
    group: str = "",
    *,
    focus: str = "",
    hold: dict | None = None,
    reported: bool = False,
    labels: dict | None = None,
    item: str = "",
    language: str = "en",
) -> Answer:
    """What changed, from each group's first row to its last.

    Parameters
    ----------
    fit
        Any fit; an ``ordinal`` one is asked for page 1.
    when, group, hold
        As :func:`grid`.
    focus
        The group the sentence is about; the first unless told.
    reported
        The placements are what reports say: the sentence then speaks of reported placements.
    labels
        Value of ``group`` → name to print.
    item
        What a row is called, with ``{name}``: ``"a message exchanged with {name}"``.
    language
        ``en`` or ``ja``.

    Returns
    -------
    Answer
        Where the interval of the change covers 0 the sentence says that no change can be told; where checks failed
        the caution says which, and the sentence is put more carefully.
    """
    if language not in _WORDS:
        raise ParamError(f"no language {language!r} for sentences; there are {sorted(_WORDS)}")
    ends = grid(fit, when, group, points=2, hold=hold)
    first, second = ends.iloc[0::2].reset_index(drop=True), ends.iloc[1::2].reset_index(drop=True)
    change, before, after = fit.contrast(first, second), fit.predictions(first), fit.predictions(second)
    if fit.family == "ordinal":
        front = fit.levels[0]
        change, before, after = (t[t["page"].astype(str) == front] for t in (change, before, after))
    change = change.reset_index(drop=True)
    names = first[group].astype(str) if group else pd.Series(["all"] * len(first))
    table = change.assign(group=names).rename(columns={})
    for side, values, cases in (("first", before, first), ("second", after, second)):
        table[f"{side}_low"], table[f"{side}_high"] = values["conf_low"].to_numpy(), values["conf_high"].to_numpy()
        table[f"{side}_when"] = _when(cases, when)
    failed = sorted(set(fit.checks.loc[(fit.checks["ok"] == False).fillna(False), "check"]))  # noqa: E712
    say = _WORDS[language]
    table["sentence"] = [
        _sentence(row, fit, say, _item(item, say, row["group"], labels), reported, failed, group)
        for row in table.to_dict("records")
    ]
    if focus and focus not in set(names):
        raise ParamError(f"there is no {focus!r} in {group!r}; there are {sorted(set(names))}")
    mine = table[names.to_numpy() == focus].iloc[0] if focus else table.iloc[0]
    parts = [say["failed"].format(checks=say["and"].join(say["checks"].get(c, c) for c in failed))] if failed else []
    parts += [say["reported"]] if reported else []
    held = [f"{name} {first[name].iloc[0]}" for name in first if name not in (when, group, "date")]
    held = [text if len(text) < 60 else text[:60] for text in held]
    parts += [say["held"].format(held=say["and"].join(held))] if held else []
    if fit.columns.n_missing:
        parts.append(say["missing"].format(n=fit.columns.n_missing))
    unit = say["unit"] if fit.family in ("ordinal", "front") else ""
    return Answer(
        mine["sentence"], float(mine["estimate"]), float(mine["conf_low"]), float(mine["conf_high"]), unit,
        say["join"].join(parts), table,
    )  # fmt: skip


def _typical(values: pd.Series):
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    return float(values.mean()) if numeric and values.nunique() > 2 else values.mode().iloc[0]


def _when(cases: pd.DataFrame, when: str) -> list[str]:
    if "date" in cases:
        return cases["date"].dt.strftime("%Y").tolist()
    return [f"{value:g}" for value in cases[when]]


def _item(item: str, say: dict, name: str, labels: dict | None) -> str:
    """What a row of this group is called."""
    return (item or say["item"]).replace("{name}", str((labels or {}).get(name, name)))


def _sentence(row, fit, say, name, reported, careful, grouped) -> str:
    probability = fit.family in ("ordinal", "front")
    show = (lambda v: f"{100 * v:.0f}%") if probability or fit.family == "fractional" else (lambda v: f"{v:,.2f}")
    points = (lambda v: f"{100 * v:+.0f}") if probability or fit.family == "fractional" else (lambda v: f"{v:+,.2f}")
    told = row["conf_low"] > 0 or row["conf_high"] < 0
    verb = ("rose" if row["estimate"] > 0 else "fell") if told else "none"
    what = say["what"]["front" if probability else ("rate" if fit.family in COUNTS else "mean")]
    text = say["changed" if told else "same"].format(
        what=what.format(name=name, outcome=fit.outcome) if grouped else say["what_all"].format(outcome=fit.outcome)
        if not probability else say["front_all"],
        verb=say["verbs"][verb], a=show(row["first"]), a_low=show(row["first_low"]), a_high=show(row["first_high"]),
        b=show(row["second"]), b_low=show(row["second_low"]), b_high=show(row["second_high"]),
        start=row["first_when"], end=row["second_when"], change=points(row["estimate"]), low=points(row["conf_low"]),
        high=points(row["conf_high"]), unit=say["points"] if probability else "",
    )  # fmt: skip
    if reported:
        text = say["among"].format(text=text)
    elif careful:
        text = say["carefully"].format(text=text)
    return text


_WORDS = {
    "en": {
        "what": {
            "front": "the fitted chance that {name} is on page 1",
            "rate": "the fitted rate of {outcome} for {name}",
            "mean": "the fitted mean of {outcome} for {name}",
        },
        "item": "an item on {name}",
        "front_all": "the fitted chance of page 1",
        "what_all": "the fitted {outcome}",
        "verbs": {"rose": "rose", "fell": "fell", "none": "did not clearly change"},
        "changed": "{what} {verb} from {a} ({a_low} to {a_high}) in {start} to {b} ({b_low} to {b_high}) in {end}: "
        "{change}{unit} ({low} to {high}).",
        "same": "no change can be told: {what} is {a} ({a_low} to {a_high}) in {start} and "
        "{b} ({b_low} to {b_high}) in {end}, a difference of {change}{unit} ({low} to {high}).",
        "among": "Among reported placements, {text}",
        "carefully": "With care, since checks failed: {text}",
        "points": " points",
        "unit": "change in the chance of page 1",
        "held": "Held at: {held}.",
        "failed": "Checks that failed: {checks}.",
        "reported": "Rows are reported placements, not a sample of all messages.",
        "missing": "{n} rows have no page and are not counted as inside.",
        "and": ", ",
        "join": " ",
        "checks": {},
    },
    "ja": {
        "what": {
            "front": "{name}が一面に載る推定確率",
            "rate": "{name}の{outcome}の推定率",
            "mean": "{name}の{outcome}の推定平均",
        },
        "item": "{name}に関する記事",
        "front_all": "一面に載る推定確率",
        "what_all": "{outcome}の推定値",
        "verbs": {"rose": "上がった", "fell": "下がった", "none": "明らかには変わらなかった"},
        "changed": "{what}は、{start}年の{a}({a_low}〜{a_high})から{end}年の{b}({b_low}〜{b_high})へ{verb}"
        "(差 {change}{unit}、{low}〜{high})。",
        "same": "{what}は{start}年に{a}({a_low}〜{a_high})、{end}年に{b}({b_low}〜{b_high})で、"
        "変化があったとは言えない(差 {change}{unit}、{low}〜{high})。",
        "among": "報じられた掲載面に限れば、{text}",
        "carefully": "検査に通らない点があるので慎重に読むと、{text}",
        "points": "ポイント",
        "unit": "一面確率の差",
        "held": "固定した値:{held}。",
        "failed": "通らなかった検査:{checks}。",
        "reported": "行は報じられた掲載面であり、全メッセージの標本ではない。",
        "missing": "面の分からない{n}行は中面とは数えていない。",
        "and": "、",
        "join": "",
        "checks": {
            "proportional odds (Brant)": "比例オッズ(Brant)",
            "proportional odds (LR)": "比例オッズ(尤度比)",
            "over-dispersion": "過分散",
            "negbin against Poisson": "負の二項とポアソンの比較",
            "zero inflation": "ゼロ過剰",
            "autocorrelation": "自己相関",
            "separation": "分離",
            "events per slope": "傾きあたりの件数",
            "clusters": "クラスター数",
            "influence": "影響の大きいクラスター",
            "missing outcome": "結果の欠測",
        },
    },
}


def say_checks(fit, language: str = "en") -> pd.DataFrame:
    """The checks for a report, with the advice of one language; the columns as in ``Fit.checks``."""
    table = fit.checks
    words = _WORDS[language]["checks"]
    out = table.assign(
        check=[words.get(c, c) for c in table["check"]], advice=table["advice" if language == "en" else "advice_ja"]
    )
    return out[["check", "term", "statistic", "df", "p_value", "value", "ok", "advice", "note"]]
