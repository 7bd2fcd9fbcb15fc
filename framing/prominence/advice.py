"""What to do about each check, in one line; by check and state. Tables show both in the language of the report."""

from framing.wording import mark

UNKNOWN = mark("Could not be checked; see the note.")
_FINE_PARALLEL = mark("One slope for all pages is compatible with the data.")
_CARE_PARALLEL = mark("The slope differs between pages: free this term (nominal=…) or read the front model beside it.")

ADVICE: dict[str, tuple[str, str]] = {
    mark("proportional odds (Brant)"): (_FINE_PARALLEL, _CARE_PARALLEL),
    mark("proportional odds (LR)"): (_FINE_PARALLEL, _CARE_PARALLEL),
    mark("over-dispersion"): (
        mark("The variance is what the model says."),
        mark("More variance than the model says: use negbin or quasipoisson, or robust errors."),
    ),
    mark("negbin against Poisson"): (
        mark("The negative binomial fits better than the Poisson."),
        mark("The negative binomial fits no better than the Poisson: the simpler model will do."),
    ),
    mark("zero inflation"): (
        mark("As many zeros as the model expects."),
        mark("More or fewer zeros than expected: look at which days are empty before trusting the rates."),
    ),
    mark("autocorrelation"): (
        mark("Neighbouring rows are not alike beyond the model, or the errors allow for it."),
        mark("Neighbouring rows are alike: use covariance='NW' or clusters, or the intervals are too narrow."),
    ),
    mark("separation"): (
        mark("No term foretells the outcome without error."),
        mark(
            "A term foretells the outcome without error: the plain logit has no estimate; Firth's penalty and profile "
            "intervals are used, which lean on the penalty."
        ),
    ),
    mark("events per slope"): (
        mark("At least ten of the rarer outcome a slope."),
        mark("Fewer than ten of the rarer outcome a slope: use fewer terms, and read intervals, not estimates."),
    ),
    mark("clusters"): (
        mark("Enough clusters for the errors used."),
        mark("Few clusters: use covariance='CR2' or 'wild', and no more terms than clusters."),
    ),
    mark("influence"): (
        mark("No single cluster moves a slope by a standard error."),
        mark("One cluster moves a slope by more than a standard error: show the result without it as well."),
    ),
    mark("missing outcome"): (
        mark("Few rows have no outcome."),
        mark("Rows without the outcome could change the answer: show bounds() beside it."),
    ),
}
"""check → the line where all is well, and the line where it is not."""


def advice(check: str, ok: object) -> str:
    """The line of a check; ``ok`` is missing where it could not be checked."""
    fine, care = ADVICE[check]
    return {True: fine, False: care}.get(ok, UNKNOWN)
