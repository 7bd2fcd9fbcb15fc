"""What gets the front page, and since when.

====================  =====================================================================================
rows                  :func:`prepare` (with a record of what was left out), :func:`without`
measures              :func:`measures`, :func:`describe`
models                :func:`fit` → :class:`Fit`: ``coefficients effects checks predictions contrast bounds``
checks                :func:`brant`, :func:`lr_parallel`, :func:`influence`, :func:`over_dispersion`
many fits             :func:`compare`, :func:`coefficients_of`, :func:`sensitivity`, :func:`bounds`
small samples         :func:`permutation`, :func:`trend` (Jonckheere-Terpstra), :func:`matched` (same occasions)
answers               :func:`grid`, :func:`answer`, :func:`meanings` (of columns)
====================  =====================================================================================
"""

from framing.errors import retired
from framing.prominence.answers import Answer, answer, grid
from framing.prominence.bounds import bounds, coefficients_of, compare
from framing.prominence.checks import checks_of, influence, over_dispersion
from framing.prominence.codebook import CODEBOOK, meanings
from framing.prominence.fitting import fit
from framing.prominence.margins import average_effects
from framing.prominence.measures import describe, measures
from framing.prominence.model import Fit
from framing.prominence.parallel import brant, lr_parallel
from framing.prominence.predict import contrast, predictions
from framing.prominence.prepare import Placements, prepare, without
from framing.prominence.ranks import permutation, trend
from framing.prominence.runs import matched, sensitivity

__all__ = [
    "CODEBOOK", "Answer", "Fit", "Placements", "answer", "average_effects", "bounds", "brant", "checks_of",
    "coefficients_of", "compare", "contrast", "describe", "fit", "grid", "influence",
    "lr_parallel", "matched", "meanings", "measures", "over_dispersion", "permutation", "predictions", "prepare",
    "sensitivity", "trend", "without",
]  # fmt: skip

__getattr__ = retired(
    __name__,
    {
        "composite": "a sum of the columns of prominence.measures that you choose, with weights of your own",
        "first_seen": "snapshots.groupby(['article_id', 'outlet'])['date'].agg(['min', 'max', 'size'])",
    },
)
