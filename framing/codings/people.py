"""What people say together of a unit."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from framing.codings.filling import alike, filled
from framing.codings.naming import NONE, by_name
from framing.codings.values import ADJUDICATOR, as_value, coders, folded, yes_no
from framing.errors import TableError

_MACHINE = {"1": True, "0": False, "": False, "none": False}


def by_machine(codings: pd.DataFrame) -> pd.Series:
    """Whether each coding is a machine's; where nothing is said it is a person's."""
    said = codings["machine"].map(lambda value: _MACHINE.get(as_value(value)))
    if said.isna().any():
        raise TableError("the column 'machine' says true or false, or nothing for people")
    return said.astype(bool)


def marked(codings: pd.DataFrame, machines: Iterable[str], where: str) -> pd.DataFrame:
    """The codings with ``machine`` true of the coders that are named.

    Raises
    ------
    TableError
        One of them coded nothing.
    """
    named = {folded(name): name for name in machines}
    own = codings["coder"].astype("str").map(folded)
    silent = [name for key, name in named.items() if key not in {*own}]
    if silent:
        there = sorted({*codings["coder"].astype("str")})
        raise TableError(f"machines names {silent}, of whom {where} has no codes; there are those of {there}")
    return codings.assign(machine=own.isin(named) | (by_machine(codings) if "machine" in codings else False))


def called(codings: pd.DataFrame, names: Iterable[str] | Mapping[str, str]) -> pd.DataFrame:
    """The codings with each coder under one name, and codes as ``names`` call them: by id or label, whatever their
    width and case, also where a code is the value; ``none`` is 0 of those that its coder uses."""
    if not {"code", "coder"} <= {*codings}:
        return codings  # refused where it is read
    own = by_name(names)
    code = codings["code"].map(lambda name: {NONE: name}.get(known := own.get(folded(str(name)), name), known))
    found = codings.assign(coder=coders(codings["coder"]), code=code)
    if "value" in found and (alone := code.eq("code")).any():
        value = found["value"].map(lambda said: own.get(folded(str(said)), said))
        found["value"] = found["value"].where(~alone, value)
    return filled(found, names) if {"unit", "value"} <= {*found} else found


def refuse_shared(codings: pd.DataFrame) -> None:
    """Raise TableError where one unit is two articles, as where two samples were put together."""
    if "article_id" in codings:
        several = codings.groupby("unit")["article_id"].nunique()
        if (several > 1).any():
            raise TableError(f"the unit {several[several > 1].index[0]!r} is two articles; rename those of one sample")


def refuse_parts(codings: pd.DataFrame) -> None:
    """Raise TableError where paragraphs or sentences were coded, and what follows is about articles."""
    for name in ("paragraph", "sentence"):
        if name in codings and codings[name].notna().any():
            raise TableError(f"these are codes of units of the kind {name!r}, and codes of articles are needed")


def consensus(codings: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and code: ``value`` is the adjudicator's, else that of most people; a tie is no row.

    Parameters
    ----------
    codings
        As from :func:`framing.reliability.read`; rows of machines and missing values say nothing.

    Raises
    ------
    TableError
        A unit is two articles, or a coder has a unit twice.
    """
    refuse_shared(codings)
    people = alike(_said(codings))
    twice = people.duplicated(["unit", "coder", "code"]) & people["coder"].notna()
    if twice.any():
        first = people.loc[twice, ["unit", "coder", "code"]].iloc[0].tolist()
        raise TableError(f"{int(twice.sum())} codings stand twice, first {first}; a coder has one value for a unit")
    votes = people.assign(n=1).groupby(["unit", "code", "value"], observed=True, as_index=False)["n"].sum()
    last = people.loc[people["coder"] == ADJUDICATOR, ["unit", "code", "value"]].assign(n=len(people) + 1)
    votes = pd.concat([votes, last], ignore_index=True)
    most = votes.groupby(["unit", "code"], observed=True)["n"].transform("max")
    top = votes[votes["n"] == most]
    return top[~top.duplicated(["unit", "code"], keep=False)].drop(columns="n").reset_index(drop=True)


def _said(codings: pd.DataFrame) -> pd.DataFrame:
    """What people say: rows with a value."""
    known = codings["value"].notna()
    return codings.loc[known & ~by_machine(codings) if "machine" in codings else known]


