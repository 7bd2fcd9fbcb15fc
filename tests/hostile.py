"""Text that means harm, in every place where a text can stand."""

EVIL = [
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=2">',
    "${window.ran=3}",
    "`+(window.ran=4)+`",
    "{{ 7*7 }}",
    "\u202egnp.exe",
    "</script><svg onload=window.ran=5>",
    "$x_1$ & <b>bold</b>",
]
ACTORS = [
    {"id": "putin", "kind": "person", "label": EVIL[0], "aliases": {"ja": ["プーチン", EVIL[0]]}},
    {"id": "xi_jinping", "kind": "person", "label": EVIL[1], "aliases": {"ja": ["習近平", EVIL[6]]},
     "roles": [EVIL[2]]},
    {"id": "kim_jong_un", "kind": "person", "label": EVIL[4], "aliases": {"ja": ["金正恩", EVIL[3]]},
     "not": [f"金正恩{EVIL[7]}"]},
]  # fmt: skip
LEXICON = {"name": EVIL[6], "about": EVIL[0], "actors": ACTORS, "compounds": [EVIL[1]], "stopwords": [EVIL[3]]}
"""A lexicon as it stands in its file."""


def hostile(press):
    """A made-up press with hostile outlets, headlines, texts, sections, agencies and editions, and endless lines."""
    marks = [EVIL[i % len(EVIL)] for i in range(len(press))]
    names = sorted(press["outlet"].astype(str).unique())
    press = press.assign(
        headline=press["headline"].astype(str) + [f" {m}" for m in marks],
        text=[f"{m}。{t}{m}" for m, t in zip(marks, press["text"].astype(str), strict=True)],
        outlet=press["outlet"].astype(str).map({n: f"{n}{EVIL[i]}{EVIL[i + 4]}" for i, n in enumerate(names)}),
        section=[EVIL[i % 3] for i in range(len(press))],
        agency=[EVIL[i % len(EVIL)] if i % 9 == 0 else "" for i in range(len(press))],
        edition=[EVIL[i % 2] for i in range(len(press))],
    )
    press.loc[press.index[0], "headline"] = "長" * 1_000_000
    press.loc[press.index[1], "text"] = "短" * 1_000_000
    return press
