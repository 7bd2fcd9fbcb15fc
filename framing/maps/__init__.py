"""Outlets and words as a picture: correspondence analysis, networks and similarity, with what a resample would move.

===========================  ==========================================================================
:func:`correspondence`       axes, coordinates, contributions and cos² of a table of counts
:func:`outlets`              the same of outlets × terms, straight from the counts
:func:`regions`              where each outlet would lie with other articles: bootstrap ellipses
:func:`similarity`           cosine and Jensen–Shannon between outlets, with intervals
:func:`cooccurrence`         terms that share articles: edges, communities, stability of each edge
:func:`bipartite`            outlets and the terms they use more than expected
:func:`answer`               the finding in a sentence
===========================  ==========================================================================
"""

from framing.maps.axes import Correspondence, correspondence
from framing.maps.networks import Network, bipartite, cooccurrence
from framing.maps.resamples import outlets, regions, similarity
from framing.maps.telling import AXES, COLUMNS, EDGES, POINTS, REGIONS, answer

__all__ = [
    "AXES", "COLUMNS", "Correspondence", "EDGES", "Network", "POINTS", "REGIONS", "answer", "bipartite", "cooccurrence",
    "correspondence", "outlets", "regions", "similarity",
]  # fmt: skip