def stands_for(drawn: pd.DataFrame, held: pd.DataFrame) -> tuple[np.ndarray, int]:
    """How many units each unit of ``held`` stands for, and of how many strata none is held.

    Parameters
    ----------
    drawn
        Units that were drawn, with ``probability``, and ``stratum`` where that is known; without it a stratum is what
        has one probability.
    held
        Those of them that count: those of a stratum are as many as it has, however many are left out or not coded yet.
    """
    by = [name for name in ("stratum", "probability") if name in drawn]
    both = pd.concat([drawn.loc[drawn["probability"].gt(0), by], held[by]])
    of = both.groupby(by, dropna=False).ngroup().to_numpy()
    at = of[len(both) - len(held) :]
    n, left = (np.bincount(each, minlength=of.max(initial=-1) + 1) for each in (of[: len(both) - len(held)], at))
    return n[at] / left[at] / held["probability"].to_numpy(dtype=float), int((left == 0).sum())


def of_articles(codings: pd.DataFrame, names: list[str], known: list[str]) -> pd.DataFrame:
    """People's :func:`consensus` as one row per article (index) and one column per code: 1, 0, or missing.

    Parameters
    ----------
    codings
        As from :func:`framing.reliability.read`; without ``article_id`` the units are articles.
    names
        The codes.
    known
        All codes that there are.

    Raises
    ------
    TableError
        An article is two units, a unit no article but a part of one, or a value none of those that are allowed.
    """
    refuse_shared(codings)
    refuse_parts(codings)
    people = _said(codings)
    alone = people["code"].eq("code")  # one code excludes the others, and the value is its name
    if alone.any() and not alone.all():
        raise TableError("some codings say which of all codes a unit has, and others whether it has one; give one kind")
    people = called(people, names)
    people = alike(people if alone.any() else people[people["code"].isin(names)])
    allowed = {folded(name): name for name in [*known, NONE]}
    if not alone.any():
        value = yes_no(people["value"], ", ".join(names))
    elif (value := people["value"].map(lambda said: allowed.get(folded(str(said))))).isna().any():
        strange = sorted({*people.loc[value.isna(), "value"].astype("str")})[:5]
        raise TableError(
            f"a value of people's codes is the name of a code, one of {list(allowed.values())}, and some are {strange}"
        )
    said = consensus(people.assign(value=value))
    if "article_id" in people and people["article_id"].isna().any():
        raise TableError(f"{int(people['article_id'].isna().sum())} codings have no article_id; fill it in")
    ids = people.drop_duplicates("unit").set_index("unit").get("article_id")
    said = said.assign(article=(said["unit"] if ids is None else said["unit"].map(ids)).astype("str"))
    if said.groupby("article")["unit"].nunique().gt(1).any():
        raise TableError("an article is two units; leave one of them out")
    if alone.any():
        wide = said.set_index("article")["value"]
        return pd.DataFrame({name: wide.eq(name).astype(float) for name in names})
    wide = said.assign(value=said["value"].astype(float))
    return wide.pivot(index="article", columns="code", values="value").reindex(columns=names).astype(float)


def error_rates(values: np.ndarray, population: np.ndarray) -> tuple[float, float] | None:
    """P(a coder finds the code | it is there) and P(a coder finds it | it is not), from units that several coded.

    Parameters
    ----------
    values
        Units × coders: 1, 0 or missing.
    population
        Number of the population of each unit, 0, 1, …, between which the code's share differs.

    Returns
    -------
    tuple or None
        None where they are not identified: populations of one share, or agreement that no rates explain.

    Notes
    -----
    Two codings of a unit that err independently and alike, given the truth, both find the code with probability
    S m − P in a population where one of them finds it with m; S is the sum of the two rates and P their product. Two
    populations identify them [1]_; more are fitted by least squares.

    References
    ----------
    .. [1] Hui, S. L. & Walter, S. D. (1980). Estimating the error rates of diagnostic tests. *Biometrics* 36, 167-171.
    """
    n = (~np.isnan(values)).sum(axis=1)
    hits = np.nansum(values, axis=1)
    kept = n > 1
    if not kept.any():
        return None
    n, hits, population = n[kept], hits[kept], population[kept]
    size = np.bincount(population)
    there = size > 0
    one = np.bincount(population, hits / n)[there] / size[there]
    both = np.bincount(population, hits * (hits - 1) / (n * (n - 1)))[there] / size[there]
    weight = size[there] / size.sum()
    gap = one - weight @ one
    spread = weight @ gap**2
    if there.sum() < 2 or spread < 1e-4:
        return None
    total = weight @ (gap * both) / spread
    product = total * (weight @ one) - weight @ both
    root = total**2 - 4 * product
    if root < 0:
        return None
    found, false = (total + np.sqrt(root)) / 2, (total - np.sqrt(root)) / 2
    return (float(min(found, 1.0)), float(max(false, 0.0))) if found - max(false, 0.0) > 0.2 else None
