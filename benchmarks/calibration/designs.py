"""Made-up data whose truth is known: one function per design, each from a generator of random numbers.

Every function returns a ``Sample``: the tables that a procedure takes, and what is true of them. Nothing here is
borrowed from framing but its packaged press, and the table of codes that a comparison takes, so that a design does not
share a mistake with the procedure it tries.
"""

from types import SimpleNamespace as Sample

import numpy as np
import pandas as pd
from scipy import signal, special

from framing import frames, study

START = pd.Timestamp("2012-01-01")


def ar1(rng, n: int, rho: float) -> np.ndarray:
    """A stationary AR(1) of variance 1."""
    shocks = rng.normal(size=n) * np.sqrt(1 - rho**2)
    shocks[0] /= np.sqrt(1 - rho**2)
    return signal.lfilter([1.0], [1.0, -rho], shocks)


# ---- the harness tries itself on this one ----


def normal(rng, n=10, mean=0.0):
    """Draws of a normal variable with variance 1."""
    return Sample(values=rng.normal(mean, 1, n), truth=mean)


# ---- series ----


def months(n: int) -> pd.PeriodIndex:
    return pd.period_range("2015-01", periods=n, freq="M")


def carried_over(rng, n: int, rho: float, noise: str) -> np.ndarray:
    """Noise of variance 1: an AR(1), or what is none of its kind, with ``rho`` for how long it lasts."""
    if noise == "AR(1)":
        return ar1(rng, n, rho)
    if noise == "half white":
        return np.sqrt(0.5) * (ar1(rng, n, rho) + rng.normal(size=n))
    shocks = rng.normal(size=n + 200)
    if noise == "MA(3)":
        return signal.lfilter([0.5] * 4, [1.0], shocks)[-n:]
    half = rho / 2  # AR(2)
    found = signal.lfilter([1.0], [1.0, -half, -half], shocks)[-n:]
    return found * np.sqrt((1 - rho) * (1 + half) / (1 - half))


def without(rng, frame, k: int, gaps: int):
    """The series without some periods, none of them beside the event."""
    inside = np.r_[1 : k - 1, k + 2 : len(frame) - 1]
    return frame.drop(index=rng.choice(inside, gaps, replace=False)) if gaps else frame


def series(rng, n=60, rho=0.0, step=0.0, event=0.5, gaps=0, noise="AR(1)"):
    """A monthly mean with noise of variance 1 that carries over, and a step at a share of the series."""
    k = int(event * n)
    value = 10 + step * (np.arange(n) >= k) + carried_over(rng, n, rho, noise)
    frame = pd.DataFrame({"period": months(n), "value": value})
    return Sample(series=without(rng, frame, k, gaps), at=frame["period"].iloc[k], truth=step, level=step)


def shares(rng, n=60, rho=0.0, sd=0.3, articles=100, share=0.2, event=0.5, gaps=0, noise="AR(1)"):
    """Articles that mention somebody, of about ``articles`` a month; log odds with such noise and no event."""
    k, of = int(event * n), rng.poisson(articles, n) + 1
    hits = rng.binomial(of, special.expit(special.logit(share) + sd * carried_over(rng, n, rho, noise)))
    frame = pd.DataFrame({"period": months(n), "n": hits, "n_articles": of})
    return Sample(series=without(rng, frame, k, gaps), at=frame["period"].iloc[k], truth=0.0, level=0.0)


def monthly_counts(rng, n=60, rho=0.0, sd=0.3, mean=10, step=0.0, event=0.5, gaps=0, noise="AR(1)"):
    """Articles a month, Poisson around a log rate with such noise and a step in it."""
    k = int(event * n)
    rate = mean * np.exp(step * (np.arange(n) >= k))
    counts = rng.poisson(rate * np.exp(sd * carried_over(rng, n, rho, noise) - sd**2 / 2))
    frame = pd.DataFrame({"period": months(n), "value": counts})
    truth = float(mean * (np.exp(step) - 1))
    return Sample(series=without(rng, frame, k, gaps), at=frame["period"].iloc[k], truth=truth, level=step)


