"""The engines of others behind the same door: gensim (``online``) and tomotopy (``gibbs``)."""

import numpy as np
import pandas as pd
from scipy import sparse

from framing.messages import mark


def online(X: sparse.csr_array, terms: pd.Index, alpha, prior, learn, seed: int, passes: int):
    """gensim's ``LdaModel`` as it is; returns topic × term tokens, the priors and how it went."""
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    full = X[np.flatnonzero(np.diff(X.indptr))]
    model = LdaModel(
        corpus=Sparse2Corpus(sparse.csc_matrix(full.T)),
        id2word={i: str(term) for i, term in enumerate(terms)},
        num_topics=len(alpha),
        passes=passes,
        alpha="auto" if learn[0] else alpha.astype(np.float32),
        eta="auto" if learn[1] else (float(prior) if prior.ndim == 0 else prior.astype(np.float32)),
        random_state=seed,
        eval_every=None,
    )
    eta = np.asarray(model.eta, dtype=np.float64) if learn[1] else prior
    info = {"method": "gensim LdaModel", "passes": passes, "stopped": mark("after the passes asked for")}
    info["n_updates"] = int(model.num_updates)
    return np.array(model.state.sstats), np.asarray(model.alpha, dtype=np.float64), eta, info


def gibbs(X: sparse.csr_array, terms: pd.Index, alpha, prior, learn, seed: int, passes: int):
    """tomotopy's collapsed Gibbs sampler with one worker; the state is that of its last sweep."""
    if learn[1]:
        raise ValueError("the engine 'gibbs' cannot learn eta; give a number, or use 'cvb0' or 'online'")
    try:
        import tomotopy
    except ImportError as fault:
        raise ImportError("the engine 'gibbs' needs tomotopy: pip install 'framing[gibbs]'") from fault
    base = float(prior) if prior.ndim == 0 else float(prior.min())
    model = tomotopy.LDAModel(k=len(alpha), alpha=alpha.tolist(), eta=base, seed=seed)
    model.optim_interval = 10 if learn[0] else 0
    words = terms.to_numpy(dtype=object)
    if prior.ndim:
        uneven = np.flatnonzero((prior != base).any(axis=0) if prior.ndim == 2 else prior != base)
        table = np.broadcast_to(prior, (len(alpha), len(terms)))
        for i in uneven:
            model.set_word_prior(str(words[i]), table[:, i].tolist())
    for a, b in zip(X.indptr[:-1], X.indptr[1:], strict=True):
        if b > a:
            model.add_doc(np.repeat(words[X.indices[a:b]], X.data[a:b]).tolist())
    model.train(passes, workers=1)
    at = terms.get_indexer(pd.Index(list(model.used_vocabs), dtype=object))
    tokens = np.zeros((len(alpha), len(terms)), dtype=np.float32)
    tokens[:, at] = [model.get_topic_word_dist(k, normalize=False) for k in range(len(alpha))]
    tokens = np.clip(tokens - prior, 0, None).astype(np.float32)
    alpha = np.broadcast_to(np.asarray(model.alpha, dtype=np.float64), (len(alpha),)).copy()
    info = {"method": "tomotopy LDAModel, 1 worker", "passes": passes, "stopped": mark("after the passes asked for")}
    return tokens, alpha, prior, info
