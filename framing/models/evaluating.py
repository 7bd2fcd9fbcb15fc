"""Formulas evaluated on a table with our own transforms in place of the formula library's."""

from types import SimpleNamespace

import numpy as np
from formulaic import Formula
from formulaic.materializers import PandasMaterializer
from formulaic.transforms import TRANSFORMS as THEIRS
from formulaic.transforms import ContrastsRegistry
from formulaic.utils.layered_mapping import LayeredMapping

from framing import formulas

_OWN = {name: getattr(np, name) for name in ("log", "log1p", "exp", "sqrt", "sin", "cos", "pi")}
_CODINGS = {name.partition(".") for name in formulas.CONTRASTS}
TRANSFORMS = {
    **{name: THEIRS[name] for name in formulas.TRANSFORMS if name not in _OWN},
    **_OWN,
    **{name: THEIRS[name] for name, dot, _ in _CODINGS if not dot},
    "contr": SimpleNamespace(**{name: getattr(ContrastsRegistry, name) for _, dot, name in _CODINGS if dot}),
}
"""Everything a formula can call."""


class Materializer(PandasMaterializer):
    """formulaic's, with the columns of the table and :data:`TRANSFORMS` in sight and nothing else."""

    def __init__(self, data, context=None, **params):
        super().__init__(data, None, **params)
        self.layered_context = LayeredMapping(
            LayeredMapping(self.data_context, name="data"), LayeredMapping(TRANSFORMS, name="transforms")
        )


__all__ = ["Formula", "Materializer"]
