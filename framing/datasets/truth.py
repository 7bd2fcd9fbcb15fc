"""What was planted in the made-up press, as tables named and spelled as the estimators spell their results.

``tables`` gives (all shares are expected values over everything the press would ever print):

=================== ========================================================================================
``outlets``         one row per outlet: ``share`` of all articles, ``wire_share`` of its articles that are agency copy
``topics``          topic × outlet: ``share`` of its articles, ``share_own`` (without agency copy), ``log_odds``
                    (planted difference in own stories, natural), ``slope_per_year`` (log odds, own stories)
``topic_years``     topic × outlet × ``year``: ``share``
``terms``           term × outlet: ``share`` of the uses of either word of the pair, ``log2_ratio`` (rate a article in
                    this outlet against all others together, agency copy included), ``log_odds`` (natural, of the
                    choice in own stories against an unmarked outlet), ``planted`` (this outlet is the one it marks),
                    ``null`` (the pair marks no outlet), ``pos`` (noun, verb), ``pair`` (the other word)
``frames``          frame × outlet: ``share`` of framed articles (topics 外交, 制裁, 軍事), ``share_own``, ``log_odds``,
                    ``slope_per_year``
``actors``          topic × actor: ``share`` of articles, averaged over the years of the agency; ``slope_per_year``
``page``            ``term``, ``coefficient`` of the proportional-odds logit of ``page`` (positive is further inside),
                    spelled for ``outlet * years + actor + edition`` with the first level of each as reference
``page_thresholds`` ``page``, ``threshold``: P(page ≤ k) = expit(threshold − x'coefficient)
``page_years``      outlet × ``year`` × ``page``: ``share`` of its articles, over actors, editions and the luck of days
``actor_years``     actor × outlet × ``year``: ``share`` of its articles, and ``front``: the share of these on page 1
``page_missing``    ``term``, ``coefficient`` of the logit of a missing page
``dependence``      ``name``, ``value``: what makes articles alike (correlations, bursts, heavy days)
``breaks``          ``outlet``, ``first_day``, ``last_day`` of the gap in collection
``articles``        one row per article: ``article_id``, ``topic``, ``frame`` (missing where there is none),
                    ``actor`` (``none`` or a name), ``wire``, ``cluster_id`` (copies of one story), ``n_edits``,
                    ``years`` (since the first day), ``page`` (also where the articles table lacks it)
=================== ========================================================================================

An article has one topic. A topic model that gives shares of words finds these shares among the words of
topics; the other words belong to sentences that all topics have in common.

``log2_ratio`` is exact for rates an article or a sentence. Rates a token differ from it as far as articles
of one outlet have longer sentences than another's: by less than 0.01 (40,000 articles, rates a character).
"""

import numpy as np
import pandas as pd

from framing.datasets import grammar, plan
from framing.datasets.plan import PLANTED


def tables(made: plan.Plan) -> dict[str, pd.DataFrame]:
    """Everything planted, one table per kind; see the module."""
    own, wire = _weights(made)
    n, n_wire = (own + wire).sum(axis=1), wire.sum(axis=1)
    outlets = pd.DataFrame({"outlet": plan.OUTLETS, "share": n / (own + wire).sum(), "wire_share": n_wire / n})
    thresholds = np.array(PLANTED.thresholds) - made.effect * PLANTED.page_evening
    return {
        "outlets": outlets,
        "topics": _topics(made, own, wire),
        "topic_years": _topic_years(made, own, wire),
        "terms": _terms(made, outlets),
        "frames": _frames(made, own, wire),
        "actors": _actors(made),
        "page": _page(made.effect),
        "page_thresholds": pd.DataFrame({"page": np.arange(1, len(thresholds) + 1), "threshold": thresholds}),
        **_pages_and_actors(made, own, wire),
        "page_missing": pd.DataFrame({"term": list(PLANTED.missing), "coefficient": list(PLANTED.missing.values())}),
        "dependence": _dependence(),
        "breaks": pd.DataFrame([plan.BREAK], columns=["outlet", "first_day", "last_day"]),
    }


def of_articles(made: plan.Plan, rows: dict, ids: pd.Series, topic: np.ndarray) -> pd.DataFrame:
    """What was drawn for every article."""
    words = grammar.read()
    actor = np.array(["none", *words.actors], dtype=object)[rows["actor"]]
    frame = np.array([*words.frames, None], dtype=object)[rows["frame"]]
    stories = "story-" + pd.Series(rows["story"]).astype(str).str.zfill(8)
    named = {"article_id": ids, "topic": topic, "frame": frame, "actor": actor, "wire": rows["wire"]}
    named |= {"cluster_id": stories, "n_edits": rows["n_edits"], "years": made.years[rows["day"]], "page": rows["page"]}
    texts = ("topic", "frame", "actor", "cluster_id")
    return pd.DataFrame(named).astype(dict.fromkeys(texts, "str"))


