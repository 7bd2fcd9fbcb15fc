"""People who do not exist code the made-up press, with errors that are known."""

import numpy as np
import pandas as pd

from framing.datasets.press import sample_press
from framing.errors import SourceError

CODES = {"threat": "脅威", "dialogue": "対話"}
"""Code of ``params/frames/sample.yaml`` → frame that was planted."""
EACH = 240
"""Articles drawn from each outlet."""
FINDS, SEES = 0.92, 0.02
"""Chance that a coder finds a frame that is there, and that one is found that is not."""


def coded(articles: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Codes of two coders and an adjudicator, who knows the truth, of a sample of the made-up press.

    ``seed`` is that of the press.
    """
    ids = articles["article_id"].astype("str")
    if not ids.str.fullmatch(r"press-\d{8}").all() or ids.empty:
        raise SourceError("sample/frames codes articles of the made-up press, and these are others")
    last = int(ids.str.slice(6).astype(int).max()) + 1
    press = sample_press(last, seed)
    told = press.articles.set_index("article_id").loc[ids, ["outlet", "date"]]
    if (told.to_numpy() != articles[["outlet", "date"]].to_numpy()).any():
        raise SourceError(
            f"sample/frames codes the made-up press of seed {seed}, and this is another; name its seed, as in "
            "sample/frames/3"
        )
    rng = np.random.default_rng([seed, 32])
    order = pd.Series(rng.permutation(len(ids)), index=articles.index)
    rank = order.groupby(articles["outlet"]).rank()
    size = articles.groupby("outlet")["outlet"].transform("size")
    drawn = articles[rank <= EACH]
    probability = np.minimum(EACH / size[drawn.index], 1.0)
    key = drawn[["article_id", "outlet"]].assign(probability=probability).sort_values("article_id")
    key.insert(0, "unit", [f"u{i:05}" for i in range(1, len(key) + 1)])
    frame = press.truth["articles"].set_index("article_id")["frame"].loc[key["article_id"]]
    parts = []
    for code, name in CODES.items():
        true = frame.eq(name).to_numpy(dtype=bool)
        said = rng.random((2, len(key))) < np.where(true, FINDS, SEES)
        rows = [
            key.assign(coder=coder, code=code, value=own.astype(int)) for coder, own in zip("AB", said, strict=True)
        ]
        apart = said[0] != said[1]
        parts += [*rows, key[apart].assign(coder="adjudicator", code=code, value=true[apart].astype(int))]
    return pd.concat(parts, ignore_index=True).assign(machine=False)
