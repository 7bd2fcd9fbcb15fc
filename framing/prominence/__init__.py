"""What gets the front page, and since when: measures of prominence, models of placement, checks and answers."""

from framing.prominence.bounds import bounds, coefficients_of, compare
from framing.prominence.checks import checks_of, influence
from framing.prominence.fitting import fit
from framing.prominence.model import Fit
from framing.prominence.parallel import brant, lr_parallel
from framing.prominence.predict import average_effects, contrast, predictions

__all__ = [
    "Fit", "average_effects", "bounds", "brant", "checks_of", "coefficients_of", "compare", "contrast", "fit",
    "influence", "lr_parallel", "predictions",
]  # fmt: skip
