"""What a line of a page looks like: prose, a date, a caption, furniture, or short and nothing of these."""

import re
from dataclasses import dataclass

from framing import dates
from framing.pages.credits import normal
from framing.text.lines import is_sentence, kind_of

_BULLET = re.compile(r"\s*(?:[•◦‣]|[*-]\s|\d{1,2}[.)位]?\s?$|\d{1,2}[.)位]\s)\s*")
_INLINE = re.compile(  # links that were pasted into a paragraph
    r"(?:さらに|続きを|もっと)(?:読む|見る)\s?[⇒→>»].{0,300}?(?:https?://[!-~]{4,300}|$)"
    r"|(?:出典|画像元|引用元?)[/／]?(?:画像元)?\s?[:：]\s?https?://[!-~]{4,300}"
)
_MORE = re.compile(
    r"[\s…・.]{0,6}[\[［【(（](?:続きを読む|全文を読む|もっと見る|記事全文|続きはこちら)[\]］】)）]\s{0,3}$", re.M
)
_LABELLED_START = re.compile(r"^(\s{0,4}(?:date|公開日|配信日|掲載日)\s?[:：]?\s?\d{4}[-/]\d{1,2}[-/]\d{1,2})\s(?=\S)")
_IMAGE = re.compile(r"[\w./%-]{1,120}\.(?:jpe?g|png|gif|webp)", re.I)
MARKED = re.compile(
    r"[。」][\s]?(?:[(（【\[［〔][^()（）【】\[\]［］〔〕。]{1,30}[)）】\]］〕]|(?:\([cC]\)|（[cC]）|©|ⓒ)[^。]{1,60})$"
)
"""A sentence with a mark after it: "…述べた。(共同)", "…公開した。(c)AFP"."""
SPOKEN = re.compile(r"[―─—–-]{2}[^―─—–-].{1,200}|「[^」]{6,300}」|・[^・].{1,80}")
"""A question or answer of an interview, or an item of a list: short, and yet part of an article."""
_LEAD = re.compile(r"[<＜〈《].{15,400}[>＞〉》]$")
_CREDIT = (
    r"(?:ロイター|REUTERS|AP|AFP|共同|時事|EPA|新華社|聯合(?:ニュース)?|朝鮮(?:中央)?通信|労働新聞|Getty|ゲッティ|アフロ|PIXTA|"
    r"KCNA|TASS|タス|代表撮影|代表取材|提供|撮影|資料|写真|同社|本人|筆者|編集部|スプートニク|Sputnik|ANI|DPA|UPI|NEWSIS|ニューシス|"
    r"YONHAP|Shutterstock|iStock|Wikimedia|AA|Bloomberg|ブルームバーグ|HP|公式|から|より)"
)
_CAPTION = re.compile(
    rf".*[(\[【][^()\[\]【】。]{{0,40}}{_CREDIT}[^()\[\]【】。]{{0,24}}[)\]】]\s?$"
    r"|.*(?:写真は|画像は|イメージ写真|資料写真|写真[:=/]|画像[:=/]|photo[:/ ]|撮影[:=/]|提供[:=/]|©|\(c\)).*"
    r"|.{3,80}=.{0,40}(?:撮影|提供|写真|代表|共同|時事|ロイター|AP|AFP|資料|リモート)[)\]]?$"
    r"|.{3,120}=\d{4}年[^。]{0,60}|.{3,100}=\d{1,2}(?:月\d{1,2})?日(?:(?:午前|午後)[^。]{0,12})?[、,]?[^。]{0,40}"
    r"|.{3,200}[ /](?:REUTERS|AFP|SHUTTERSTOCK|KCNA|GETTY IMAGES)[A-Z /-]{0,40}$",
    re.I | re.S,
)
_UPPER_CREDIT = re.compile(r".{3,200}\s(?:[A-Z][A-Z.&'/-]+[\s,]?){2,10}$")  # "… OFFICE OF THE PRESIDENT"
STOP = re.compile(
    r".{0,30}(?:残り|続き)[:\s]{0,2}(?:約)?[\d,]{1,6}\s?(?:文字|字).{0,60}|[(\[]?残り[:\s]{0,3}[\d,]{1,6}\s?文字\s?/.*"
    r"|[\[【(]?(?:この|本)(?:記事|コンテンツ)(?:は|の続き).{0,10}(?:有料|会員|購読).{0,100}"
    r"|(?:ここから先|これより先|この先|続き)は.{0,20}(?:有料|会員|購読|登録).{0,60}|(?:「.{2,30}」)?税込\s?[\d,]{2,7}\s?円\s?/\s?月.*"
    r"|(?:著者|筆者|執筆者|書き手|この記事を書いた人|記者)?\s?(?:プロフィール|略歴|紹介|profile)(?:\s?[:/].{0,30})?"
    r"|[【\[<■●▼]\s?(?:著者|筆者|執筆者|プロフィール|profile).{0,30}|この記事を書いた人|著者|筆者|執筆者|執筆者紹介|author"
    r"|コメント(?:を書く|する|一覧|欄)?|.{0,20}(?:最近の|他の|新着)記事|編集部からのお知らせ|お知らせ"
    r"|return to top|magazine|mook|[【(]?この記事は、?Yahoo.*"
    r"|(?:次|つぎ)の?(?:ページ|頁).{0,80}|(?:next|次へ)\s?[>→»]?|text by .*"
    r"|※?\s?\d{4}年\s?\d{1,2}月\s?(?:\d{1,2}日)?(?:合併|特大|増刊)?号\s?\(.{0,20}発売\).*",
    re.I,
)
"""A line no article goes on after: the paywall, the author's profile, the next page, the comments, the next issue."""
_LABEL = re.compile(
    r"公開日?|配信日?|掲載日?|最終更新日?|更新日?|投稿日?|発行日?|発信地|記事?入力|記事?修正|初出|作成日?|登録|送稿|日時|時刻|日付"
    r"|published|updated|posted|last|date|modified|on|at|jst|gmt|kst|utc|[ap]\.?m\.?|午前|午後|ニュース|朝刊|夕刊|付"
    r"|[年月日時分秒년월일시분火水木金土曜祝]|:|mon|tue|wed|thu|fri|sat|sun|day|nesday|rsday|urday|january|february|march|april|may"
    r"|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|최종수정|입력|송고|기사",
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


def read(text: str, repeated: frozenset[str] = frozenset()) -> list[Line]:
    """The lines of a page, each with what it looks like; ``repeated`` are lines other pages have as well."""
    made: list[Line] = []
    known: dict[tuple[str, bool], Line] = {}  # a line looks the same wherever it stands
    text = _MORE.sub("", _INLINE.sub("\n", _LABELLED_START.sub(r"\1\n", text)))
    for raw in text.split("\n"):
        stripped = raw.strip()
        bullet = _BULLET.match(stripped)
        marked = bullet and stripped[: bullet.end()].strip()[:1] in "•◦‣*-"
        content = stripped[bullet.end() :].strip() if bullet and marked else stripped
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
    if is_sentence(norm if len(text) <= 400 else text) or MARKED.search(text[-60:]):
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
