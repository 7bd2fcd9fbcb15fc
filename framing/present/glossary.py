"""Definitions of the terms of reports; a text refers to one as ``[^q]`` and it stands as a footnote under that text."""

import re

from framing.wording import mark, say

GLOSSARY = {
    "keyness": mark(
        "Keyness: how far a word's frequency in one group of texts departs from another group. Scores computed over "
        "tokens (G², χ²) rank words; they test nothing, since the tokens of one article are not independent."
    ),
    "log2": mark(
        "Log2 ratio (Hardie 2014): the binary logarithm of the ratio of two relative frequencies. 1 is twice as often, "
        "2 four times, −1 half as often. With ½ added to both counts and both totals it is finite for words that one "
        "side never uses."
    ),
    "logodds": mark(
        "Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008): a natural logarithm, "
        "pulled towards 0 the more the rarer the word."
    ),
    "interval": mark(
        "95% interval: from a bootstrap in which whole articles (or groups of copies) are drawn again with "
        "replacement, corrected for bias and skew (BCa, Efron 1987)."
    ),
    "q": mark(
        "q-value (Benjamini & Hochberg 1995): among all rows with a q-value up to 0.05 about one in twenty is expected "
        "to be a chance finding."
    ),
    "maxt": mark(
        "Permutation p with max-T: outlet labels are exchanged between the articles of a stratum; the p counts how "
        "often the largest difference over all words is as large as this one, and so holds for the whole table."
    ),
    "dp": mark(
        "DP (Gries 2008): how unevenly a word is spread over articles, 0 even, 1 in one article only; DPnorm is scaled "
        "to reach 1 (Lijffijt & Gries 2012)."
    ),
    "wire": mark(
        "Wire copy: articles that are near-duplicates of another (shared runs of characters), as a rule agency text. "
        "Their group is one observation."
    ),
    "ca": mark(
        "Correspondence analysis (Greenacre 2017): outlets and words are placed so that distances between outlets are "
        "chi-square distances between their word profiles; an axis's share of inertia says how much of all departures "
        "it shows."
    ),
    "jsd": mark(
        "Jensen–Shannon distance: square root of the Jensen–Shannon divergence of two word distributions, base 2; 0 is "
        "the same, 1 no word in common."
    ),
    "npmi": mark(
        "NPMI (Bouma 2009): logarithm of how much more often two words share an article than independence would have "
        "it, scaled from −1 (never) to 1 (always)."
    ),
    "leiden": mark(
        "Leiden (Traag, Waltman & van Eck 2019): groups the nodes of a network so that links within groups are denser "
        "than expected."
    ),
    "mi": mark(
        "Mutual information (Church & Hanks 1990): binary logarithm of observed by expected co-occurrences; rare words "
        "reach high values easily, so read it with its interval and the number of articles."
    ),
    "lda": mark(
        "Latent Dirichlet allocation (Blei, Ng & Jordan 2003): each article is a mixture of topics, each topic a "
        "distribution over words; the number of topics is chosen by the analyst."
    ),
    "prevalence": mark("Prevalence: the mean share of an article that a topic takes, 0 to 1."),
    "frex": mark(
        "FREX (Bischof & Airoldi 2012): weighted harmonic mean of a word's rank by frequency in the topic and its rank "
        "by how exclusive it is to the topic."
    ),
    "stability": mark(
        "Stability: topics of refits with other seeds and on resampled articles are matched one to one; the value is 1 "
        "minus the Jensen–Shannon divergence to the match, averaged."
    ),
    "coherence": mark(
        "Coherence (Röder, Both & Hinneburg 2015): how often the ten most probable words of a topic share articles."
    ),
    "perplexity": mark(
        "Perplexity: the exponential of minus the mean log-likelihood a token of articles that were held out; lower is "
        "better."
    ),
    "rubin": mark(
        "The intervals combine the uncertainty of the articles, of each article's topic shares and of the topics "
        "themselves (refits), by Rubin's rules (1987)."
    ),
    "ordinal": mark(
        "Proportional-odds model (McCullagh 1980): one slope for every boundary between pages; exp(slope) is the odds "
        "ratio of standing on a later page. The checks say whether one slope will do."
    ),
    "cluster": mark(
        "Cluster-robust standard errors (Liang & Zeger 1986; CR2 of Bell & McCaffrey 2002 for few clusters): rows of "
        "one issue date may be alike without making the interval too narrow."
    ),
    "firth": mark(
        "Firth's penalty (1993): keeps a logit finite where a term foretells the outcome without error; its intervals "
        "are profile-likelihood intervals (Heinze & Schemper 2002)."
    ),
    "counterfactual": mark(
        "Counterfactual: the course the series would have taken had the level and slope before the event gone on."
    ),
    "its": mark(
        "Interrupted time series with Newey–West standard errors, which allow for autocorrelation up to the lag stated."
    ),
    "breaks": mark(
        "Unknown breaks (Bai & Perron 2003): dates that split the series best; the p-value comes from permuting blocks "
        "of the series and allows for the search over dates."
    ),
    "kendall": mark(
        "Mann–Kendall test with Sen's slope: whether later values tend to be higher, corrected for autocorrelation "
        "(Hamed & Rao 1998)."
    ),
    "curve": mark(
        "Specification curve (Simonsohn, Simmons & Nelson 2020): every defensible analysis at once, tested jointly "
        "against data in which there is no effect."
    ),
}  # fmt: skip
"""Key → definition with its source."""

_REFERENCE = re.compile(r"\[\^([\w-]+)\](?!:)")


def with_definitions(text: str) -> str:
    """Markdown with the definition of every term it refers to and does not define itself."""
    keys = dict.fromkeys(_REFERENCE.findall(text))
    notes = [f"[^{key}]: {say(GLOSSARY[key])}" for key in keys if key in GLOSSARY and f"[^{key}]:" not in text]
    return "\n\n".join([text, *notes])
