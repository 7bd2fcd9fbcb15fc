"""What a corpus can be asked: the notebooks it can bear, each with a word, an actor or a day to start from."""

from dataclasses import dataclass, field

import pandas as pd

from framing import store
from framing.messages import mark

SAMPLE = 1000
"""Articles at most in which a word and an actor to start from are looked for."""
LEAST = {"outlet": 10, "topics": 50, "pages": 30, "node": 8, "periods": 24, "terms": 50, "shared": 4}
"""What a notebook needs: articles per outlet, articles, articles with a page, articles with the node, periods,
terms in at least five articles and at most 40% of them, articles of either outlet with the word that is compared."""
_NOUNS = {"ja": ("名詞-固有名詞", "名詞-普通名詞-一般"), "ko": ("NNP", "NNG"), "en": ("word",)}


LEXICON, CODEBOOK = "northeast_asia", "generic"
"""The lexicon that the notebooks take, and a codebook of frames that any press has."""


def has_lexicon() -> bool:
    """Whether the project has it."""
    return _has("lexicon", LEXICON)


def _has(folder: str, name: str) -> bool:
    return (store.project() / "params" / folder / f"{name}.yaml").is_file()


@dataclass
class Proposal:
    """The parameter files of a corpus: name → values, claims to begin with, what each asks, why others are not."""

    files: dict[str, dict] = field(default_factory=dict)
    claims: list[dict] = field(default_factory=list)
    asks: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, asks: str, **values: object) -> None:
        self.files[name], self.asks[name] = values, asks


def propose(articles: pd.DataFrame, outlets: pd.Series, language: str) -> Proposal:
    """Every notebook that ``articles`` can bear; ``outlets`` are the named ones with their articles, the most first."""
    made = Proposal()
    known = outlets[outlets >= LEAST["outlet"]]
    several, days = len(known) > 1, articles["date"].dropna()
    years = days.dt.year.nunique()
    first, second = [str(name) for name in [*known.index, "", ""][:2]]
    word, actor, n_terms, shared, unclear = start_from(articles, language, (first, second) if several else ())
    if len(unclear):
        told = ", ".join(f"{surname} ({n})" for surname, n in unclear.head(5).items())
        made.left_out.append(
            f"surnames that several people of the corpus bear: {told}. They count for an actor of the lexicon where an "
            "office or the full name before says so, and for nobody elsewhere"
        )
    if several:
        made.add("10_keyness", f"Which words does {first} use more than {second}?", target=first, reference=second)
        made.add("11_maps", "How near are the outlets to one another, and in which words?",
                 supplementary="year" if years > 1 else "month")  # fmt: skip
    else:
        few = "one outlet only" if len(outlets) else "no outlet is known"
        few = few if len(outlets) < 2 else f"fewer than two outlets have {LEAST['outlet']} articles"
        made.left_out.append(f"{few}: 10_keyness and 11_maps, the comparison of outlets, are left out")
    if word or actor:
        node = actor or word
        kind = "actor" if actor else "lemma"
        made.add("12_contexts", f"Near which words does {node!r} stand?", query=node, match=kind)
    else:
        made.left_out.append("no word stands in enough articles to begin with: 12_contexts is left out")
    _topics(made, articles, several, years, n_terms)
    _pages(made, articles, several)
    _trends(made, articles, days, actor)
    if several and _has("frames", CODEBOOK):
        undated = {} if len(days) else {"period": ""}
        book = {"codebook": CODEBOOK, "text_language": language if language in _NOUNS else ""}
        made.add("30_frames", f"Which frames do {first} and {second} use?", **book, **undated)
        n = {"n": 15 * len(outlets)} if len(outlets) > 13 else {}  # no fewer than strata of outlet and code
        asked = "Do two people find these frames? It writes a sheet for each: code them, and run it again"
        made.add("31_coding", asked, **book, **n)
        made.left_out.append(
            "32_corrected, which corrects the rules by people's codes, is left out until there are some"
        )
    if several and word and len(days) and not shared:
        few = f"no word stands in {LEAST['shared']} articles of each of {first} and {second}"
        made.left_out.append(f"{few}: 90_multiverse is left out")
    elif several and word and len(days):
        asked = f"Does {first} use {word!r} more than {second}, whatever the analyst chooses?"
        made.add("90_multiverse", asked, kind="word", terms=[word], target=first, reference=second,
                 choices={"rate": ["tokens", "articles"], "errors": ["article", "date"],
                          "copies": ["all", "first", "none"]})  # fmt: skip
    _claims(made, articles, several, (first, second), word, actor)
    return made


