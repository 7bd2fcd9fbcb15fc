"""What each column of a table of placement is, with its unit; reports print it under the table."""

import re

import pandas as pd

from framing.wording import mark, sentences

_INTERVAL = {
    "std_error": "standard error, robust where the model's errors are (see the stamp of the report)",
    "conf_low": "lower end of the interval",
    "conf_high": "upper end of the interval",
    "p_value": "two-sided, uncorrected",
}
_PARAMETERS = {
    "term": "term of the model; 1|2 is the threshold between pages 1 and 2",
    "kind": "threshold between pages, term, term freed from proportional odds, or dispersion",
    "estimate": "log odds of a later page (model of all pages) or of page 1 (model of the front), natural logarithm",
    "std_error": _INTERVAL["std_error"],
    "statistic": "estimate over standard error; of a penalised logit the signed root of the profile chi-square",
    "df": "degrees of freedom of its t distribution; infinite is the normal",
    "p_value": "two-sided, uncorrected",
    "conf_low": "lower end of the interval of the estimate",
    "conf_high": "upper end of the interval of the estimate",
    "odds_ratio": "exp(estimate); 1 is no difference",
    "note": sentences("how the interval was made where it is not the usual one, or why there is none"),
}

CODEBOOK: dict[str, dict[str, str]] = {
    "answer": {
        "group": "the groups compared",
        "first_when": "year of the group's first row",
        "first": "fitted chance of page 1 there, 0 to 1",
        "second_when": "year of its last row",
        "second": "fitted chance of page 1 there, 0 to 1",
        "estimate": "second minus first",
        "conf_low": "lower end of the interval of the change",
        "conf_high": "upper end of the interval of the change",
    },
    "pages": {
        "year": "calendar year",
        "n": "rows",
        "n_missing": "rows without a page; they are not inside pages",
        "n_front": "rows on page 1",
        "share_front": "rows on page 1 over rows with a page, 0 to 1",
        "conf_low": "lower end of the Wilson interval of that share",
        "conf_high": "upper end of the Wilson interval of that share",
        "median_page": "median page of rows with one",
        "first_page": "page nearest the front",
        "last_page": "page furthest from the front",
    },
    "effects": {
        "variable": "column of the data",
        "contrast": sentences("a unit more of a number (derivative), or one level against another", "per unit"),
        "page": "page whose chance changes",
        "estimate": "change of the chance, averaged over the rows of the fit: 0.1 is ten points",
        **_INTERVAL,
        "note": sentences("why a number is missing"),
    },
    "checks": {
        "check": sentences("what is checked"),
        "term": "term it is about; empty for the whole model",
        "statistic": "the test's statistic",
        "df": "its degrees of freedom",
        "p_value": "small where the check fails, uncorrected",
        "value": "what is read where there is no test: a ratio, a number, a shift in standard errors",
        "ok": "no: follow the advice; missing: could not be checked",
        "advice": sentences("what to do"),
        "detail": "what it is about: the cluster left out, the threshold that a term separates, or a share of the rows",
        "note": sentences("what detail is, or why it could not be checked"),
    },
    "influence": {
        "cluster": "cluster left out",
        "n_rows": "its rows",
        "term": "slope of the model",
        "shift": "estimate without the cluster minus estimate (one Newton step)",
        "shift_in_errors": "the same, in standard errors",
    },
    "coefficients": _PARAMETERS,
    "compare": {
        "model": "model",
        "family": "what is modelled: the page (ordinal) or page 1 against all others (front)",
        "formula": "right-hand side of the model",
        "n": "rows",
        "n_parameters": "parameters",
        "log_likelihood": "log likelihood at its maximum, natural",
        "aic": "2 parameters minus 2 log likelihood; lower is better among models of the same rows and outcome",
        "bic": "log(observations) times parameters minus 2 log likelihood; whole weights count observations",
        "delta_aic": "from the least; only where all models are of the same rows and outcome",
        "lr_statistic": "likelihood ratio against the model above, where that is nested in this one",
        "lr_df": "its degrees of freedom",
        "lr_p_value": "its p, uncorrected",
        "n_checks_failed": "checks that failed",
        "note": sentences("why likelihoods may not be compared"),
    },
    "sensitivity": {
        "model": "run",
        "n": "rows that entered it",
        "n_dropped": "rows with a page dropped in it",
        "formula": "right-hand side of the model",
        **{name: what for name, what in _PARAMETERS.items() if name != "kind"},
    },
    "bounds": {
        "bound": sentences("where the missing pages are set"),
        "n": "rows that entered",
        "n_missing": "rows without a page that stayed out",
        **_PARAMETERS,
    },
    "matched": {
        "date": "day of the issue",
        "occasion": "occasion",
        "direction": "sent or received",
        "year": "calendar year",
        "page": "page; 1 is the front",
        "confidence": "how surely the source gives the page",
        "article_id": "row of the data set",
    },
    "permutation": {
        "group_a": "first group",
        "group_b": "second group",
        "n_strata": "occasions (by direction and year) that both groups have",
        "n_strata_unused": "occasions that one group only has; they say nothing",
        "n_missing": "rows left out for want of a page",
        "n_a": "rows of the first group used",
        "n_b": "rows of the second group used",
        "mean_a": "mean page of the first group",
        "mean_b": "mean page of the second group",
        "w": "Mann-Whitney W of the first group, added over occasions",
        "statistic": "W from its centre: negative where the first group is nearer the front",
        "p_value": "two-sided: share of arrangements of the labels at least as far from the centre",
        "method": sentences("whether all arrangements were counted or some drawn at random"),
        "n_arrangements": "arrangements counted or drawn",
        "note": sentences("why there is no test"),
    },
    "drift": {
        "n": "rows",
        "n_groups": "years",
        "statistic": "Jonckheere-Terpstra J, ties half",
        "z": "J standardised with ties; above 0 is later pages in later years",
        "p_value": "two-sided, normal",
        "p_value_permutation": "two-sided, from permuted years",
        "tau_b": "Kendall's tau-b of page and year, -1 to 1",
        "note": sentences("why there is no test"),
    },
    "rates": {
        "unit": "what is counted",
        "actor": "actor",
        "leader": "leader",
        "year": "calendar year",
        "paper": "medium counted",
        "period_start": "first day of the period",
        "period_end": "last day of the period",
        "n_days": "days of the period",
        "n": "mentions counted",
        "part_year": "whether the period is not a calendar year",
        "per_year": "mentions scaled to 365.25 days",
        "n_articles": "articles of the year with a mention",
        "n_total": "all articles of the year: the denominator",
        "share": "articles with a mention over all articles, 0 to 1",
        "conf_low": "lower end of the interval: exact Poisson for counts, Wilson for shares",
        "conf_high": "upper end of the interval",
        "counted_by": "who counted",
        "confidence": "how surely the source gives the count",
        "source_url": "address of the source",
        "note": sentences("what to mind"),
    },
}
"""Table → column → what it is; :func:`meanings` picks the columns that a table has."""

_GROUP, _ON_PAGE = mark("the groups compared"), mark("rows on that page")
_HEADS = (mark("outlet"), mark("leader"), mark("actor"))  # columns that groups are as a rule named by
_MODELS = (mark("ordinal"), mark("front"))  # as the notebook names its two models


def meanings(table: pd.DataFrame, name: str, group: str = "") -> dict[str, str]:
    """What each column of a table is, for ``present.table(…, columns=…)``, where not every such table has all of them.

    Parameters
    ----------
    table
        A table of this room.
    name
        Its name in :data:`CODEBOOK`.
    group
        The column of the groups, which is named by the data.

    Returns
    -------
    dict
        Column → meaning, in the order of the table, of those that the codebook knows, of the groups, and of the counts
        of rows on each page (``page_3``).
    """
    known = CODEBOOK[name] | {column: _ON_PAGE for column in table.columns if re.fullmatch(r"page_\d+", str(column))}
    known |= {group: _GROUP} if group else {}
    return {column: known[column] for column in table.columns if column in known}
