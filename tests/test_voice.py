"""What people read keeps to the voice of the project: no picture where a field has a term, no rate without *per*."""

import json
import re

import pytest

from framing import messages

ENGLISH = {
    r"(can|cannot|can not) be told": "write determined, distinguished or settled",
    r"\b(one|a) row an? \w+": "one row per …",
    r"\d(,?\d)* topics? an? \w|\b(two|three|four|five|six|\d+) a topic": "per topic",
    r"times (less|fewer)": "0.4 times as often, or 60% less often",
    r"\banew\b": "again",
    r"\bunless told\b": "by default",
    r"\bparted\b": "separated",
    r"\bas a rule\b": "usually, or the share of cases",
    r"stands? on page|of standing on": "is printed on page",
    r"chance of page": "predicted probability of page",
    r"\bhangs? on\b": "depends on",
    r"\bmarks? nobody\b": "is no evidence about an outlet",
    r"\bstands? apart\b": "say where, or that it differs",
    r"in 95 of 100 such samples": "an interval is a procedure: it contains the true value in 95 of 100 studies",
    r"\bheld still\b": "held constant",
    r"asked in other ways": "robustness checks",
    r"may not be said": "what these data cannot show",
    r"\bfitted chance\b": "predicted probability",
    r"\bput right\b": "corrected",
    r"\bblanks\b|\ba blank\b(?! (line|name))": "spaces",
    r"how sure can one be": "ask what the data are asked",
}
"""Phrase of English → what the field says."""
JAPANESE = {
    r"\d[%％倍]? ?から ?[−+＋-]?\d|low\w*[^}]*\}\S{0,3}から": "範囲は〜で示す",
    r"言ってはならない": "言えない",
    r"どれほど確かに言える": "問いは対象について立てる",
    r"倍少ない": "0.4倍、または60%少ない",
    r"(?<!不)確かさ": "標準誤差、信頼区間、安定性など、測ったものの名で呼ぶ",
    r"(です|ます|ました|ません|でしょう)(。|$)": "である調",
    r"[ぁ-んァ-ヶ一-龠々][!?;]|[ぁ-んァ-ヶ一-龠々][,.](?=[ぁ-んァ-ヶ一-龠々]|\s|$)": "句読点は全角",
    r"[ぁ-んァ-ヶ一-龠々」]\([^()]*[ぁ-んァ-ヶ一-龠々]": "括弧は全角",
    r"[。、] ?\[\^": "脚注記号は句読点の前に置く",
}
"""Phrase of Japanese → what to write."""
PAGES = ("README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/api.md", "docs/migration.md", "docs/calibration.md")
PROSE = dict.fromkeys(PAGES, ENGLISH) | dict.fromkeys(("README.ja.md", "docs/guide.ja.md"), JAPANESE)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_QUERY = re.compile(r"\]\([^)]*\)")


def wrong(text: str, phrases: dict[str, str]) -> list[str]:
    """The banned phrases of a text, each in its place."""
    return [
        f"…{text[max(found.start() - 30, 0) : found.end() + 30]}…: {better}"
        for phrase, better in phrases.items()
        for found in re.finditer(phrase, text, re.IGNORECASE)
    ]


def test_the_catalogue_keeps_to_the_voice():
    said = messages.catalogue("ja")
    assert len(said) > 300
    assert not [each for text in said for each in wrong(" ".join(text.split()), ENGLISH)]
    assert not [each for text in said.values() for each in wrong(text, JAPANESE)]


def test_the_text_of_the_notebooks_keeps_to_the_voice(root):
    found = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            found += [f"{path.name}: {each}" for each in wrong("".join(cell["source"]), ENGLISH)]
    assert not found


def test_the_questions_of_the_parameter_files_keep_to_the_voice(root):
    files = sorted((root / "params").rglob("*.yaml"))
    said = [re.findall(r"^(?:question|item): (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE) for path in files]
    questions = [text for each in said for text in each]
    assert questions and not [each for text in questions for each in wrong(text, ENGLISH | JAPANESE)]


@pytest.mark.parametrize("name", PROSE)
def test_the_documents_keep_to_the_voice(name, root):
    text = _QUERY.sub("]", _CODE.sub("`code`", (root / name).read_text(encoding="utf-8")))
    found = wrong(" ".join(text.split()) if PROSE[name] is ENGLISH else text, PROSE[name])
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("no change can be told", ENGLISH),
        ("0.75 から 2.04", JAPANESE),
        ("{low:.2f}から{high:.2f}", JAPANESE),
        ("語の確かさ", JAPANESE),
        ("値を表示します。", JAPANESE),
        ("習近平,プーチン", JAPANESE),
    ],
)
def test_a_banned_phrase_is_found(text, phrases):
    assert wrong(text, phrases)


@pytest.mark.parametrize(
    "text", ["0.75〜2.04", "2012年から2026年まで", "推定の不確かさ", "トピック数を{least}から{most}まで", "k=3, 5"]
)
def test_what_only_looks_like_a_banned_phrase_is_not(text):
    assert not wrong(text, JAPANESE)
