"""Series that no model of a change can judge: without variation, with counts on one side only, or running away."""

import numpy as np

from framing.errors import TableError
from framing.messages import Message, mark
from framing.models import separation
from framing.trends.series import Series

EXACT = 1e-10
"""Residuals below this share of the largest value are the rounding of a computer, not variation."""
_STILL_BEFORE = mark(
    "before {at} the values do not vary around their line, and nothing shows how they would; with covariance 'model' "
    "both sides share one variance"
)
_STILL_AFTER = mark(
    "from {at} on the values do not vary around their line, and nothing shows how they would; with covariance "
    "'model' both sides share one variance"
)
_STARTS = mark(
    "the series starts inside: its first count above 0 is of {period}, after {n} periods of 0, and no exponential "
    "course fits that; take it from where it starts"
)
_STOPS = mark(
    "the series stops inside: its last count above 0 is of {period}, before {n} periods of 0, and no exponential "
    "course fits that; take it to where it stops"
)
_EMPTY = mark("every count of the series is 0: there is nothing to compare")
_EMPTY_BEFORE = mark(
    "separation: every count before {at} is 0, so the rate ratio is infinite and no course can be carried on; report "
    "the counts themselves"
)
_EMPTY_AFTER = mark(
    "separation: every count from {at} on is 0, so the rate ratio is 0 and its logarithm has no estimate; report the "
    "counts themselves"
)
_SEPARATED = mark(
    "separation: counts above 0 stand in so few periods beside {at} that the model has no maximum; take coarser "
    "periods or a longer series"
)
BEYOND = 10.0
"""A fitted course may reach so many times the largest rate counted."""


def is_exact(residual: np.ndarray, value: np.ndarray) -> bool:
    """Whether residuals are rounding only."""
    return bool(np.abs(residual).max(initial=0.0) <= EXACT * np.abs(value).max(initial=0.0))


def off_a_line(value: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Residuals of a straight line."""
    x = np.column_stack([np.ones(len(step)), step - step.mean()])
    return value - x @ np.linalg.lstsq(x, value, rcond=None)[0]


def refuse_line(data: Series, value: np.ndarray | None = None) -> None:
    """A TableError for a constant series and for an exact straight line: there is nothing to judge a change by."""
    value = data.value if value is None else value
    if is_exact(value - value.mean(), value):
        same = Message(
            "every value of the series is {value:.6g}: without variation nothing can be tested", {"value": value[0]}
        )
        raise TableError(same)
    if is_exact(off_a_line(value, data.step), value):
        raise TableError(Message("the values lie exactly on a straight line: without variation nothing can be tested"))


def refuse_exact(residual: np.ndarray, value: np.ndarray, after: np.ndarray, at, *, robust: bool) -> None:
    """A TableError where the model leaves no residual, or none on one side and the errors are made of them."""
    if is_exact(residual, value):
        raise TableError(
            Message("the model passes through every value: without variation around it there is no standard error")
        )
    for here, why in ((~after, _STILL_BEFORE), (after, _STILL_AFTER)):
        if robust and is_exact(residual[here], value):
            raise TableError(Message(why, {"at": at}))


def refuse_separated(data: Series, x: np.ndarray, after: np.ndarray, at) -> None:
    """A TableError where the likelihood of counts has no maximum."""
    empty = data.value == 0
    for found, why in ((empty, _EMPTY), (empty[~after], _EMPTY_BEFORE), (empty[after], _EMPTY_AFTER)):
        if found.all():
            raise TableError(Message(why, {"at": at}))
    if separation.of_counts(x, data.value).any():
        raise TableError(Message(_SEPARATED, {"at": at}))


def refuse_started(data: Series, rate: np.ndarray, exposure: np.ndarray) -> None:
    """A TableError where counts begin or end at once: zeros that the periods beside them make all but impossible.

    The zeros at an end, and the mean of the six periods beside them: refused where ten articles more than chance
    would be expected in place of the zeros, so that their Poisson probability is below exp(-10).
    """
    counted = np.flatnonzero(data.value > 0)
    first, last = counted[0], counted[-1]
    ends = (
        (slice(0, first), slice(first, first + 6), first, _STARTS),
        (slice(last + 1, None), slice(max(last - 5, 0), last + 1), last, _STOPS),
    )
    for zeros, beside, at, why in ends:
        near = data.value[beside]
        spread = max(1.0, near.var(ddof=1) / near.mean()) if len(near) > 1 else 1.0
        if rate[beside].mean() * exposure[zeros].sum() > 10 * spread:
            raise TableError(Message(why, {"period": data.label[at], "n": len(data.value[zeros])}))


def refuse_runaway(data: Series, after: np.ndarray, rate: np.ndarray, courses: tuple, exposure: np.ndarray) -> None:
    """A TableError where an exponential course leaves what was counted: a series that starts or stops inside."""
    least, most = 1 / exposure.sum(), rate.max() * BEYOND  # least: one in the whole series
    for course in courses:
        outside = np.flatnonzero(after & ((course < least) | (course > most)))
        if len(outside):
            worst = outside[np.argmax(np.abs(np.log(course[outside])))]
            raise TableError(
                Message(
                    "the exponential course of the model would reach a rate of {reached:.3g} in {period}, where one "
                    "article in the whole series is {least:.3g} and the largest rate counted is {most:.3g}; counts are "
                    "too few for such a course, or the series starts or stops inside: take coarser periods, more "
                    "articles, or the series from where it starts to where it stops",
                    {"reached": course[worst], "period": data.label[worst], "least": least, "most": rate.max()},
                )
            )
