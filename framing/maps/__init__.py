"""Outlets and words as a picture: correspondence analysis, networks and similarity, and whether outlets differ at all.

===========================  ==========================================================================
:func:`correspondence`       axes, coordinates, contributions and cos² of a table of counts
:func:`outlets`              the same of outlets × terms, straight from the counts
:func:`regions`              whether outlets differ, their places without chance, and bootstrap regions
:func:`similarity`           cosine and Jensen–Shannon between outlets, with intervals and a test
:func:`cooccurrence`         terms that share articles: edges, communities, stability of each edge
:func:`bipartite`            outlets and the terms they use more than expected
:func:`answer`               the finding
===========================  ==========================================================================
"""

from framing.maps.axes import correspondence
from framing.maps.distances import similarity
from framing.maps.networks import bipartite, cooccurrence
from framing.maps.resamples import outlets, regions
from framing.maps.telling import answer
from framing.records import codebook

CODEBOOK = codebook("maps")
"""Table → column → what it is."""
COLUMNS, REGIONS, AXES = CODEBOOK["similarity"], CODEBOOK["regions"], CODEBOOK["eigenvalues"]
POINTS, EDGES = CODEBOOK["columns"], CODEBOOK["edges"]

__all__ = [
    "AXES", "CODEBOOK", "COLUMNS", "EDGES", "POINTS", "REGIONS", "answer", "bipartite", "cooccurrence",
    "correspondence", "outlets", "regions", "similarity",
]  # fmt: skip
