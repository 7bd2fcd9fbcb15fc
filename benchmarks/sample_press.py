"""How fast the made-up press is written, and how much memory a stream of it takes.

python benchmarks/sample_press.py [--small]

The peer is the same work done article by article with ``str.format`` and ``random``, in the plainest way.
"""

import random
import re
import resource
from statistics import median

import floor

from framing import data
from framing.datasets import sample_press
from framing.datasets.press import sample_press_chunks


def plain(n: int, seed: int = 0) -> list[str]:
    """Articles of about the same number of sentences, one after the other; nothing is planted."""
    raw, draw, texts = data.words("sample_press"), random.Random(seed), []
    sections = [*raw["lead"], *raw["topical"], *raw["generic"], *raw["closing"]]
    sentences = [re.sub(r"\{(\w+)\}", r"{\1}", sentence) for sentence in sections]
    slots = {kind: [word for pair in text.split() for word in pair.split("/")] for kind, text in raw["slots"].items()}
    common = {name: text.split() for name, text in raw["common"].items()}
    topics = [{name: text.split() for name, text in topic.items()} for topic in raw["topics"].values()]
    for _ in range(n):
        words = draw.choice(topics) | common | {"noun_slot": slots["noun"], "verb_slot": slots["verb"]}
        words |= {"focus": words["noun"], "day": ["一日"]}
        chosen = [draw.choice(sentences) for _ in range(8)]
        texts.append("".join(s.format(**{name: draw.choice(listed) for name, listed in words.items()}) for s in chosen))
    return texts


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    options = floor.arguments(__doc__, "a tenth of the articles").parse_args()
    n, many = (5_000, 50_000) if options.small else (50_000, 1_000_000)
    sample_press(1000)  # the grammar is read once
    before = megabytes()
    stream = floor.in_turn({"stream": lambda: [None for _ in sample_press_chunks(many, 1, chunk=20_000)]}, 1)["stream"]
    print(f"{many / stream[0]:,.0f} articles per processor second in a stream of {many:,}; memory grew by "
          f"{megabytes() - before:.0f} MB")  # fmt: skip
    ways = {"all at once": lambda: sample_press(n, 1), "article by article (peer)": lambda: plain(n)}
    found = floor.in_turn(ways, options.pairs)
    for name, seconds in found.items():
        print(f"{n / median(seconds):,.0f} articles per processor second {name}")
    floor.hold({"sample press: article by article": floor.times_as_fast(*found.values())}, options)


if __name__ == "__main__":
    main()