def _weights(made: plan.Plan) -> tuple[np.ndarray, np.ndarray]:
    """Expected articles a story, outlet × day: the outlet's own, and agency copy by the day of the agency's story."""
    n_outlets = len(plan.OUTLETS)
    own = (1 - PLANTED.wire) * np.array(PLANTED.volume)[:, None] * made.day_weight[:n_outlets]
    is_open = (made.day_weight[:n_outlets] > 0).astype(float)
    next_open = np.column_stack([is_open[:, 1:], is_open[:, -1]])
    printed = (1 - PLANTED.next_day) * is_open + PLANTED.next_day * next_open
    wire = PLANTED.wire * np.array(PLANTED.takes)[:, None] * made.day_weight[-1] * printed
    return own, wire


def _grid(**levels) -> pd.DataFrame:
    return pd.MultiIndex.from_product(list(levels.values()), names=list(levels)).to_frame(index=False)


def _topics(made: plan.Plan, own: np.ndarray, wire: np.ndarray) -> pd.DataFrame:
    names = grammar.read().topics
    own_topic = np.einsum("od,odk->ok", own, made.topic[:-1])
    all_topic = own_topic + np.einsum("od,dk->ok", wire, made.topic[-1])
    slope = np.array(
        [[PLANTED.topic_slope[t] + PLANTED.topic_slope_outlet.get(t, (0,) * 4)[o] for o in range(4)] for t in names]
    )
    return _grid(topic=names, outlet=plan.OUTLETS).assign(
        share=(all_topic / all_topic.sum(axis=1, keepdims=True)).T.ravel(),
        share_own=(own_topic / own_topic.sum(axis=1, keepdims=True)).T.ravel(),
        log_odds=made.effect * np.array([PLANTED.topic_outlet[name] for name in names]).ravel(),
        slope_per_year=made.effect * slope.ravel(),
    )


def _topic_years(made: plan.Plan, own: np.ndarray, wire: np.ndarray) -> pd.DataFrame:
    names, year = grammar.read().topics, made.days.year.to_numpy()
    years = np.unique(year)
    in_year = (year == years[:, None]).astype(float)
    n = np.einsum("od,odk,yd->koy", own, made.topic[:-1], in_year)
    n += np.einsum("od,dk,yd->koy", wire, made.topic[-1], in_year)
    return _grid(topic=names, outlet=plan.OUTLETS, year=years).assign(share=(n / n.sum(axis=0)).ravel())


def _terms(made: plan.Plan, outlets: pd.DataFrame) -> pd.DataFrame:
    words, wire = grammar.read(), outlets["wire_share"].to_numpy()[:, None]
    first = (1 - wire) * made.slot[:-1] + wire * made.slot[-1]  # outlet × slot, in all of an outlet's articles
    share = np.stack([first, 1 - first], axis=2).reshape(len(plan.OUTLETS), -1)  # outlet × word
    volume = outlets["share"].to_numpy()[:, None]
    rest = ((volume * share).sum(axis=0) - volume * share) / (1 - volume)
    logit = np.log(made.slot[:-1] / (1 - made.slot[:-1])) - np.log(made.slot[-1] / (1 - made.slot[-1]))
    sign = np.tile([1.0, -1.0], len(words.slots))
    owner = np.repeat(made.slot_outlet, 2) if made.effect else np.full(2 * len(words.slots), -1)
    n_outlets = len(plan.OUTLETS)
    return _grid(term=[word for pair in words.slots for word in pair], outlet=plan.OUTLETS).assign(
        pair=np.repeat([word for pair in words.slots for word in pair[::-1]], n_outlets),
        pos=np.repeat(np.where(np.arange(2 * len(words.slots)) < 2 * words.n_noun, "noun", "verb"), n_outlets),
        share=share.T.ravel(),
        log2_ratio=np.where(owner < 0, 0.0, np.log2(share / rest)).T.ravel(),
        log_odds=(np.repeat(logit, 2, axis=1) * sign).T.ravel() + 0.0,
        planted=(owner[:, None] == np.arange(n_outlets)).ravel(),
        null=np.repeat(owner < 0, n_outlets),
    )


