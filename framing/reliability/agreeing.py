"""How far coders agree: coefficients and their differences, with intervals by bootstrap over units."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing import tables
from framing.codings import ADJUDICATOR, alike, by_machine, refuse_shared, refuse_unnamed
from framing.errors import TableError
from framing.inference import refuse_level
from framing.messages import mark
from framing.reliability.unitizing import unitized

LEVELS = ("nominal", "ordinal", "interval", "ratio")
COEFFICIENTS = ("alpha", "kappa", "ac1", "percent")
EVERYBODY = mark("all people")
WHICH = mark("which code a unit has")
"""What coders agree on where one code excludes the others."""
_FEW = mark("fewer than 2 units that two coders coded: no coefficient")
_SAME = mark("everybody gives every unit the same value: agreement beyond chance is not defined")
_NEEDED = ("unit", "coder", "code", "value")


def agreement(
    codings: pd.DataFrame, *, level: str = "nominal", by: str = "", replicates: int = 2000, confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """How far coders agree on each code, all together and two by two.

    Parameters
    ----------
    codings
        One row per unit, coder and code: ``unit``, ``coder``, ``code``, ``value`` (missing where not coded), as from
        :func:`framing.reliability.read`. Where ``machine`` is true the coder is in pairs, but not among all people.
        Or spans of texts, one row each: ``unit``, ``coder``, ``code``, ``start``, ``end`` (characters from 0, the end
        behind the last) and ``length`` of the text, as from :func:`framing.datasets.codings`; of a text in which a
        coder marked nothing a row without code, start and end. Where a unit has several texts, ``to_name`` says which.
    level
        Of the values, for alpha: ``nominal``, ``ordinal``, ``interval`` or ``ratio``; but for the first, numbers.
    by
        A column, for example ``outlet`` or ``period``: agreement within each of its values.
    replicates
        Of the bootstrap.
    confidence
        Confidence level.
    seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row per code, coders and coefficient: ``by`` where given, ``code`` (of codes that exclude each other, whose
        codings have the code ``code``, one row for all: ``which code a unit has``), ``coders``, ``with_machine``
        (whether one of them is a machine), ``coefficient``, ``estimate``, ``conf_low``, ``conf_high``, ``n_units``
        (that two of them coded), ``n_codings`` and ``note``.

    Raises
    ------
    TableError
        A column is missing, a coder has a unit twice, a coding has no unit, coder or code, or values that must be
        numbers are none.
    ValueError
        Unknown level.

    Notes
    -----
    ``alpha`` is Krippendorff's [1]_; ``kappa`` is Cohen's for two coders and Fleiss' for all, in Gwet's form for
    missing values; ``ac1`` is Gwet's, which chance corrects less where nearly all units have one value [2]_, with
    the values that anybody gave the code, in any group, as its categories; ``percent`` is the mean over units of the
    share of pairs of codings that agree.
    Intervals are percentiles over units drawn again, and with them two units that nobody coded: one on which coders
    agree and one on which they do not, whatever the value, each as often as a draw from a standard exponential says.
    With a column ``cluster`` (near-duplicates, paragraphs of an article), clusters are drawn again and not units. Of
    two coders and two values that is half a unit in each cell of their table, Jeffreys' prior. Without them, coders who
    agree on all of 20 units have the interval 1 to 1.

    Of spans there are Krippendorff's coefficients of unitizing [3]_: ``u_alpha`` of all codes together, where a stretch
    agrees that has the same code or none; ``u_alpha_binary`` (|ᵤα), whether anything is marked; ``cu_alpha`` (cᵤα), the
    codes of stretches that both marked; and ``u_alpha`` of each code, beside which all else is unmarked. Spans of one
    coder must not overlap, but where they have one code; where they do, each code stands alone. By chance no character
    is paired with one of its own span. ᵤα and |ᵤα of any number of coders are those of all such pairs of characters,
    each pair of coders weighing 1/(m − 1) of m coders. For cᵤα, which has only what two coders marked, that takes from
    a span the mean, over the other coders, of the square of what each marked of it. Of two coders, and of more where
    spans overlap wholly, that is every pair of characters. Of three or more whose spans overlap in part programs differ
    (quallmer squares what any other coder marked), and this form is held to no published example: quote cᵤα of pairs of
    coders there. Texts are drawn again, with two like them, on one of which coders agree and on the other as chance
    would.

    References
    ----------
    .. [1] Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    .. [2] Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement.
           *British Journal of Mathematical and Statistical Psychology* 61, 29-48.
    .. [3] Krippendorff, K., Mathet, Y., Bouvry, S. & Widlöcher, A. (2016). On the reliability of unitizing textual
           continua: further developments. *Quality & Quantity* 50, 2347-2364.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import reliability
    >>> rows = [(unit, coder, "x", value) for coder, values in (("A", "1100"), ("B", "1000")) for unit, value in
    ...         enumerate(values)]
    >>> found = reliability.agreement(pd.DataFrame(rows, columns=["unit", "coder", "code", "value"]))
    >>> found.set_index("coefficient")["estimate"].round(2).to_dict()
    {'alpha': 0.53, 'kappa': 0.5, 'ac1': 0.53, 'percent': 0.75}
    """
    refuse_level(confidence)
    parts = []
    refuse_replicates(replicates)
    refuse_lacking(codings, by)
    spans = {"start", "end"} <= {*codings}
    codings = codings if spans else _said(codings, level)
    kinds = {} if spans else _kinds(codings)
    for group, rows in codings.groupby(by, observed=True, dropna=False) if by else [("", codings)]:
        if spans:
            found = unitized(rows, str(EVERYBODY), replicates, confidence, seed)
            parts.append(found.assign(**{by: group})[[by, *found]] if by else found)
            continue
        for code, table, machines, clusters, n_kinds in _tables(rows, kinds):
            for coders in _companies(table, machines):
                found = _Units(table[coders], level, clusters, n_kinds)
                drawn = found.drawn(replicates, seed)
                estimate, low, high = _intervals(found.coefficients(), found.coefficients(drawn), confidence)
                told = str(EVERYBODY) if len(coders) > 2 else " – ".join(coders)
                parts.append(
                    pd.DataFrame({
                        **({by: group} if by else {}), "code": code, "coders": told,
                        "with_machine": bool(machines & {*coders}), "coefficient": COEFFICIENTS,
                        "estimate": estimate, "conf_low": low, "conf_high": high, "n_units": found.n_units,
                        "n_codings": found.n_codings, "note": found.note,
                    })
                )  # fmt: skip
    names = [*([by] if by else []), "code", "coders", "with_machine", "coefficient", "estimate", "conf_low",
             "conf_high", "n_units", "n_codings", "note"]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def difference(
    codings: pd.DataFrame, first: Sequence[str], second: Sequence[str], *, level: str = "nominal",
    replicates: int = 2000, confidence: float = 0.95, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """By how much some coders agree more than others, on the same units.

    Parameters
    ----------
    first, second
        Coders, two or more of each; a coder may be in both, as in ``["A", "B"]`` and ``["A", "machine"]``.
    codings, level, replicates, confidence, seed
        As in :func:`agreement`.

    Returns
    -------
    DataFrame
        One row per code and coefficient: ``code`` as in :func:`agreement`, ``coefficient``, ``estimate`` (first less
        second), ``conf_low``, ``conf_high`` (units drawn again for both at once), ``n_units`` (that both coded).

    Raises
    ------
    TableError, ValueError
        As :func:`agreement`; or a coder is not there.
    """
    refuse_level(confidence)
    refuse_replicates(replicates)
    parts = []
    rows = _said(codings, level)
    for code, table, _, clusters, n_kinds in _tables(rows, _kinds(rows)):
        strange = [name for name in (*first, *second) if name not in table]
        if strange:
            raise ValueError(f"{strange} did not code {code!r}; there are {list(table)}")
        both = table[(table[[*first]].notna().sum(axis=1) > 1) & (table[[*second]].notna().sum(axis=1) > 1)]
        one, other = (_Units(both[[*coders]], level, clusters, n_kinds) for coders in (first, second))
        drawn, rng = one.drawn(replicates, seed), np.random.default_rng(seed + 1)
        apart = rng.standard_exponential((replicates, 2))  # a unit that nobody coded may part the two
        ends = one.coefficients(drawn) - other.coefficients(np.concatenate([drawn[:, :-2], apart], axis=1))
        estimate, low, high = _intervals(one.coefficients() - other.coefficients(), ends, confidence)
        parts.append(pd.DataFrame({"code": code, "coefficient": COEFFICIENTS, "estimate": estimate, "conf_low": low,
                                   "conf_high": high, "n_units": len(both)}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _said(codings: pd.DataFrame, level: str) -> pd.DataFrame:
    """What coders said of all groups: of none, too, of the codes that they use in any; without an adjudicator, who knew
    what the others said."""
    if level not in LEVELS:
        raise ValueError(f"level is one of {list(LEVELS)}, not {level!r}")
    missing = [name for name in _NEEDED if name not in codings]
    if missing:
        raise TableError(f"codings lack the columns {missing}; they have {list(map(str, codings.columns))}")
    rows = alike(codings)
    refuse_unnamed(rows, ["coder"])
    return rows[rows["coder"].ne(ADJUDICATOR)]


def _kinds(rows: pd.DataFrame) -> dict[Any, int]:
    """How many values anybody gave each code: one that another pair or group used could have been used by this one."""
    return rows.groupby("code", observed=True)["value"].agg("nunique").to_dict()


def _tables(rows: pd.DataFrame, kinds: dict[Any, int]):
    """Each code with its units × coders, which coders are machines, the cluster of each unit or None, and its kinds."""
    twice = rows.duplicated(["unit", "coder", "code"])
    if twice.any():
        first = rows.loc[twice, ["unit", "coder", "code"]].iloc[0].tolist()
        told = "a coder has one value for a unit and code; delete one of them"
        raise TableError(f"{int(twice.sum())} codings stand twice, first {first}; {told}")
    refuse_shared(rows)
    machines = set(rows.loc[by_machine(rows), "coder"]) if "machine" in rows else set()
    clusters = rows.drop_duplicates("unit").set_index("unit")["cluster"] if "cluster" in rows else None
    for code, own in rows.groupby("code", observed=True, sort=False):
        table = own.pivot(index="unit", columns="coder", values="value").rename_axis(columns=None)
        yield str(WHICH) if code == "code" else code, table, machines, clusters, kinds[code]


def refuse_replicates(replicates: int) -> None:
    """Raise ValueError where the bootstrap has no replicate."""
    if replicates < 1:
        raise ValueError(f"replicates of the bootstrap are 1 or more, and 2000 are usual; not {replicates}")


def refuse_lacking(codings: pd.DataFrame, by: str) -> None:
    """Raise TableError where the codings lack the column ``by``."""
    if by and by not in codings:
        raise TableError(f"by names {by!r}, which the codings lack; they have {list(map(str, codings.columns))}")


def _companies(table: pd.DataFrame, machines: set) -> list[list]:
    """All people, where there are three or more, and every pair."""
    people = [name for name in table if name not in machines]
    return [*([people] if len(people) > 2 else []), *map(list, combinations(table, 2))]


def _intervals(estimate: np.ndarray, drawn: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates with percentiles of what was drawn; the interval holds the estimate where all units agree."""
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return estimate, np.minimum(low, estimate), np.maximum(high, estimate)


