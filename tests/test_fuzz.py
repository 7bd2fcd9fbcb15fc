"""A few inputs of each target of ``make fuzz``, and what it found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import corpus, databases, frames, lexicon
from framing.errors import SourceError


@pytest.fixture(scope="module")
def fuzz(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root / "benchmarks")
        import fuzz

        yield fuzz


TARGETS = ["tables", "json", "encodings", "feeds and references", "pages", "factiva", "nexis", "japanese", "dates",
           "lines", "lexicon", "parameters", "formulas", "reports"]  # fmt: skip


def test_every_target_is_tried(fuzz):
    assert list(fuzz.TARGETS) == TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_gives_a_traceback_a_hang_or_a_lost_row(fuzz, name):
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.integers(min_value=10**6, max_value=10**9))
    def one(number):
        _, fault, made = fuzz.tried(name, number)
        assert not fault, f"{made!r}\n{fault}"

    one()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("reports", 957),
        ("reports", 2178),
        ("feeds and references", 4482),
        ("feeds and references", 7617),
        ("factiva", 9030),
    ],
)
def test_what_was_once_found_is_mended(fuzz, name, number):
    _, fault, made = fuzz.tried(name, number)
    assert not fault, made


def test_a_fault_is_found(fuzz, monkeypatch):
    def broken(content):
        raise KeyError(content)

    monkeypatch.setitem(fuzz.TARGETS, "dates", fuzz.Target(["2011"], broken))
    assert "KeyError" in fuzz.tried("dates", 0)[1]

    def endless(content):
        while True:
            pass

    monkeypatch.setattr(fuzz, "LONGEST_WAIT", 0.2)
    monkeypatch.setitem(fuzz.TARGETS, "dates", fuzz.Target(["2011"], endless))
    assert "TimeoutError" in fuzz.tried("dates", 0)[1]


@pytest.mark.parametrize(
    "content", ["? [a]\n: b", "{[a]: b}", "actors: &a [*a]", "a: " + "[" * 5000, "actors:\n- {id: x, ? {}: y}"]
)
def test_a_lexicon_as_an_attacker_writes_it_is_refused(tmp_path, content):
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match="not YAML"):
        lexicon.load(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('compounds: ["a\\0b"]', "no text"),  # MeCab ended the process
        ('compounds: ["\\ud800x"]', "no text"),
        ("name: [1]", "name is a word"),
        ("actors:\n- {id: a, kind: person, label: [1], aliases: {ja: [金正]}}", "label is a word"),
        ("actors:\n- {id: a, kind: person, label: {a: b}, aliases: {ja: [金正]}}", "label is a word"),
        (f"actors:\n- {{id: a, kind: person, aliases: {{ja: [{'金' * 200_000}]}}}}", "200,000 characters"),
    ],
)
def test_a_lexicon_holds_words_and_nothing_else(tmp_path, content, said):
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        lexicon.load(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("codes: " + "[" * 5000, "not YAML"),
        ('codes:\n- {id: "\\ud800", rule: 川}', "half of a surrogate pair"),
        ("codes:\n- {id: a, rule: '" + " | ".join(["川"] * 50_000) + "'}", "100,000 are the most"),
        ("codes:\n- {id: a, rule: '" + "(" * 5000 + "川'}", "more than 50 brackets"),
    ],
)
def test_a_codebook_as_an_attacker_writes_it_is_refused(tmp_path, content, said):
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        frames.load(tmp_path / "a.yaml")


def test_a_feed_with_a_sign_beyond_all_signs_is_rejected_entry_by_entry(fuzz, tmp_path):
    (tmp_path / "a.xml").write_text(
        fuzz.FEED.replace("川があふれた", "&#x110000;&lt;b&gt;&amp;#x110000;"), encoding="utf-8"
    )
    found = corpus.read(tmp_path / "a.xml")
    assert len(found.articles) + len(found.rejected) == 1
    for number in (169,):  # of make fuzz
        assert not fuzz.tried("feeds and references", number)[1]


def test_one_label_alone_is_no_traceback():
    for source in databases.SOURCES:
        databases.parse("発行日: " * 20, source)


def test_a_table_with_an_open_tag_in_a_long_text_is_read(tmp_path):
    (tmp_path / "a.csv").write_text(f"text,outlet\n{'a <b ' + 'word ' * 2000},x\n", encoding="utf-8")
    assert len(corpus.read(tmp_path / "a.csv").articles) == 1
