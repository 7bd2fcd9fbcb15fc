"""The desk over a corpus as an attacker writes it: outlets, headlines, words, actors are text wherever they stand."""

from html.parser import HTMLParser

import pytest
from test_jupyterlab import prepare

from framing import explore, store
from framing.explore import views

EVIL = ["<script>window.hit=1</script>", '"><img src=x onerror=window.hit=1>', "</script><svg onload=window.hit=1>"]
ACTORS = """name: evil
honorifics: [氏]
actors:
- {id: evil, kind: person, label: "<img src=x onerror=window.hit=1>", aliases: {ja: ["<b>王</b>"]}}
"""


class Running(HTMLParser):
    """What of a page runs or loads: handlers, scripts that are no data, pictures and frames from elsewhere."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.script: str | None = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        self.script = "" if tag == "script" and "json" not in (held.get("type") or "") else None
        loads = tag in ("iframe", "object", "embed", "img") and not (held.get("src") or "").startswith("data:")
        if loads or any(name.startswith("on") for name in held):
            self.found.append(f"{tag} {held}")

    def handle_data(self, data):
        if self.script is not None and "window.hit" in data:
            self.found.append(f"script {data[:200]}")

    def handle_endtag(self, tag):
        self.script = None


@pytest.fixture(scope="module")
def outputs(tmp_path_factory, root):
    def change(articles):
        names = dict(zip(articles["outlet"].unique(), [*EVIL, "普通"], strict=False))
        texts = ["<b>王</b>氏は会談した。" + EVIL[i % 3] + text for i, text in enumerate(articles["text"])]
        heads = [f"{EVIL[i % 3]} {head}" for i, head in enumerate(articles["headline"])]
        outlets = articles["outlet"].map(names).fillna("普通")
        return articles.assign(outlet=outlets, text=texts, headline=heads, section=EVIL[1])

    lexicon = tmp_path_factory.mktemp("lexicon") / "evil.yaml"
    lexicon.write_text(ACTORS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.OUTPUTS, str(tmp_path_factory.mktemp("outputs")))
        prepare("evil", root, n_articles=120, change=change, lexicon=lexicon)
        yield


def test_what_runs_is_seen():
    assert Running(EVIL[0]).found and Running(EVIL[1]).found and Running(EVIL[2]).found
    assert not Running("&lt;script&gt;window.hit=1<script type=application/json>window.hit</script>").found


@pytest.mark.slow
def test_nothing_hostile_runs_at_the_desk(outputs):
    desk = explore.desk("evil", "ja")
    first, second = desk.prepared.outlets[:2]
    assert {first, second} & set(EVIL)
    desk.controls["target"].value, desk.controls["reference"].value = first, second
    for actor, term in (("evil", ""), ("", EVIL[1])):
        desk.controls["actor"].value = actor
        desk.controls["term"].value = term
        for number in range(len(views.VIEWS)):
            desk.tabs.selected_index = number
            shown = desk.tabs.children[number].outputs
            assert shown
            for output in shown:
                for kind, held in output["data"].items():
                    assert kind != "application/javascript"
                    if kind in ("text/html", "image/svg+xml"):
                        assert not Running("".join(held)).found, (views.VIEWS, actor, term)
            assert not Running(desk._status.value).found