def drawn_again(rng: np.random.Generator, n: int, replicates: int, cluster: np.ndarray | None) -> np.ndarray:
    """Replicates × units: how often each is drawn, with all of its cluster where there are such."""
    m = n if cluster is None or not n else int(cluster.max()) + 1
    counts = rng.multinomial(m, np.full(m, 1 / m), replicates) if m else np.zeros((replicates, 0))
    return counts if cluster is None else counts[:, cluster]


class _Units:
    """Units × coders as sums that any weights of the units can be given to."""

    def __init__(self, table: pd.DataFrame, level: str, clusters: pd.Series | None = None, n_kinds: int = 0):
        self.cluster = (
            None if clusters is None else tables.numbered(clusters.reindex(table.index), pd.Series(table.index))
        )
        values = table.to_numpy(dtype=object)
        known = ~pd.isna(values)
        if level != "nominal":
            try:
                values = np.where(known, values, np.nan).astype(float)
            except ValueError:
                raise TableError(f"values of level {level!r} are numbers, not {values[known][:5].tolist()}") from None
        numbers, kinds = pd.factorize(values[known].ravel(), sort=True)
        self.level, self.kinds, self.n_kinds = level, np.asarray(kinds), max(n_kinds, len(kinds))
        k = max(len(kinds), 1)
        marks = np.zeros((*values.shape, k))
        marks[known, numbers] = 1
        n = marks.sum(axis=1)  # unit × kind
        m = n.sum(axis=1)
        pairable = m > 1
        self.n_units, self.n_codings = int(pairable.sum()), int(m[pairable].sum())
        of = np.where(pairable, m - 1, 1)
        outer = n[:, :, None] * n[:, None, :] - n[:, :, None] * np.eye(k)
        together = np.where(pairable[:, None, None], outer / of[:, None, None], 0.0).reshape(len(n), -1)
        agree = np.where(pairable, (n * (n - 1)).sum(axis=1) / np.maximum(m * of, 1), 0.0)
        # behind the units stand one on which coders agree and one on which they do not, with each value alike
        pairs = np.stack([np.eye(k) / k, (1 - np.eye(k)) / max(k * (k - 1), 1)]).reshape(2, -1)
        self.marks = np.concatenate([marks, np.full((2, marks.shape[1], k), 1 / k)])
        self.together = np.concatenate([together, pairs * self.n_codings / max(self.n_units, 1)])
        self.agree, self.pairable = np.append(agree, [1, 0]), np.append(pairable, [True, True])
        self.share = np.concatenate([n / np.maximum(m, 1)[:, None], np.full((2, k), 1 / k)])
        self.coded = np.append(m > 0, [True, True])

    @property
    def note(self) -> str:
        if self.n_units < 2:
            return _FEW
        return _SAME if len(self.kinds) < 2 else ""

    def drawn(self, replicates: int, seed: int) -> np.ndarray:
        """Replicates × units and the two that nobody coded: how often each counts."""
        n, rng = len(self.agree) - 2, np.random.default_rng(seed)
        counts = drawn_again(rng, n, replicates, self.cluster)
        return np.concatenate([counts, rng.standard_exponential((replicates, 2))], axis=1)

    def coefficients(self, weights: np.ndarray | None = None) -> np.ndarray:
        """Alpha, kappa, AC1 and percent: of the units, or one row per row of weights."""
        w = np.append(np.ones(len(self.agree) - 2), [0, 0])[None] if weights is None else weights
        k = len(self.kinds)
        with np.errstate(divide="ignore", invalid="ignore"):
            seen = (w @ self.agree) / (w @ self.pairable)
            share = (w @ self.share) / (w @ self.coded)[:, None]  # of each kind, units alike
            if self.marks.shape[1] == 2:
                both = w * self.pairable
                one, other = (both @ self.marks[:, i] / both.sum(axis=1)[:, None] for i in (0, 1))
                chance = (one * other).sum(axis=1)
            else:
                chance = (share**2).sum(axis=1)
            ac1 = (share * (1 - share)).sum(axis=1) / max(self.n_kinds - 1, 1)
            found = np.stack([self._alpha(w), (seen - chance) / (1 - chance), (seen - ac1) / (1 - ac1), seen], axis=1)
        found[:, :3] = np.where(np.isfinite(found[:, :3]) & (k > 1), found[:, :3], np.nan)
        found = np.where(self.n_units > 1, found, np.nan)
        return found[0] if weights is None else found

    def _alpha(self, w: np.ndarray) -> np.ndarray:
        k = max(len(self.kinds), 1)
        observed = (w @ self.together).reshape(-1, k, k)
        n = observed.sum(axis=2)
        total = n.sum(axis=1)
        far = self._distance(n)
        expected = ((n[:, :, None] * n[:, None, :]) * far).sum(axis=(1, 2))
        return 1 - (total - 1) * (observed * far).sum(axis=(1, 2)) / expected

    def _distance(self, n: np.ndarray) -> np.ndarray:
        """Squared distances of the kinds; of ordinal ones by how many values lie between them."""
        k = n.shape[1]
        if self.level == "nominal":
            return np.broadcast_to(1 - np.eye(k), (len(n), k, k))
        if self.level == "ordinal":
            middle = np.cumsum(n, axis=1) - n / 2
            return (middle[:, :, None] - middle[:, None, :]) ** 2
        gap = np.subtract.outer(self.kinds, self.kinds)
        if self.level == "ratio":
            whole = np.add.outer(self.kinds, self.kinds)
            gap = np.divide(gap, whole, out=np.zeros_like(gap, dtype=float), where=whole != 0)
        return np.broadcast_to(gap**2, (len(n), k, k))
