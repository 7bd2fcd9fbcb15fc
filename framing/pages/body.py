"""Where the article stands on a page: which lines are prose, furniture, captions, and where the body ends."""

import re
from dataclasses import dataclass

from framing import dates
from framing.pages.credits import agency_alone, normal
from framing.text.lines import is_sentence, kind_of

RUN = 6
"""Short lines in a row that part two regions of a page: menus, rankings and side columns come in such runs."""

_BULLET = re.compile(r"\s*(?:[•◦‣]|[*-]\s|\d{1,2}[.)位]?\s?$|\d{1,2}[.)位]\s)\s*")
_INLINE = re.compile(
    r"(?:さらに|続きを|もっと)(?:読む|見る)\s?[⇒→>»].{0,300}?(?:https?://[!-~]{4,300}|$)|(?:出典|画像元|引用元?)[/／]?(?:画像元)?\s?[:：]\s?https?://[!-~]{4,300}"
)
_MARKED = re.compile(
    r"[。」][\s]?(?:[(（【\[［〔][^()（）【】\[\]［］〔〕。]{1,30}[)）】\]］〕]|(?:\([cC]\)|（[cC]）|©|ⓒ)[^。]{1,60})$"
)
_IMAGE = re.compile(r"[\w./%-]{1,120}\.(?:jpe?g|png|gif|webp)", re.I)
_LABELLED_START = re.compile(r"^(\s{0,4}(?:date|公開日|配信日|掲載日)\s?[:：]?\s?\d{4}[-/]\d{1,2}[-/]\d{1,2})\s(?=\S)")
_MORE = re.compile(
    r"[\s…・.]{0,6}[\[［【(（](?:続きを読む|全文を読む|もっと見る|記事全文|続きはこちら)[\]］】)）]\s{0,3}$", re.M
)
_SPOKEN = re.compile(r"[―─—–-]{2}[^―─—–-].{1,200}|「[^」]{6,300}」|・[^・].{1,80}")
_LEAD = re.compile(r"[<＜〈《].{15,400}[>＞〉》]$")
_CREDIT = (
    r"(?:ロイター|REUTERS|AP|AFP|共同|時事|EPA|新華社|聯合(?:ニュース)?|朝鮮(?:中央)?通信|労働新聞|Getty|ゲッティ|アフロ|PIXTA|KCNA|TASS|タス|"
    r"代表撮影|代表取材|提供|撮影|資料|写真|同社|本人|筆者|編集部|スプートニク|Sputnik|ANI|DPA|UPI|NEWSIS|ニューシス|YONHAP|Shutterstock|iStock|Wikimedia|AA|Bloomberg|ブルームバーグ|HP|公式|Xより|から|より)"
)
_CAPTION = re.compile(
    rf".*[(\[【][^()\[\]【】。]{{0,40}}{_CREDIT}[^()\[\]【】。]{{0,24}}[)\]】]\s?$"
    rf"|.*(?:写真は|画像は|イメージ写真|資料写真|写真[:=/]|画像[:=/]|photo[:/ ]|撮影[:=/]|提供[:=/]|©|\(c\)).*"
    r"|.{3,80}=.{0,40}(?:撮影|提供|写真|代表|共同|時事|ロイター|AP|AFP|資料|リモート)[)\]]?$"
    r"|.{3,120}=\d{4}年[^。]{0,60}|.{3,100}=\d{1,2}(?:月\d{1,2})?日(?:(?:午前|午後)[^。]{0,12})?[、,]?[^。]{0,40}"
    r"|.{3,200}[ /](?:REUTERS|AFP|SHUTTERSTOCK|KCNA|GETTY IMAGES)[A-Z /-]{0,40}$",
    re.I | re.S,
)
_UPPER_CREDIT = re.compile(r".{3,200}\s(?:[A-Z][A-Z.&'/-]+[\s,]?){2,10}$")
_STOP = re.compile(
    r".{0,30}(?:残り|続き)[:\s]{0,2}(?:約)?[\d,]{1,6}\s?(?:文字|字).{0,60}"
    r"|[\[【(]?(?:この|本)(?:記事|コンテンツ)(?:は|の続き).{0,10}(?:有料|会員|購読).{0,100}|(?:ここから先|これより先|この先|続き)は.{0,20}(?:有料|会員|購読|登録).{0,60}"
    r"|(?:著者|筆者|執筆者|書き手|この記事を書いた人|記者)?\s?(?:プロフィール|略歴|紹介|profile)(?:\s?[:/].{0,30})?|[【\[<■●▼]\s?(?:著者|筆者|執筆者|プロフィール|profile).{0,30}"
    r"|この記事を書いた人|著者|筆者|執筆者|執筆者紹介|author|コメント(?:を書く|する|一覧|欄)?|.{0,20}(?:最近の|他の|新着)記事|編集部からのお知らせ|お知らせ"
    r"|(?:「.{2,30}」)?税込\s?[\d,]{2,7}\s?円\s?/\s?月.*|(?:次|つぎ)の?(?:ページ|頁).{0,80}|(?:next|次へ)\s?[>→»]?|return to top|magazine|mook"
    r"|\d{4}年\s?\d{1,2}月\s?(?:\d{1,2}日)?(?:合併|特大|増刊)?号\s?\(.{0,20}発売\).*|profile|text by .*|[(\[]?残り[:\s]{0,3}[\d,]{1,6}\s?文字\s?/.*",
    re.I,
)
_PROFILE = re.compile(
    r"(?:[^。]{0,30}[)）、。\s])?(?:[12]\d{3}年[^。]{0,12})?[^。]{0,14}(?:生まれ|生れ)[。、,）)].*|.{0,60}(?:大学|大学院)[^。]{0,16}(?:卒|修了|中退)(?:業)?[。、,後].*",
    re.S,
)
_CAREER = re.compile(
    r"卒|修了|著書|近著|入社|経て|専門は|教授|記者|歴任|就任|受賞|創刊|執筆|評論|主な著|共著|編集長|活動"
)
_WORKS = re.compile(r"(?:著書|近著|共著|主な著作)(?:に|は)[「『]")
_LABEL = re.compile(
    r"公開日?|配信日?|掲載日?|最終更新日?|更新日?|投稿日?|発行日?|発信地|記事?入力|記事?修正|初出|作成日?|登録|送稿|日時|時刻|日付|published|updated|posted|last|date|modified|on|at"
    r"|jst|gmt|kst|utc|[ap]\.?m\.?|午前|午後|ニュース|朝刊|夕刊|付|[年月日時分秒년월일시분火水木金土曜祝]|:"
    r"|mon|tue|wed|thu|fri|sat|sun|day|nesday|rsday|urday|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|최종수정|입력|송고|기사",
    re.I,
)