def outlets(rng, n=60, rho=0.5, groups=3, step=0.0):
    """Monthly means of several outlets that share half of their noise, and a step in the last of them."""
    common = ar1(rng, n, rho)
    jump = step * (np.arange(n) >= n // 2)
    parts = [
        pd.DataFrame({"group": name, "period": months(n), "value": np.sqrt(0.5) * (common + ar1(rng, n, rho))})
        for name in "abcdefghi"[:groups]
    ]
    parts[-1]["value"] += jump
    frame = pd.concat(parts, ignore_index=True).assign(measure="mean", column="length", freq="month")
    return Sample(series=frame, at=months(n)[n // 2], truth=step)


def two_series(rng, n=120, rho=0.5):
    """Two monthly series that have nothing to do with each other."""
    first, second = (pd.Series(ar1(rng, n, rho), index=months(n)) for _ in range(2))
    return Sample(first=first, second=second)


# ---- codes ----


def coded(rng, articles=(200, 200), share=0.2, shift=0.0, codes=5, copied=0.0, paragraphs=1):
    """Outlets' articles with codes: ``x``, which the first outlet uses ``shift`` more often, and others, all alike.

    Stories are printed by every outlet with probability ``copied``, word for word: then they have the same codes. An
    article of several paragraphs has a mood of its own (a beta with a correlation of .3 between paragraphs).
    """
    names = list("abcdefghi"[: len(articles)])
    outlet = np.repeat(np.arange(len(articles)), articles)
    story = np.where(rng.random(len(outlet)) < copied, rng.integers(0, max(articles), len(outlet)), -1)
    own = np.concatenate([np.arange(n) for n in articles])
    story = np.where(story >= 0, own, 10**6 + np.arange(len(outlet)))  # a copied story has the same number everywhere
    first, where = np.unique(story, return_inverse=True)
    true = np.full((codes, len(articles)), share)
    true[0, 0] += shift
    draws = rng.random((codes, len(first), paragraphs))
    if paragraphs > 1:
        mood = rng.beta(*(np.array([share, 1 - share]) * (1 - 0.3) / 0.3), size=(codes, len(first), 1))
        draws = np.where(rng.random(draws.shape) < mood, share * rng.random(draws.shape), 1.0)
    flags = draws[:, where] < true[:, outlet][:, :, None]
    table = pd.DataFrame({"article_id": np.arange(len(outlet)).astype(str), "outlet": np.array(names)[outlet]})
    table["cluster_id"] = story.astype(str)
    ids = ["x", *(f"y{i}" for i in range(codes - 1))]
    p = np.array(articles) / sum(articles) @ true[0]
    v = np.sqrt(np.array(articles) / sum(articles) @ (true[0] - p) ** 2 / (p * (1 - p)))
    made = _codes(table, ids, flags.reshape(codes, -1), paragraphs)
    return Sample(codes=made, share=dict(zip(names, true[0], strict=True)), v=v)


def raters(rng, units=200, coders=2, share=0.3, error=0.1):
    """Units that have a code or not, and coders who each err, without regard to the others, with one probability."""
    true = rng.random(units) < share
    said = true[:, None] ^ (rng.random((units, coders)) < error)
    names = list("abcdefghi"[:coders])
    codings = pd.DataFrame({"unit": np.repeat(np.arange(units), coders), "coder": names * units, "code": "x"})
    codings["value"] = said.ravel().astype(int)
    apart = 2 * error * (1 - error)  # probability that two coders differ
    has = share * (1 - error) + (1 - share) * error
    chance = 2 * has * (1 - has)
    return Sample(codings=codings, truth={"alpha": 1 - apart / chance, "ac1": (1 - apart - chance) / (1 - chance)})


def judged(rng, articles=20_000, share=0.1, finds=0.8, invents=0.02, n=100):
    """What a machine finds of a code, and people's codes, without error, of ``n`` articles with and ``n`` without."""
    true = rng.random(articles) < share
    said = np.where(true, rng.random(articles) < finds, rng.random(articles) < invents)
    rows = np.concatenate([rng.permutation(np.flatnonzero(said == one))[:n] for one in (True, False)])
    probability = np.minimum(1, n / np.where(said, said.sum(), (~said).sum()))[rows]
    coders = [
        pd.DataFrame({"unit": rows, "coder": name, "machine": name == "machine", "code": "x",
                      "value": values[rows].astype(int), "probability": probability})
        for name, values in (("machine", said), ("a", true))
    ]  # fmt: skip
    hit = (said & true).sum()
    return Sample(codings=pd.concat(coders), truth={"precision": hit / said.sum(), "recall": hit / true.sum()})


def part_coded(rng, articles=(1000, 1000), share=(0.3, 0.3), finds=(0.8, 0.8), invents=(0.1, 0.1), n=200, copied=False,
               drawn="machine"):  # fmt: skip
    """Outlets' articles that a machine codes, and a sample that people code without error.

    By outlet: the true share of the code ``x``, the share of that which the machine finds, and the share of the rest
    in which it finds it too. ``n`` are drawn with the same number from each outlet and code of the machine (``drawn``
    ``"machine"``), from each outlet and ten times as probably in the first of two years (``"year"``), or one by one
    with probabilities that nobody stratified by (``"each"``). Copied stories stand in groups of two to four, with one
    truth and one mistake. ``y`` is a number that is half a unit higher where the code is.
    """
    names = list("abcdefghi"[: len(articles)])
    outlet = np.repeat(np.arange(len(articles)), articles)
    total = len(outlet)
    outlet = rng.permutation(outlet)
    story = np.repeat(np.arange(total), rng.choice([1, 1, 1, 2, 4], total) if copied else 1)[:total]
    true = rng.random(total)[story] < np.array(share)[outlet]
    luck = rng.random(total)[story]
    found = np.where(true, luck < np.array(finds)[outlet], luck < np.array(invents)[outlet])
    table = pd.DataFrame({"article_id": np.arange(total).astype(str), "outlet": np.array(names)[outlet]})
    table["cluster_id"], table["half"] = story.astype(str), rng.integers(1, 3, total)
    table["y"] = 0.5 * true + 0.2 * outlet + rng.normal(size=total)
    codes = _codes(table, ["x"], found[None], 1, "article")
    if drawn == "each":
        probability = n / total * np.where(table["y"] > 0.3, 1.5, 0.5)
        rows, strata, frame = np.flatnonzero(rng.random(total) < probability), [], None
    else:
        half = table["half"].to_numpy() - 1
        stratum = outlet * 2 + (found if drawn == "machine" else half)
        size = np.bincount(stratum)
        part = n / len(size) * (np.ones(len(size)) if drawn == "machine" else np.tile([20 / 11, 2 / 11], len(articles)))
        take = np.minimum(np.round(part).astype(int), size)
        rank = pd.Series(rng.random(total)).groupby(stratum).rank().to_numpy()
        rows, probability = np.flatnonzero(rank <= take[stratum]), (take / np.maximum(size, 1))[stratum]
        frame = table[["article_id"]].assign(stratum=stratum, probability=probability)
        strata = []
        if drawn == "year":
            frame, strata = None, ["outlet", "half"]
    codings = table.iloc[rows][["article_id"]].assign(
        unit=lambda of: of["article_id"], coder="p", machine=False, code="x", value=true[rows].astype(int),
        probability=probability[rows],
    )  # fmt: skip
    return Sample(study=study.open(table), codes=codes, codings=codings, frame=frame, strata=strata,
                  share=dict(zip(names, share, strict=True)))  # fmt: skip


def _codes(table, ids, flags, paragraphs, kind="paragraph"):
    """What ``frames.code`` returns, without a text."""
    book = frames.load(dict.fromkeys(ids, "x"))
    unit, which = np.nonzero(flags.T)
    found = pd.DataFrame({"unit": unit, "code": pd.Categorical.from_codes(which, ids), "n_matches": 1})
    units = table.loc[table.index.repeat(paragraphs), ["article_id", "outlet"]].reset_index(drop=True)
    none, steps = pd.DataFrame(), study.open(table).steps
    return frames.Codes(book, kind, units, found, none, none, "rules", True, table, steps)


# ---- counts of words ----


def press(rng, articles=(100, 100), length=(300, 300), words=400, burst=1.0, planted=0.0, moods=0.0):
    """Outlets that write alike, but for the number and length of their articles.

    Words are Zipf's; a word of one article is negative binomial, ``burst`` the variance of its gamma rate (mean 1);
    lengths are log-normal (40%). ``planted`` moves every fifth word of the first outlet up or down, in doublings.
    ``moods`` is the sd of the logarithm of a word's rate from month to month; the first outlet then writes mostly in
    the early of the four months, the last in the late.
    """
    outlet = np.repeat(np.arange(len(articles)), articles)
    if moods:
        lean = np.linspace(-1, 1, len(articles))[outlet]
        month = (4 * rng.beta(np.exp(-lean / 2), np.exp(lean / 2))).astype(int).clip(0, 3)
    shares = np.tile(1 / (np.arange(words) + 3.0), (len(articles), 1))
    shares[0, 2::5] *= 2.0 ** np.resize([planted, -planted], len(shares[0, 2::5]))
    shares /= shares.sum(axis=1, keepdims=True)
    rates = shares[outlet] * np.exp(moods * rng.normal(size=(4, words)))[month] if moods else shares[outlet]
    n = written(rng, rates * np.asarray(length)[outlet][:, None], burst)
    truth = pd.Series(np.log2(shares[0] / shares[-1]), index=terms(words), name="truth")
    counts = long(n, outlet)
    month = (month if moods else rng.integers(0, 4, len(outlet))).astype(str)
    counts["month"] = month[counts["article_id"].cat.codes]
    articles = pd.DataFrame({"article_id": counts["article_id"].cat.categories, "month": month})
    return Sample(counts=counts, articles=articles, truth=truth)


def events(rng, events=40, articles=(1, 1), length=(300, 300), words=300, burst=1.0, mood=1.0, planted=0.0):
    """Events that both outlets cover, each with so many articles, and with words of their own.

    ``mood`` is the variance of an event's rate of a word (gamma, mean 1); ``planted`` as in ``press``.
    """
    outlet = np.repeat([0, 1], [events * n for n in articles])
    event = np.concatenate([np.repeat(np.arange(events), n) for n in articles])
    shares = np.tile(1 / (np.arange(words) + 3.0), (2, 1))
    shares[0, 2::5] *= 2.0 ** np.resize([planted, -planted], len(shares[0, 2::5]))
    shares /= shares.sum(axis=1, keepdims=True)
    rates = shares[outlet] * rng.gamma(1 / mood, mood, (events, words))[event]
    counts = long(written(rng, rates * np.asarray(length)[outlet][:, None], burst), outlet)
    counts["event"] = np.array([f"e{i:04d}" for i in event])[counts["article_id"].cat.codes]
    truth = pd.Series(np.log2(shares[0] / shares[1]), index=terms(words), name="truth")
    return Sample(counts=counts, truth=truth)


def copies(rng, articles=150, copied=0.5, length=300, words=400, burst=1.0):
    """Two outlets with ``articles`` each that write alike; the share ``copied`` stands in both, word for word.

    A copied story is one ``cluster_id`` that crosses the outlets, every other article is its own.
    """
    shared = round(copied * articles)
    shares = 1 / (np.arange(words) + 3.0)
    story = np.concatenate([np.arange(articles), np.arange(shared), np.arange(articles, 2 * articles - shared)])
    n = written(rng, np.tile(length * shares / shares.sum(), (2 * articles - shared, 1)), burst)[story]
    counts = long(n, np.repeat([0, 1], articles))
    counts["cluster_id"] = np.array([f"s{i:04d}" for i in story])[counts["article_id"].cat.codes]
    return Sample(counts=counts, truth=pd.Series(0.0, index=terms(words), name="truth"))


def vocabularies(rng, articles=(60, 60, 60), length=300, words=400, burst=1.0, shift=0.0):
    """Outlets whose shares of words differ from Zipf's, each in its own way: ``shift`` is the sd of their logarithms.

    ``length`` is one for all outlets, or one each.
    """
    outlet = np.repeat(np.arange(len(articles)), articles)
    shares = np.exp(shift * rng.normal(size=(len(articles), words))) / (np.arange(words) + 3.0)
    shares /= shares.sum(axis=1, keepdims=True)
    n = written(rng, shares[outlet] * np.resize(length, len(articles))[outlet][:, None], burst)
    shares = pd.DataFrame(shares, list("abcdefghi")[: len(articles)], terms(words))
    return Sample(counts=long(n, outlet), shares=shares, shift=shift)


def written(rng, mean: np.ndarray, burst: float) -> np.ndarray:
    """Tokens of each word (column) in each article (row), bursts and differences of length included."""
    mean = mean * rng.lognormal(-0.08, 0.4, len(mean))[:, None]
    return rng.poisson(mean * rng.gamma(1 / burst, burst, mean.shape) if burst else mean)


def terms(words: int) -> list[str]:
    return [f"w{i:03d}" for i in range(words)]


def long(n: np.ndarray, outlet: np.ndarray) -> pd.DataFrame:
    """The counts table of an articles × words matrix."""
    row, column = np.nonzero(n)
    return pd.DataFrame(
        {
            "article_id": pd.Categorical.from_codes(row, [f"a{i:05d}" for i in range(len(n))]),
            "outlet": pd.Categorical.from_codes(outlet[row], list("abcdefghi"[: outlet.max() + 1])),
            "term": pd.Categorical.from_codes(column, terms(n.shape[1])),
            "n": n[row, column],
        }
    )


def sample_press(rng, articles=600, seed=3):
    """The packaged made-up press, its words counted by the tokeniser; always the same, whatever ``rng``."""
    from framing import counts, datasets, tokens

    press = datasets.sample_press(articles, seed)
    counted = counts.count(tokens.tokenise(press.articles), press.articles)
    known = press.truth["articles"][["article_id", "cluster_id"]]
    articles = press.articles.assign(month=press.articles["date"].dt.strftime("%Y-%m"))
    return Sample(counts=counted.merge(known, on="article_id"), articles=articles)


def topics(rng, articles=200, length=80, n_topics=4, words=120, shift=0.0):
    """Articles of latent Dirichlet allocation in two outlets.

    Their subjects do not differ, but that ``shift`` of each article of one outlet goes over to the first topic.
    """
    shares = rng.dirichlet(np.full(n_topics, 0.3), articles)
    vocabulary = rng.dirichlet(np.full(words, 0.1), n_topics)
    outlet = rng.permutation(np.arange(articles) % 2)
    lean = (shift * n_topics / (n_topics - 1) * (outlet == 0))[:, None]  # of the mean share 1 / n_topics
    shares = (1 - lean) * shares + lean * (np.arange(n_topics) == 0)
    n = rng.poisson(length * shares @ vocabulary)
    table = pd.DataFrame({"article_id": [f"a{i:05d}" for i in range(articles)], "outlet": np.array(["a", "b"])[outlet]})
    return Sample(counts=long(n, outlet), articles=table, n_topics=n_topics)


# ---- text ----


def random_words(
    rng, articles=60, sentences=8, length=15, words=300, nodes=2, burst=0.0, together=False, outlets=1, planted=0.0
):
    """Articles of sentences of independent words (Zipf's), with ``node`` at about ``nodes`` random places in each.

    ``burst`` is the variance of a word's gamma rate in an article (mean 1); where nodes stand ``together``, they do so
    within a dozen places. In a share ``planted`` of the places, ``w150`` follows the node.
    """
    shape = (articles, sentences * length)
    shares = np.tile(1 / (np.arange(words) + 3.0), (articles, 1))
    shares *= rng.gamma(1 / burst, burst, shares.shape) if burst else 1
    shares = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    drawn = np.array([np.searchsorted(own[:-1], rng.random(shape[1])) for own in shares])
    word = np.array(terms(words), dtype=object)[drawn]
    if together:
        first = rng.integers(shape[1] - 12, size=(articles, 1))
        within = (np.arange(shape[1]) >= first) & (np.arange(shape[1]) < first + 12)
        at = within & (rng.random(shape) < nodes / 12)
    else:
        at = rng.random(shape) < nodes / shape[1]
    follows = np.roll(at & (rng.random(shape) < planted), 1, axis=1)
    word[follows] = terms(words)[150]
    word[at] = "node"
    names = pd.Categorical.from_codes(np.arange(articles), [f"a{i:05d}" for i in range(articles)])
    tokens = pd.DataFrame(
        {
            "article_id": names.repeat(shape[1]),
            "position": np.tile(np.arange(shape[1]), articles),
            "sentence": np.tile(np.arange(shape[1]) // length, articles),
            "surface": word.ravel(),
            "lemma": word.ravel(),
            "pos": "word",
            "in_headline": False,
        }
    )
    outlet = np.array(list("abcdefghi"))[np.arange(articles) % outlets]
    table = pd.DataFrame({"article_id": names.astype(str), "outlet": outlet, "headline": "", "text": ""})
    return Sample(articles=table, tokens=tokens, node="node", planted=terms(words)[150] if planted else None)


# ---- rows with a page ----


def days(rng, n_days=60, per_day=8, spread=1.0, rho=0.0, x="one day", slope=0.0, uneven=False):
    """Articles on days that have a mood of their own, and an ``x`` that has nothing to do with where they stand.

    ``spread`` is the standard deviation of a day's mood in log odds, ``rho`` its autocorrelation from day to day. ``x``
    is 1 for all articles of ``one day``, of ``half the days``, of so many days, or of ``half the articles``. ``slope``
    is how far the pages drift from the first day to the last, in log odds; ``uneven`` days have 1 to 2 ``per_day``
    articles.
    """
    size = rng.integers(1, 2 * per_day + 1, n_days) if uneven else per_day
    day = np.repeat(np.arange(n_days), size)
    mood = (spread * ar1(rng, n_days, rho) + slope * np.linspace(-0.5, 0.5, n_days))[day]
    marked = {
        x: lambda: np.isin(day, rng.permutation(n_days)[: x if isinstance(x, int) else 0]),
        "one day": lambda: day == rng.integers(n_days),
        "half the days": lambda: (rng.permutation(n_days) < n_days // 2)[day],
        "half the articles": lambda: rng.random(len(day)) < 0.5,
    }[x]()
    latent = mood + rng.logistic(size=len(day))
    date = START + pd.to_timedelta(30 * day, unit="D")
    return Sample(
        rows=pd.DataFrame(
            {
                "article_id": [f"a{i:05d}" for i in range(len(day))],
                "outlet": "a",
                "date": date,
                "issue_date": date,
                "years": (date - START).days / 365.25,
                "page": 1 + np.searchsorted([-0.8, 0.5, 1.5], latent),
                "front": (latent < -0.8).astype(int),
                "count": rng.poisson(np.exp(1 + 0.5 * mood)),
                "number": latent,
                "x": marked.astype(int),
            }
        ),
        truth=0.0,
    )


def placed(rng, outlets=3, n_days=60, per_day=3, spread=0.7, planted=0.0, missing=0.0, hidden=False, never=False):
    """Articles of some outlets on a scale of pages, whose places do not change, but for ``planted``.

    Each outlet has a level of its own; the probability of page 1 of the first falls from .9 by ``planted`` from the
    first half of its days to the second. ``spread`` is the standard deviation of a day's mood in log odds. ``missing``
    is the share of rows without a page: at random, or (``hidden``) the pages 1 of the first outlet in the second half
    and its other pages in the first. ``never``: the last outlet prints no article on page 1, though many on page 2.
    """
    day = np.repeat(np.arange(n_days), per_day)
    outlet = rng.integers(outlets, size=len(day))
    late = day >= n_days // 2
    odds = np.linspace(2.2, 0.0, outlets)[outlet] if planted else np.linspace(0.5, -0.5, outlets)[outlet]
    after = special.logit(0.9 - planted) - special.logit(0.9)
    odds = odds + np.where(late & (outlet == 0) & (planted > 0), after, 0.0)
    latent = rng.logistic(size=len(day)) - odds + spread * rng.normal(size=n_days)[day]
    page = 1 + np.searchsorted([0.0, 0.8, 1.6], latent)
    page = np.where((outlet == outlets - 1) & (page == 1), 2, page) if never else page
    front = page == 1
    hides = np.where(outlet == 0, np.where(front == late, 2 * missing, 0.0), missing) if hidden else missing
    date = START + pd.to_timedelta(30 * day, unit="D")
    rows = pd.DataFrame(
        {
            "article_id": [f"a{i:05d}" for i in range(len(day))],
            "outlet": np.array(list("abcdefghi"))[outlet],
            "date": date,
            "issue_date": date,
            "years": late.astype(float),
            "page": np.where(rng.random(len(day)) < hides, np.nan, page),
        }
    )
    return Sample(rows=rows, truth=0.0, planted=planted)


# ---- claims ----


def claimed(
    rng, measure="mentions", n=100, effect=0.0, variance=1.0, assumed=True, days=30, mood=0.5, direction="more"
):
    """What a claim of ``direction`` is about, at the edge of the smallest effect that matters or ``effect`` times it.

    ``mentions``: two counts of mean ``n`` and more, negative binomial with ``variance`` times the mean; the claim knows
    the variance unless it is ``assumed``. ``share`` and ``tone``: ``n`` rows of each of two outlets on the same
    ``days``, whose moods (log odds, standard deviation) both share. At the edge a claim of more is false, and the
    smallest change of the edge makes it true: what is supported there is wrong, and what is contradicted too.
    """
    times = effect or 1.0
    claim = {"id": "c", "sentence": "c", "measure": measure, "direction": direction}
    if measure == "mentions":
        mean = n * np.array([1.25**times, 1.0])
        count = rng.poisson(mean) if variance == 1 else rng.negative_binomial(mean / (variance - 1), 1 / variance)
        given = {side: [int(x), 1] for side, x in zip(("target", "reference"), count, strict=True)}
        known = {} if assumed else {"dispersion": variance}
        return Sample(claim=claim | {"matters": 1.25, "given": given} | known, study=None)
    outlet, day = np.repeat([0, 1], n), rng.integers(days, size=2 * n)
    lift = mood * rng.normal(size=days)[day]
    rows = pd.DataFrame({"outlet": np.array(["b", "a"])[outlet], "issue_date": day.astype(str)})
    claim |= {"target": "a", "reference": "b", "cluster": "issue_date"}
    if measure == "tone":
        rows["tone"] = times * 0.5 * outlet + lift + rng.normal(size=2 * n)
        return Sample(claim=claim | {"measure": "tone", "column": "tone", "matters": 0.5}, study=study.open(rows))
    moods, odds = mood * special.ndtri((np.arange(200) + 0.5) / 200), np.zeros(2)
    share = np.array([0.3, 0.3 + 0.1 * times])
    for _ in range(60):  # log odds whose mean over moods is the share wanted
        odds += 3 * (share - special.expit(odds[:, None] + moods).mean(axis=1))
    rows["section"] = np.where(rng.random(2 * n) < special.expit(odds[outlet] + lift), "x", "y")
    claim |= {"matters": 0.1, "counted": {"section": ["x"]}}
    return Sample(claim=claim, study=study.open(rows))


def claimed_later(rng, measure="mentions", months=24, per_month=30, rho=0.0, swing=0.0, copies=0.0, effect=0.0):
    """What a claim says of the later half of ``months`` of one outlet, at the edge of what matters or ``effect`` times
    it: counts per day, the share of a section, the page. Levels of the months are an AR(1) of ``rho`` and standard
    deviation ``swing`` (log rate, log odds, pages); a story is printed 1 + Poisson(``copies``) times, on days in a row.
    """
    times, month = effect or 1.0, np.repeat(np.arange(months), per_month)
    later, level = np.arange(months) >= months // 2, swing * ar1(rng, months, rho)
    if measure == "mentions":
        rate = per_month * np.exp(level - swing**2 / 2) * 1.25 ** (times * later)
        month = np.repeat(np.arange(months), rng.poisson(rate / (1 + copies)))
    first = START.to_numpy().astype("datetime64[D]") + 30 * month + rng.integers(30, size=len(month))
    rows = pd.DataFrame({"outlet": "a", "section": "x", "date": first})
    if measure == "share":
        odds = special.logit(np.where(later, 0.2 + 0.1 * times, 0.2)) + level
        rows["section"] = np.where(rng.random(len(month)) < special.expit(odds[month]), "x", "y")
    if measure == "page":
        rows["page"] = 1 + rng.poisson(1.0 + 0.5 * times * later[month] + (swing + level[month]).clip(0))
    printed = 1 + rng.poisson(copies, len(rows))
    rows = rows.assign(cluster_id=np.arange(len(rows))).loc[np.repeat(rows.index, printed)]
    rows["date"] += pd.to_timedelta(rows.groupby("cluster_id").cumcount(), unit="D")
    edge = str((START + pd.Timedelta(days=30 * (months // 2) - 1)).date())
    first, last = START, START + pd.Timedelta(days=30 * months - 1)
    rows = rows[rows["date"] <= last]  # stories of the days before are as many as are cut off here
    claim = {"id": "c", "sentence": "c", "measure": measure, "direction": "more", "target": "a",
             "before": {"since": str(first.date()), "until": edge},
             "window": {"since": str((pd.Timestamp(edge) + pd.Timedelta(days=1)).date()), "until": str(last.date())},
             "matters": {"mentions": 1.25, "share": 0.1, "page": 0.5}[measure]}  # fmt: skip
    claim |= {"counted": {"section": ["x"]}} if measure != "page" else {}
    claim |= {"per": "day"} if measure == "mentions" else {}
    return Sample(claim=claim, study=study.open(rows.reset_index(drop=True)))


def claimed_uneven(rng, measure="share", before=18, later=12, season=0.0, swing=0.0, big=1):
    """A claim at the edge on two times whose months weigh differently: a share with a ``season`` (its amplitude), of
    which 18 months and 12 hold other parts, or a rate per article whose levels of months (log, standard deviation
    ``swing``) differ, with one month of ``big`` times the articles."""
    months = pd.period_range("2018-01", periods=before + later, freq="M")
    size = np.full(len(months), 60)
    size[rng.integers(before)] *= big
    month, level = np.repeat(np.arange(len(months)), size), swing * rng.normal(size=len(months)) - swing**2 / 2
    chance = 0.3 + 0.1 * (month >= before) + season * np.sin(2 * np.pi * (months.month.to_numpy() - 1) / 12)[month]
    if measure == "mentions":
        chance = np.minimum(0.2 * np.exp(level)[month] * 1.25 ** (month >= before), 1)
    day = months.start_time.to_numpy()[month] + pd.to_timedelta(rng.integers(28, size=len(month)), unit="D")
    section = np.where(rng.random(len(month)) < chance, "x", "y")
    claim = {"id": "c", "sentence": "c", "measure": measure, "direction": "more", "target": "a",
             "before": {"since": "2018-01", "until": str(months[before - 1])},
             "window": {"since": str(months[before]), "until": str(months[-1])},
             "counted": {"section": ["x"]}, "matters": {"mentions": 1.25, "share": 0.1}[measure]}  # fmt: skip
    claim |= {"per": "article"} if measure == "mentions" else {}
    return Sample(claim=claim, study=study.open(pd.DataFrame({"outlet": "a", "section": section, "date": day})))


def claimed_within(rng, measure="page", n=30, moods=1.0, effect=0.0):
    """A claim about two sections in the same ``n`` issues, at the edge or ``effect`` times it: the page of the one less
    that of the other, in an issue whose pages have the same ``moods`` (Poisson), or whether they share a page."""
    times, issue = effect or 1.0, np.arange(n)
    common = 1 + rng.poisson(moods, n)
    pages = [common + rng.poisson(1.0 + 0.5 * times, n), common + rng.poisson(1.0, n)]
    if measure == "same page":
        pages[0] = pages[1] + (rng.random(n) >= 0.3 + 0.1 * times)
    day = START + pd.to_timedelta(np.tile(issue, 2), unit="D")
    rows = pd.DataFrame({"outlet": "o", "date": day, "section": np.repeat(["x", "y"], n), "page": np.r_[tuple(pages)]})
    claim = {"id": "c", "sentence": "c", "measure": measure, "direction": "more", "by": "section", "target": "x",
             "reference": "y", "within": "issue_date", "matters": 0.5}  # fmt: skip
    claim |= {"matters": 0.1, "value": 0.3} if measure == "same page" else {}
    return Sample(claim=claim, study=study.open(rows))


def claims_of_a_file(rng, false=10, true=10, n=400, **options):
    """Claims about counts as :func:`claimed` draws them: ``false`` at the edge of what matters, then ``true`` ones at
    twice that."""
    effects = [0.0] * false + [2.0] * true
    made = [claimed(rng, n=n, effect=each, assumed=False, **options).claim for each in effects]
    return Sample(claims=[each | {"id": f"c{i}"} for i, each in enumerate(made)], false=false)
