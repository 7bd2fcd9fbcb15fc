"""What the columns of this room's tables are, for the reports."""

from framing.wording import sentences

_TOPIC = {"topic": "number of the topic, from 0 by prevalence", "label": "its most telling words; † unstable"}

_UNCERTAINTY = {
    "std_error": "its standard error",
    "conf_low": "lower end of the interval",
    "conf_high": "upper end of the interval",
}

_ARTICLES = {
    "n_articles": "articles of the row",
    "n_clusters": "independent groups of articles",
}

_LEFT = {
    "n_without_terms": "articles left out of all: without terms",
    "n_absent": "articles left out of all: not among those compared",
    "n_incomplete": "articles left out of all: without a value the model needs",
    "note": sentences("warnings"),
}

CODEBOOK = {
    "stability": {
        **_TOPIC,
        "similarity": "1 minus the Jensen-Shannon divergence to its match, mean over the refits, 0 to 1",
        "similarity_low": "the same, the 10th percentile of the refits",
        "found_share": "share of refits that find it",
        "stable": "whether at least half of the refits find it",
        "core_words": "words among its 20 first in 80% of refits",
        "merges_with": "topics that fall together with it in a third of the refits or more",
        "split_share": "share of refits in which two or more topics are most like it",
        "n_refits": "refits made",
        "note": sentences("what becomes of it in a third of the refits or more"),
    },
    "coherence": {
        **_TOPIC,
        "umass": "sum of log((D(m, l) + 1) / D(l)) over pairs of words, D counting articles",
        "npmi": "mean normalised pointwise mutual information of pairs of words, -1 to 1, windows are articles",
        "c_v": "mean cosine of a word's NPMI profile with that of all ten, 0 to 1",
        "exclusivity": "share of the word's probability that is this topic's, mean of ten words, 1/K to 1",
        "exclusivity_frex": "mean FREX of the ten words, weight 0.7 on exclusivity, 0 to 1",
    },
    "shares": {
        **_TOPIC,
        "group": "what is compared",
        "estimate": "mean share of an article, 0 to 1",
        **_UNCERTAINTY,
        **_ARTICLES,
        **_LEFT,
    },
    "effects": {
        **_TOPIC,
        "term": "coefficient of the model",
        "estimate": "log odds of the share",
        **_UNCERTAINTY,
        "df": "degrees of freedom of the t interval",
        "p_value": "two-sided, uncorrected",
        "q_value": "Benjamini-Hochberg over all topics and coefficients but intercepts",
        **_ARTICLES,
        **_LEFT,
    },
    "packages": {
        **_TOPIC,
        "package": "its package, from 0, the largest by prevalence first",
        "prevalence": "mean share of an article",
        "stability": "share of replicates that put it with the others of its package, mean",
        "n_draws": "replicates",
    },
    "words": {
        **_TOPIC,
        "rank": "place of the word, from 1",
        "term": "the word",
        "probability": "in the topic, 0 to 1",
        "frex": "harmonic mean of the ranks in frequency and exclusivity, 0 to 1",
        "lift": "probability in the topic over that in all articles",
        "score": "probability times how far its logarithm stands above the mean of the topics",
        "relevance": "0.6 times the logarithm of the probability plus 0.4 times that of lift",
    },
    "scan": {
        "n_topics": "number of topics fitted",
        "seed": "seed of the fit",
        "perplexity": "of the held-out articles, lower is better",
        "log_likelihood": "of a token of the held-out articles, natural logarithm",
        "umass": "coherence, mean over topics",
        "npmi": "coherence, -1 to 1, mean over topics",
        "c_v": "coherence, 0 to 1, mean over topics",
        "exclusivity": "1/K to 1, mean over topics",
        "exclusivity_frex": "0 to 1, mean over topics",
        "stability": "mean similarity to the matched topics of the other seeds, 0 to 1",
        "passes": "passes over the corpus",
        "n_held_out": "articles held out",
    },
}
"""Table → column → what it is; ``shares`` calls the column compared ``group``."""