@dataclass(slots=True)
class Line:
    """A line of a page: as printed, normalised for matching, and what it looks like."""

    text: str
    norm: str
    kind: str = ""
    bullet: bool = False
    prose: bool = False
    dated: bool = False
    repeated: bool = False

    @property
    def plain(self) -> bool:
        """Short and without a kind: a heading, a name, a caption or a side column's headline."""
        return bool(self.text) and not (self.prose or self.kind or self.dated)


def read(text: str, repeated: frozenset[str] = frozenset()) -> list[Line]:
    """The lines of a page, each with what it looks like; ``repeated`` are lines other pages have as well."""
    made: list[Line] = []
    known: dict[tuple[str, bool], Line] = {}  # a line looks the same wherever it stands
    text = _MORE.sub("", _INLINE.sub("\n", _LABELLED_START.sub(r"\1\n", text)))
    for raw in text.split("\n"):
        stripped = raw.strip()
        bullet = _BULLET.match(stripped)
        content = (
            stripped[bullet.end() :].strip() if bullet and stripped[: bullet.end()].strip()[:1] in "•◦‣*-" else stripped
        )
        key = (content, bool(bullet and stripped))
        if key not in known:
            known[key] = _line(*key, content in repeated)
        made.append(known[key])
    return made


def _line(text: str, bullet: bool, repeated: bool) -> Line:
    line = Line(text, normal(text), bullet=bullet, repeated=repeated)
    if not text:
        return line
    line.kind = "repeated" if repeated else "related link" if _IMAGE.fullmatch(text) else kind_of(text)
    if line.kind in ("", "related link", "photo credit", "byline") and is_date_line(line.norm):
        line.dated, line.kind = True, ""
        return line
    line.prose = not line.kind and is_prose(text, line.norm)
    return line


