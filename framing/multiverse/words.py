"""The multiverse of a word: does one outlet use it more than another?"""

import numpy as np
import pandas as pd
from scipy import stats

from framing import counts, models, tokens
from framing.choices import OPTIONS, check
from framing.errors import TableError
from framing.inference import normal_interval
from framing.messages import Message, mark
from framing.multiverse.curve import Multiverse, gather
from framing.multiverse.joint import Null
from framing.multiverse.pairs import Pair
from framing.multiverse.specs import meaning, specifications
from framing.progress import bar
from framing.study.studies import Study, opened
from framing.tokens.languages import stem


def contrast(
    study: Study | str,
    terms: list,
    target: str,
    reference: str,
    choices: dict,
    *,
    lexicon: str = "northeast_asia",
    language: str = "",
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Multiverse:
    """Difference of two outlets in how much they use some words, under every combination of choices.

    Parameters
    ----------
    study
        A study, or the name of a prepared one (its articles, counts; clusters stand in the articles).
    terms
        Words counted together.
    target, reference
        Two outlets.
    choices
        ``rate`` (of ``tokens``: uses a token; ``articles``: share of articles with a use), ``lexicon`` (``with``,
        ``without`` the compounds and names of the lexicon), ``copies`` (``all``, ``first``, ``none``, as in
        :func:`framing.study.load`, of those among the rows that are left), ``errors`` (clustered by ``article``,
        with its copies where ``cluster_id`` names them, or ``date``), ``pos`` (a mapping of names to lists of parts of
        speech that count as tokens; an empty list is all). Any other choice is about rows: it maps the names of its
        options to ``keep``, ``drop``, ``since``, ``until`` and ``copies`` of :func:`framing.study.load`, as in
        ``period: {all: {}, early: {until: "2001-12-31"}}``, ``subject: {all: {}, korea: {keep: {is_nkor: [1]}}}``.
    lexicon
        The lexicon of the choice ``lexicon``, in Japanese.
    language
        Language in which words are cut; by default that of the study's counts, else Japanese.

    Returns
    -------
    Multiverse
        ``estimate`` is log2 of the ratio of rates, ``target`` over ``reference``. The permutations exchange outlets
        between articles of one month.

    Raises
    ------
    TableError
        An outlet or a term that is not there.
    ParamError
        An option that means nothing here.
    """
    check(choices, "word")
    specs = specifications(choices)
    study = opened(study)
    language = language or _language(study)
    pair = Pair.of(study, target, reference)
    kept = pair.kept(specs, choices, tuple(OPTIONS["word"]))
    wanted = {str(term) for term in terms}
    ways = specs.assign(**{name: "" for name in ("lexicon", "pos") if name not in specs})[["lexicon", "pos"]]
    numbers = {}
    for way, pos in ways.drop_duplicates().itertuples(index=False):  # a handful of ways to cut
        parts = meaning(choices, "pos", pos) if pos else []
        numbers[way, pos] = _numbers(pair.articles, wanted, way, parts, lexicon, language)
    if not any(n.sum() for n, _ in numbers.values()):
        raise TableError(f"no article of {target} or {reference} has any of {sorted(wanted)}")
    found, nulls = [], []
    for spec, keep in zip(bar(specs.to_dict("records"), mark("specifications")), kept, strict=True):  # tens
        n, size = numbers[spec.get("lexicon", ""), spec.get("pos", "")]
        row, null = _one(pair, n, size, spec, keep, level)
        found.append(row)
        nulls.append(null)
    effect = Message("log2 ratio of rates, {target} over {reference}", {"target": target, "reference": reference})
    z = pair.z_scores(nulls, replicates, seed)
    info = {"kind": "contrast", "smallest_effect": 0.5, "seed": seed, "replicates": replicates, "terms": sorted(wanted)}
    return gather(specs, found, z, effect, **info)


def _language(study: Study) -> str:
    """The language that the study's words were cut in; Japanese where it has no words."""
    try:
        return study.counts.attrs.get("tokeniser", {}).get("language", "ja")
    except TableError:
        return "ja"


def _numbers(pair, wanted, lexicon_choice, pos, lexicon, language) -> tuple[np.ndarray, np.ndarray]:
    """Uses of the words and tokens of each article, under a way of cutting."""
    from framing import lexicon as lexicons

    names = lexicons.load(lexicon) if lexicon and lexicon_choice != "without" and language == "ja" else None
    cut = tokens.tokenise(pair, lexicon=names, language=language)
    if pos:
        cut = cut[cut["pos"].astype(str).isin([str(p) for p in pos])]
    table = counts.count(cut, articles=pair, pos=None) if len(cut) else None
    if table is None:
        return np.zeros(len(pair)), np.zeros(len(pair))
    place = pd.Series(np.arange(len(pair)), index=pair["article_id"].astype(str))
    rows = place.loc[table["article_id"].astype(str)].to_numpy()
    met = table["term"].astype(str)
    if language == "en":  # a stem may be named by another of its forms in these articles
        met, wanted = met.map(stem), {stem(term) for term in wanted}
    hit = met.isin(wanted).to_numpy()
    n = table["n"].to_numpy(dtype=float)
    return np.bincount(rows[hit], n[hit], len(pair)), np.bincount(rows, n, len(pair))


def _one(pair: Pair, n, size, spec, keep, level):
    rate = spec.get("rate", "tokens")
    keep = np.flatnonzero(keep & (size > 0))
    y, exposure, t = n[keep], size[keep], pair.label[keep]
    if rate == "articles":
        y, exposure = (y > 0).astype(float), np.ones(len(keep))
    empty = {"estimate": np.nan, "n": len(keep)}
    if min(y[t == 1].sum(), y[t == 0].sum()) < 1:
        return {**empty, "note": mark("one of the two never uses the words here: no ratio")}, None
    x = np.column_stack([np.ones(len(keep)), t])
    fitted = models.refit(x, y, "poisson", names=("Intercept", "target"), offset=np.log(exposure))
    codes = pair.codes(spec, keep)
    found = models.covariance(fitted, "CR1", groups=codes)
    estimate, std_error = fitted.estimate[1] / np.log(2), found.std_error[1] / np.log(2)
    low, high = normal_interval(estimate, std_error, level, found.df[1])
    expected = exposure * y.sum() / exposure.sum()
    row = {
        "estimate": estimate, "std_error": std_error, "conf_low": float(low), "conf_high": float(high),
        "p_value": float(2 * stats.t.sf(abs(estimate / std_error), found.df[1])), "n": len(keep),
        "note": str(found.notes()[1]),
    }  # fmt: skip
    return row, Null(keep, y - expected, np.ones((len(keep), 1)), expected, codes)
