"""What gets the front page, and since when.

====================  =====================================================================================
rows                  :func:`prepare` (with a record of what was left out), :func:`without`
measures              :meth:`framing.study.Study.placements`, :func:`describe`
models                :func:`fit` → :class:`Fit`: ``coefficients effects checks predictions contrast bounds``
checks                ``checks`` of a fit, :func:`observed` (shares on page 1 beside the model's), :func:`influence`
many fits             :func:`compare`, :func:`sensitivity`, ``bounds`` of a fit
small samples         :func:`permutation`, :func:`trend` (Jonckheere-Terpstra), :func:`matched` (same occasions),
                      :func:`same_issue`
answers               :func:`changes`, :func:`curve`, :func:`answer`, :func:`meanings` (of columns)
====================  =====================================================================================
"""

from framing.errors import retired
from framing.prominence.answers import answer, changes, curve
from framing.prominence.checks import influence
from framing.prominence.codebook import CODEBOOK, meanings
from framing.prominence.comparing import compare
from framing.prominence.describing import describe
from framing.prominence.fitting import fit
from framing.prominence.placing import observed
from framing.prominence.prepare import prepare
from framing.prominence.ranks import permutation, trend
from framing.prominence.runs import matched, same_issue, sensitivity

__all__ = [
    "CODEBOOK", "answer", "changes", "compare", "curve", "describe", "fit", "influence", "matched", "meanings",
    "observed", "permutation", "prepare", "same_issue", "sensitivity", "trend",
]  # fmt: skip

__getattr__ = retired(
    __name__,
    {
        **{name: f"fit.{name}(…)" for name in ("bounds", "contrast", "predictions")},
        **dict.fromkeys(("brant", "checks_of", "lr_parallel", "over_dispersion"), "part of fit.checks"),
        "average_effects": "fit.effects",
        "coefficients_of": "pd.concat of each fit.coefficients.assign(model=name)",
        "composite": "a sum of the columns of study.measures that you choose, with weights of your own",
        "grid": "prominence.curve(fit, when, by, pages=True)",
        "measures": "study.measures(articles, mentions), and of a study chosen.placements()",
        "first_seen": "snapshots.groupby(['article_id', 'outlet'])['date'].agg(['min', 'max', 'size'])",
    },
)