def is_prose(text: str, norm: str) -> bool:
    """Whether a line is a paragraph: it ends as a sentence does, or is too long for anything else."""
    if is_sentence(norm if len(text) <= 400 else text) or _MARKED.search(text[-60:]):
        return len(text) >= 8
    if _LEAD.fullmatch(text) or len(text) > 400:
        return True
    if norm[-1] in "」』!?)…" and "。" in norm and len(norm) >= 25:
        return True
    if norm.count("。") >= 2 and len(norm) >= 60 and not norm.endswith("..."):
        return True
    return norm.isascii() and len(norm) >= 80 and bool(re.search(r"[.!?][\"')]?$", norm))


def is_date_line(norm: str) -> bool:
    """Whether a line is a date and its labels, and little else."""
    if len(norm) > 90 or "。" in norm or not any(mark.isdigit() or mark in "〇一二三" for mark in norm):
        return False
    if not re.search(r"\d\s?[年월月/.\-년]\s?\d|年|月\d|\d{4}|\d [A-Z][a-z]{2}|[A-Z][a-z]{2,8}\.? \d", norm):
        return False
    if re.search(r"撮影|写真|号|発売|ページ|円|人|%|第\d|特集|提供|ロイター\)$", norm):
        return False
    left = re.sub(r"[\d\s()\[\]【】/.,:+\-–—|・〇一二三四五六七八九十元TZ]", "", _LABEL.sub("", norm))
    left = re.sub(r"令和|平成|昭和|GMT|JST", "", left)
    return len(left) <= 12 and not left.startswith(("の", "に", "は", "、")) and _dated(norm)


def _dated(norm: str) -> bool:
    parsed = dates.parse(norm)
    return parsed.date is not None or parsed.note.startswith(("no year", "there is no", "relative", "2", "a year of"))


def is_caption(line: Line) -> bool:
    """Whether a line's own words say that it stands under a picture."""
    if line.kind == "photo credit":
        return True
    if line.kind or len(line.text) > 400:
        return False
    return bool(_UPPER_CREDIT.fullmatch(line.norm) or _CAPTION.fullmatch(line.norm)) and not line.norm.endswith("。")


def span(lines: list[Line]) -> tuple[int, int]:
    """First and last+1 line of the body; (0, 0) where there is no paragraph."""
    regions = _regions(lines)
    if not regions:
        return 0, 0
    best = 0
    for n in range(1, len(regions)):  # what comes later must be much longer: side columns have their texts as well
        parted = any(line.kind == "link list" for line in lines[regions[best][1] : regions[n][0]])
        if _mass(lines, regions[n]) > (3 if parted else 1.5) * _mass(lines, regions[best]):
            best = n
    begin, end = regions[best]
    for following in regions[best + 1 :]:
        if not _goes_on(lines, end, following):
            break
        end = following[1]
    for before in reversed(regions[:best]):
        if not _goes_on(lines, before[1], (begin, end)) or _mass(lines, before) < 40:
            break
        begin = before[0]
    begin = _below_date(lines, begin, end)
    return begin, _spoken(lines, begin, _profile(lines, begin, end))


def _spoken(lines: list[Line], begin: int, end: int) -> int:
    """The end of an interview, whose last answer need not end as a sentence does."""
    if sum(bool(_SPOKEN.fullmatch(line.text)) for line in lines[begin:end]) < 2:
        return end
    while end < len(lines) and (not lines[end].text or _SPOKEN.fullmatch(lines[end].text)):
        end += 1
    return end


def _below_date(lines: list[Line], begin: int, end: int) -> int:
    """The body's first line, where a headline or subtitle above the date reads like a sentence."""
    if any(line.dated for line in [line for line in lines[:begin] if line.text][-8:]):
        return begin
    first = [n for n in range(begin, end) if lines[n].text][:6]
    for place, n in enumerate(first):
        if lines[n].dated:
            above = [len(lines[k].text) for k in first[:place] if lines[k].prose]
            below = [k for k in range(n, end) if lines[k].prose and not is_caption(lines[k])]
            return below[0] if below and max(above) <= 80 and len(above) <= 2 else begin
    return begin


