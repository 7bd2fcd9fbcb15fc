"""Exploring a prepared study with widgets in JupyterLab::

    from framing import explore

    explore.desk("sample")

Choose the study, outlets, period, actor and word; the words that tell outlets apart, lines of text, topics and pages
follow. Every view ends with the parameter file that runs the same in batch, with all its resamples: what is seen
here is computed with few, to look around, not to quote.

=====================  ==========================================================================
:func:`desk`           the widgets
:class:`Selection`     what is chosen; :func:`parameters_of` turns it into a parameter file
:func:`studies`        the studies that have prepared tables
=====================  ==========================================================================
"""

from framing.explore.controls import Desk, desk
from framing.explore.selection import Prepared, Selection, studies
from framing.explore.told import Parameters, parameters_of
from framing.explore.views import VIEWS

__all__ = ["VIEWS", "Desk", "Parameters", "Prepared", "Selection", "desk", "parameters_of", "studies"]