def _claims(made: Proposal, articles: pd.DataFrame, several: bool, pair: tuple, word: str, actor: str) -> None:
    """Two claims to replace by one's own: of two outlets, else of the last year and the one before."""
    years = sorted(articles["date"].dropna().dt.year.unique().tolist())[-2:]
    if several:
        sides, (a, b) = {"target": pair[0], "reference": pair[1]}, pair
    elif len(years) > 1:
        sides, (a, b) = {"window": int(years[1]), "before": int(years[0])}, years[::-1]
    else:
        made.left_out.append("neither two outlets nor two years: 50_claims is left out")
        return
    if actor or word:
        named = {"measure": "rate of mentions", "actor": actor} if actor else {"measure": "word ratio", "terms": [word]}
        told = {"en": f"{actor or word} is named more often: {a} against {b}.",
                "ja": f"{actor or word}への言及は、{b}より{a}に多い。"}  # fmt: skip
        made.claims.append({"id": "named", "sentence": told, **named, **sides, "direction": "more", "matters": 1.25})
    if articles["page"].notna().any():
        told = {"en": f"More articles are on page 1: {a} against {b}.",
                "ja": f"1面に載る記事の割合は、{b}より{a}で高い。"}  # fmt: skip
        own = {"id": "front", "sentence": told, "measure": "front page", **sides}
        made.claims.append(own | {"direction": "more", "matters": 0.05})
    told = {"en": "The articles are meant to frighten.", "ja": "記事は読者を怖がらせるために書かれている。"}
    made.claims.append({"id": "meant", "sentence": told, "needs": ["intent"]})
    made.add("50_claims", "Do the data bear what is claimed? Put your own claims into the file of claims")


def _topics(made: Proposal, articles: pd.DataFrame, several: bool, years: int, n_terms: int) -> None:
    n = len(articles)
    if n < LEAST["topics"] or n_terms < LEAST["terms"]:
        few = (
            f"{n} articles are too few" if n < LEAST["topics"] else f"{n_terms} terms of middling frequency are too few"
        )
        made.left_out.append(f"{few} for topics: 20_topics and 21_topic_choice are left out")
        return
    size = {} if n >= 1000 else {"n_topics": 5 if n < 200 else 10}  # the default of the notebook is for more
    if size:
        few = size["n_topics"]
        made.left_out.append(f"n_topics is set to {few} for so few articles; 21_topic_choice shows what others cost")
    numbers = {} if n >= 1000 else {"numbers": [3, 5, 8] if n < 200 else [5, 10, 15]}
    if not articles["date"].notna().any():
        made.left_out.append("no article has a date: 20_topics, which follows shares over time, is left out")
    elif several:
        made.add("20_topics", "Which topics are there, and which outlet covers them?", **size)
    elif years > 1:
        asked = mark("Which topics are there, and in which years?")
        made.add("20_topics", asked, **size, by="year", curve="years", question=str(asked))
    else:
        made.left_out.append("one outlet and one year: 20_topics has no groups to compare and is left out")
    made.add("21_topic_choice", "How many topics do these articles bear?", **numbers)


def _pages(made: Proposal, articles: pd.DataFrame, several: bool) -> None:
    placed = articles[articles["page"].notna() & articles["date"].notna()]
    front = placed["front"].fillna(False) if "front" in placed else placed["page"].eq(1)
    if len(placed) < LEAST["pages"] or not 5 <= int(front.sum()) <= len(placed) - 5:
        why = f"articles with a page and a day: {len(placed)}, on the front: {int(front.sum())}"
        made.left_out.append(f"{why}: 40_prominence is left out")
    elif several:
        made.add("40_prominence", "Which outlet puts its articles on the front page, and did that change?")
    else:
        asked = mark("Did the share of articles on the front page change?")
        made.add("40_prominence", asked, formula="years", question=str(asked))


