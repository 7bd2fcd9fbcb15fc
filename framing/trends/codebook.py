"""What the columns of this room's tables are, for the reports."""

from framing.wording import sentences

_UNCERTAINTY = {
    "estimate": "the effect, in the unit of the row",
    "std_error": "its standard error",
    "conf_low": "lower end of the interval",
    "conf_high": "upper end of the interval",
    "p_value": "two-sided, uncorrected",
}

CODEBOOK = {
    "effects": {
        "group": "outlet",
        "effect": sentences(
            "average, cumulative and last distance from the counterfactual; for shares also the log rate ratio"
        ),
        **_UNCERTAINTY,
    },
    "coefficients": {
        "group": "outlet",
        "term": "time: slope before, a period; level: jump at the event; slope: change of slope from the event on",
        **_UNCERTAINTY,
        "statistic": "estimate divided by its standard error",
        "df": "degrees of freedom of t; infinite for the normal",
    },
    "placebo": {
        "group": "outlet",
        "at": "date at which the model was broken",
        "estimate": "average effect from there on",
        "z": "estimate divided by its standard error",
        "real": "the event itself",
        "share_as_large": "share of dates with a z at least as large as the event's",
        "note": sentences("why it could not be done"),
    },
    "checks": {
        "group": "outlet",
        "check": sentences("what is checked"),
        "statistic": "its statistic",
        "p_value": "small where the check fails",
        "passed": "whether nothing need be done",
        "advice": sentences("what to do"),
    },
    "overall": {
        "group": "outlet",
        "sup_f": "largest F over all single breaks",
        "period": "where it is",
        "p_value": "block permutation",
        "n_breaks": "breaks chosen by BIC",
        "note": sentences("why it could not be done"),
    },
    "breaks": {
        "group": "outlet",
        "period": "first period after the break",
        "t": "its number from 1",
        "conf_low": "earliest period of the interval",
        "conf_high": "latest period of the interval",
        "before": "mean between the break before and this one",
        "after": "mean up to the next break",
        "change": "after minus before",
        "f": "F of this break between its neighbours",
        "p_value": "block permutation between its neighbours",
    },
    "monotone": {
        "group": "outlet",
        "s": "pairs that rise minus pairs that fall",
        "tau": "Kendall's tau-b with time",
        "z": "corrected for autocorrelation",
        "p_value": "two-sided",
        "slope": "Sen's slope, a period",
        "conf_low": "lower end of its interval",
        "conf_high": "upper end of its interval",
        "n_effective": "independent periods the series is worth",
        "n": "periods",
        "note": sentences("why it could not be done"),
    },
}
"""Table → column → what it is."""
