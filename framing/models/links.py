"""Distribution functions of the cumulative links, with density and its slope; all take ±∞."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats


@dataclass(frozen=True)
class Link:
    """A latent distribution, its f and f', and P(b < latent ≤ a) without cancellation."""

    distribution: stats.rv_continuous
    density: Callable
    slope: Callable
    between: Callable


def _logit_between(a, b):
    return special.expit(a) * special.expit(-b) * -np.expm1(b - a)


def _logit_density(a):
    return special.expit(a) * special.expit(-a)


def _logit_slope(a):
    return _logit_density(a) * (special.expit(-a) - special.expit(a))


def _probit_density(a):
    return np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi)


def _probit_slope(a):
    return np.where(np.isfinite(a), -np.nan_to_num(a, posinf=0, neginf=0) * _probit_density(a), 0.0)


def _probit_between(a, b):
    return np.where(a + b > 0, special.ndtr(-b) - special.ndtr(-a), special.ndtr(a) - special.ndtr(b))


def _finite(a):
    return np.clip(a, -700, 30)


def _cloglog_density(a):
    return np.where(np.isfinite(a), np.exp(_finite(a) - np.exp(_finite(a))), 0.0)


def _cloglog_slope(a):
    return _cloglog_density(a) * (1 - np.exp(_finite(a)))


def _cloglog_between(a, b):
    return np.where(b == -np.inf, 1.0, np.exp(-np.exp(_finite(b)))) - np.where(
        a == np.inf, 0.0, np.exp(-np.exp(_finite(a)))
    )


LINKS = {
    "logit": Link(stats.logistic, _logit_density, _logit_slope, _logit_between),
    "probit": Link(stats.norm, _probit_density, _probit_slope, _probit_between),
    "cloglog": Link(stats.gumbel_l, _cloglog_density, _cloglog_slope, _cloglog_between),
}
