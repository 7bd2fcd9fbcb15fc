"""The multiverse of a word: does one outlet use it more than another?"""

import numpy as np
import pandas as pd
from scipy import stats

from framing import counts, designs, store, tables, tokens
from framing.errors import ParamError, TableError
from framing.inference import normal_interval
from framing.multiverse.curve import Multiverse, gather
from framing.multiverse.joint import Null, permuted, z_scores
from framing.multiverse.specs import meaning, refuse_unknown, specifications

UNITS = ("tokens", "articles")
LEXICONS = ("with", "without")
COPIES = ("in", "out")
ERRORS = ("article", "date")


def contrast(
    study: str,
    terms: list,
    target: str,
    reference: str,
    choices: dict,
    *,
    lexicon: str = "northeast_asia",
    language: str = "ja",
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Multiverse:
    """Difference of two outlets in how much they use some words, under every combination of choices.

    Parameters
    ----------
    study
        Its prepared tables are loaded (articles, counts; clusters stand in the articles).
    terms
        Words counted together.
    target, reference
        Two outlets.
    choices
        ``rate`` (of ``tokens``: uses a token; ``articles``: share of articles with a use), ``lexicon`` (``with``,
        ``without`` the compounds and names of the lexicon), ``copies`` (``in``, ``out``: later copies of a story
        left out), ``errors`` (clustered by ``article`` or ``date``), ``pos`` (a mapping of names to lists of parts of
        speech that count as tokens; an empty list is all). Any other choice is a mapping of option names to the rows
        kept: ``period: {all: {}, early: {before: "2001-12-31"}}``, ``subject: {all: {}, korea: {is_nkor: [1]}}``.

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
    specs = specifications(choices)
    articles = store.load(tables.ARTICLES, study)
    there = sorted(articles["outlet"].astype(str).unique())
    strange = [name for name in (target, reference) if name not in there]
    if strange or target == reference:
        raise TableError(f"{strange or target!r}: target and reference must be two outlets of {there}")
    pair = articles[articles["outlet"].astype(str).isin([target, reference])].reset_index(drop=True)
    wanted = {str(term) for term in terms}
    numbers = {
        (lexicon_, pos): _numbers(pair, wanted, lexicon_, meaning(choices, "pos", pos) if "pos" in choices else [],
                                  lexicon, language)
        for lexicon_, pos in specs.assign(**{k: "" for k in ("lexicon", "pos") if k not in specs})[["lexicon", "pos"]]
        .drop_duplicates().itertuples(index=False)
    }  # fmt: skip
    if not any(n.sum() for n, _ in numbers.values()):
        raise TableError(f"no article of {target} or {reference} has any of {sorted(wanted)}")
    label = pair["outlet"].astype(str).eq(target).to_numpy(dtype=float)
    month = pd.factorize(pair["date"].dt.to_period("M").astype(str))[0]
    versions = permuted(label, np.arange(len(pair)), month, replicates, seed)
    rows, nulls = [], []
    for spec in specs.to_dict("records"):  # tens of specifications
        n, size = numbers[spec.get("lexicon", ""), spec.get("pos", "")]
        row, null = _one(pair, n, size, label, spec, choices, level)
        rows.append(row)
        nulls.append(null)
    z = np.full((len(specs), 1 + replicates), np.nan)
    fitted = [i for i, null in enumerate(nulls) if null is not None]
    if fitted:
        z[fitted] = z_scores([nulls[i] for i in fitted], [versions] * len(fitted))
    effect = f"log2 ratio of rates, {target} over {reference}"
    return gather(specs, rows, z, effect, seed=seed, replicates=replicates, terms=sorted(wanted))


def _numbers(pair, wanted, lexicon_choice, pos, lexicon, language) -> tuple[np.ndarray, np.ndarray]:
    """Uses of the words and tokens of each article, under a way of cutting."""
    if lexicon_choice:
        refuse_unknown(lexicon_choice, "lexicon", LEXICONS)
    from framing import lexicon as lexicons

    names = lexicons.load(lexicon) if lexicon and lexicon_choice != "without" else None
    cut = tokens.tokenise(pair, lexicon=names, language=language)
    if pos:
        cut = cut[cut["pos"].astype(str).isin([str(p) for p in pos])]
    table = counts.count(cut, articles=pair, pos=None) if len(cut) else None
    if table is None:
        return np.zeros(len(pair)), np.zeros(len(pair))
    place = pd.Series(np.arange(len(pair)), index=pair["article_id"].astype(str))
    rows = place.loc[table["article_id"].astype(str)].to_numpy()
    hit = table["term"].astype(str).isin(wanted).to_numpy()
    n = table["n"].to_numpy(dtype=float)
    return np.bincount(rows[hit], n[hit], len(pair)), np.bincount(rows, n, len(pair))


def _kept(pair: pd.DataFrame, spec: dict, choices: dict) -> np.ndarray:
    keep = np.ones(len(pair), dtype=bool)
    if "copies" in spec:
        refuse_unknown(spec["copies"], "copies", COPIES)
        if spec["copies"] == "out":
            if "cluster_id" not in pair.columns:
                raise ParamError("the articles have no cluster_id; run 00_corpus for this study again")
            later = pair.sort_values("date", kind="stable").duplicated("cluster_id") & pair["cluster_id"].notna()
            keep &= ~later.reindex(pair.index).to_numpy()
    for name, option in spec.items():
        if name in ("rate", "lexicon", "copies", "errors", "pos"):
            continue
        for column, values in (meaning(choices, name, option) or {}).items():
            if column in ("after", "before"):
                day = pd.Timestamp(values)
                keep &= (pair["date"] >= day if column == "after" else pair["date"] <= day).to_numpy()
            elif column not in pair.columns:
                raise ParamError(
                    f"the choice {name!r} keeps by {column!r}, which is not a column: {list(pair.columns)}"
                )
            else:
                keep &= tables.among(pair[column], values).to_numpy()
    return keep


def _one(pair, n, size, label, spec, choices, level):
    rate, errors = spec.get("rate", "tokens"), spec.get("errors", "article")
    refuse_unknown(rate, "rate", UNITS)
    refuse_unknown(errors, "errors", ERRORS)
    keep = np.flatnonzero(_kept(pair, spec, choices) & (size > 0) & pair["date"].notna().to_numpy())
    y, exposure, t = n[keep], size[keep], label[keep]
    if rate == "articles":
        y, exposure = (y > 0).astype(float), np.ones(len(keep))
    empty = {"estimate": np.nan, "n": len(keep)}
    if min(y[t == 1].sum(), y[t == 0].sum()) < 1:
        return {**empty, "note": "one of the two never uses the words here: no ratio"}, None
    x = np.column_stack([np.ones(len(keep)), t])
    fitted = designs.glm(x, y, "poisson", names=("Intercept", "target"), offset=np.log(exposure))
    codes = pd.factorize(pair["date"].iloc[keep])[0] if errors == "date" else np.arange(len(keep))
    found = designs.covariance(fitted, "CR1", groups=codes)
    estimate, std_error = fitted.estimate[1] / np.log(2), np.sqrt(found.matrix[1, 1]) / np.log(2)
    low, high = normal_interval(estimate, std_error, level)
    expected = exposure * y.sum() / exposure.sum()
    row = {
        "estimate": estimate, "std_error": std_error, "conf_low": float(low), "conf_high": float(high),
        "p_value": float(2 * stats.norm.sf(abs(estimate / std_error))), "n": len(keep), "note": "",
    }  # fmt: skip
    return row, Null(keep, y - expected, np.ones((len(keep), 1)), expected, codes)