def _trends(made: Proposal, articles: pd.DataFrame, days: pd.Series, actor: str) -> None:
    filled = {freq: _periods(articles, freq) for freq in ("month", "week", "day")}
    freq = next((freq for freq, n in filled.items() if LEAST["periods"] <= n <= 1000), "")
    if not freq:
        few = f"no outlet has articles in {LEAST['periods']} months, weeks or days"
        made.left_out.append(f"{few}: 41_trends is left out")
        return
    middle = days.min() + (days.max() - days.min()) / 2
    at = str((middle.to_period("M").start_time if freq == "month" else middle).date())
    what = {"measure": "mentions", "actor": actor} if actor else {"measure": "articles", "actor": ""}
    named = f"mentions of {actor!r}" if actor else "the number of articles"
    asked = f"Did {named} change on {at}? That is the middle of the series: put the day of your event in at"
    made.add("41_trends", asked, **what, freq=freq, at=at)


def _periods(articles: pd.DataFrame, freq: str) -> int:
    """Periods in which an outlet has articles, the most of any outlet: without articles a period has no rate."""
    dated = articles[articles["date"].notna()]
    periods = dated["date"].dt.to_period({"month": "M", "week": "W", "day": "D"}[freq])
    return int(periods.groupby(dated["outlet"].astype("str")).nunique().max()) if len(dated) else 0


def start_from(articles: pd.DataFrame, language: str, pair: tuple[str, ...]) -> tuple[str, str, int, bool, pd.Series]:
    """A word that many articles have, the most mentioned actor (each may be empty), how many terms a topic model would
    keep, whether both outlets of ``pair`` have the word (one that they share goes before a name, a name before any),
    and how often surnames stand that several people bear.
    """
    from framing import counts, lexicon, tokens
    from framing.tokens.mentions import OTHERS

    unclear = pd.Series(dtype=int)
    if language not in _NOUNS or not len(articles):
        return "", "", 0, False, unclear
    some = articles.sample(min(SAMPLE, len(articles)), random_state=0)
    names = lexicon.load(LEXICON) if has_lexicon() else None
    cut = tokens.tokenise(some, lexicon=names if language == "ja" else None, language=language)
    there = set(cut["pos"].astype("str").unique())
    every = counts.count(cut, some).groupby("term", observed=True).size()
    kept = len(every[(every >= 5) & (every <= 0.4 * len(some))])
    word, shared = "", False
    for pos in _NOUNS[language]:
        if shared or (word and not pair) or not any(one.startswith(pos) for one in there):
            continue
        counted = counts.count(cut, some, pos=[pos])
        n = counted.groupby("term", observed=True).size()
        n = n[(n >= LEAST["node"]) & (n.index.str.len() > (3 if language == "en" else 1))]
        n = n[_are_names(cut, n.index)] if language == "en" else n
        n = n[n <= max(0.6 * len(some), n.min())].sort_values(ascending=False, kind="stable")
        met = pd.crosstab(counted["term"].astype("str"), counted["outlet"].astype("str")).reindex(columns=[*pair])
        both = n[n.index.isin(met.index[met.ge(LEAST["shared"]).all(axis=1)])] if pair else n.head(0)
        shared, n = bool(len(both)), both if len(both) else n
        word = str(n.index[0]) if len(n) and (shared or not word) else word
    if names is None:
        return word, "", kept, shared, unclear
    found = tokens.mentions(some, names)
    met = found[~found["ambiguous"]]
    n = met.drop_duplicates(["article_id", "actor"])["actor"].astype("str").value_counts()
    unclear = found.loc[found["note"] == OTHERS, "surface"].astype("str").value_counts()
    return word, str(n.index[0]) if len(n) and n.iloc[0] >= LEAST["node"] else "", kept, shared, unclear


def _are_names(cut: pd.DataFrame, terms: pd.Index) -> list[bool]:
    """Which English terms are written with a capital nearly always within a sentence; all where none is."""
    inside = cut["sentence"].eq(cut["sentence"].shift()) & cut["article_id"].eq(cut["article_id"].shift())
    capital = cut["surface"].astype("str").str[:1].str.isupper()
    share = capital[inside].groupby(cut["lemma"][inside].astype("str")).mean().reindex(terms).fillna(0)
    return (share.ge(0.9) | (not share.ge(0.9).any())).tolist()