def _frames(made: plan.Plan, own: np.ndarray, wire: np.ndarray) -> pd.DataFrame:
    words = grammar.read()
    framed = np.isin(words.topics, PLANTED.framed)
    own_framed = own * made.topic[:-1][:, :, framed].sum(axis=2)
    wire_framed = wire * made.topic[-1][:, framed].sum(axis=1)
    talk_own = (own_framed * made.talk[:-1]).sum(axis=1) / own_framed.sum(axis=1)
    total = own_framed.sum(axis=1) + wire_framed.sum(axis=1)
    talk = ((own_framed * made.talk[:-1]).sum(axis=1) + (wire_framed * made.talk[-1]).sum(axis=1)) / total
    return _grid(frame=words.frames, outlet=plan.OUTLETS).assign(
        share=np.concatenate([1 - talk, talk]),
        share_own=np.concatenate([1 - talk_own, talk_own]),
        log_odds=made.effect * np.outer([-1, 1], PLANTED.frame_outlet).ravel() + 0.0,
        slope_per_year=made.effect * np.repeat([-1, 1], len(plan.OUTLETS)) * PLANTED.frame_slope,
    )


def _actors(made: plan.Plan) -> pd.DataFrame:
    words = grammar.read()
    share = np.einsum("d,kda->ka", made.day_weight[-1], made.actor)
    return _grid(topic=words.topics, actor=("none", *words.actors)).assign(
        share=share.ravel(),
        slope_per_year=np.tile([0.0, *(made.effect * np.array(PLANTED.actor_slope))], len(words.topics)),
    )


def _pages_and_actors(made: plan.Plan, own: np.ndarray, wire: np.ndarray) -> dict[str, pd.DataFrame]:
    """Shares of pages and of actors by outlet and year; agency copy counts on the day the agency wrote it."""
    actors = ("none", *grammar.read().actors)
    own_actor = np.einsum("od,odk,kda->oda", own, made.topic[:-1], made.actor)
    weight = own_actor + np.einsum("od,dk,kda->oda", wire, made.topic[-1], made.actor)
    evening = np.array(PLANTED.evening)[:, None, None, None]
    inside = made.page_shift[:, :, None, None] + made.page_actor[:, None]  # outlet × day × actor × cut
    cuts = np.array(PLANTED.thresholds)
    up_to = (1 - evening) * plan.expit(cuts - inside) + evening * plan.expit(cuts - inside - made.evening)
    page = np.diff(up_to, axis=3, prepend=0, append=1)
    year = made.days.year.to_numpy()
    years = np.unique(year)
    in_year = (year == years[:, None]).astype(float)
    of_page = np.einsum("oda,odak,yd->oyk", weight, page, in_year)
    of_actor = np.einsum("oda,yd->aoy", weight, in_year)
    front = np.einsum("oda,oda,yd->aoy", weight, page[..., 0], in_year)
    pages = np.arange(1, page.shape[3] + 1)
    return {
        "page_years": _grid(outlet=plan.OUTLETS, year=years, page=pages).assign(
            share=(of_page / of_page.sum(axis=2, keepdims=True)).ravel()
        ),
        "actor_years": _grid(actor=actors, outlet=plan.OUTLETS, year=years).assign(
            share=(of_actor / of_actor.sum(axis=0)).ravel(), front=(front / of_actor).ravel()
        ),
    }


def _page(effect: float) -> pd.DataFrame:
    others = sorted(set(plan.OUTLETS) - {plan.BASELINE})
    named = {f"outlet[T.{name}]": PLANTED.page_outlet[name] for name in others}
    named["years"] = PLANTED.page_years
    named |= {f"outlet[T.{name}]:years": PLANTED.page_years_outlet[name] for name in others}
    named |= {f"actor[T.{name}]": PLANTED.page_actor[name] for name in grammar.read().actors}
    named["edition[T.朝刊]"] = -PLANTED.page_evening
    return pd.DataFrame({"term": list(named), "coefficient": effect * np.array(list(named.values())) + 0.0})


def _dependence() -> pd.DataFrame:
    rows = [
        ("date_correlation", PLANTED.date_correlation, "of the page's latent normal between articles of one day"),
        ("issue_correlation", PLANTED.issue_correlation, "added between articles of one outlet and day"),
        ("stickiness", PLANTED.stickiness, "chance that a planted word repeats its article's habit"),
        ("event_shape", PLANTED.event_shape, "shape of the gamma of news a day; smaller is more bunched"),
        ("wire", PLANTED.wire, "share of stories written by the agency"),
        ("actor_headline", PLANTED.actor_headline, "chance that the headline names the article's actor"),
    ]
    return pd.DataFrame(rows, columns=["name", "value", "meaning"])