def _regions(lines: list[Line]) -> list[tuple[int, int]]:
    """Stretches from a paragraph to a paragraph that no stop, list heading or run of short lines parts."""
    regions, begin, last, short = [], None, None, 0
    for n, line in enumerate(lines):
        if not line.text:
            continue
        stops = (
            line.kind == "link list" or (not line.prose and _STOP.fullmatch(line.norm)) or _STOP.fullmatch(line.norm)
        )
        if line.prose and not stops and (not is_caption(line) or (begin is not None and _MARKED.search(line.text))):
            if begin is None:
                begin = n
            last, short = n, 0
            continue
        short += 0 if line.repeated or _SPOKEN.fullmatch(line.text) else 1
        if begin is not None and (stops or short >= RUN):
            regions.append((begin, last + 1))
            begin = last = None
            short = 0
    if begin is not None:
        regions.append((begin, last + 1))
    return regions


def _mass(lines: list[Line], region: tuple[int, int]) -> int:
    return sum(len(line.text) for line in lines[region[0] : region[1]] if line.prose)


def _goes_on(lines: list[Line], end: int, following: tuple[int, int]) -> bool:
    """Whether the article goes on after a list of links or a table that was put into it."""
    gap = [line for line in lines[end : following[0]] if line.text]
    paragraphs = [line for line in lines[following[0] : following[1]] if line.text]
    prose = [line for line in paragraphs if line.prose]
    if any(_STOP.fullmatch(line.norm) and not line.kind == "related link" for line in gap):
        return False
    if len(prose) < 2 or sum(len(line.text) for line in prose) < 80 or not all(line.prose for line in paragraphs[:2]):
        return False
    if sum(is_sentence(line.norm) for line in prose) < 2 or _PROFILE.fullmatch(paragraphs[0].norm):
        return False
    listed = any(line.kind == "link list" for line in gap)
    return len(gap) <= (8 if listed else 15) and not any(line.dated for line in gap)


def _profile(lines: list[Line], begin: int, end: int) -> int:
    """The end of the body, before the author's profile where one follows without a heading."""
    written = 0
    for n in range(begin, end):
        line = lines[n]
        if not line.prose:
            written += len(line.text) if _SPOKEN.fullmatch(line.text) else 0
            continue
        told = _PROFILE.fullmatch(line.norm) or (n >= end - 2 and _WORKS.search(line.norm))
        if written >= (100 if n >= end - 2 else 200) and told and len(_CAREER.findall(line.norm)) >= 2:
            rest = sum(len(other.text) for other in lines[n + 1 : end] if other.prose)
            if rest < written:
                return _last_prose(lines, begin, n)
        written += len(line.text)
    return end


def _last_prose(lines: list[Line], begin: int, end: int) -> int:
    while end > begin and not lines[end - 1].prose:
        end -= 1
    return end


def paragraphs(lines: list[Line], begin: int, end: int) -> tuple[list[str], list[str]]:
    """The body's paragraphs and sub-headings, and the captions that stand among them."""
    kept: list[str] = []
    captions: list[str] = []
    listed, seen = False, set()
    texts = [line.text for line in lines[begin:end]]
    last = max((texts.index(line.text) for line in lines[begin:end] if line.prose), default=-1) + begin
    for n, line in enumerate(lines[begin:end], start=begin):
        if not line.text:
            continue
        if line.kind == "link list":
            listed = True
            continue
        listed = listed and not line.prose
        if line.prose and len(line.text) >= 40 and line.text in seen:
            continue  # the page prints it twice
        if is_caption(line) and not (n == last and _MARKED.search(line.text)):  # the last ends with its agency
            captions.append(line.text)
        elif not (listed or line.kind or (line.dated and len(kept) < 2) or agency_alone(line.norm)):
            kept.append(line.text)
            seen.add(line.text)
    return kept, captions
