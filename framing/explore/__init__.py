"""Exploring a prepared study with widgets in JupyterLab::

    from framing import explore

    explore.desk("sample")

Choose the study, outlets, period, actor and word; the words that tell outlets apart, lines of text, topics and pages
follow. Every view ends with the parameter file that runs the same in batch, with all its resamples: what is seen
here is computed with few, to look around, not to quote.

:func:`desk` gives the widgets.
"""

from framing.errors import retired
from framing.explore.controls import desk

__all__ = ["desk"]
__getattr__ = retired(__name__, {"studies": "explore.selection.studies"})
