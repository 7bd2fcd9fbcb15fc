"""What gets the front page, and since when: measures of prominence, models of placement, checks and answers."""

from framing.prominence.fitting import fit
from framing.prominence.model import Fit

__all__ = ["Fit", "fit"]
