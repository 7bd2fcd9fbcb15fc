"""Who wrote it: the author by the byline, the agency by its mark; a photo's credit is neither."""

import re
import unicodedata

from framing import data

AGENCIES: dict[str, str] = data.words("names")["agencies"]
"""An agency as it is printed (NFKC, capitals) and the one name it is given."""

_AGENCY = "|".join(sorted(map(re.escape, AGENCIES), key=len, reverse=True))
_OPEN, _CLOSE = r"[\[(【〔<]", r"[\])】〕>]"
_DATELINE = re.compile(
    rf"[\s ]{{0,3}}{_OPEN}\s?(?P<where>[^\[\]()【】〔〕]{{0,30}}?)[\s=・/、]{{0,2}}(?P<agency>{_AGENCY})\s?{_CLOSE}",
    re.I,
)
_AGENCY_FIRST = re.compile(
    r"[\s]{0,3}[【\[](?P<agency>新華社|朝鮮中央通信|聯合ニュース|共同|時事)[^【】\[\]]{0,24}[】\]]"
)
_PLAIN_DATELINE = re.compile(
    rf"[^\s。、()「」]{{1,12}}\s?[(]\s?(?P<agency>{_AGENCY})\s?[)]\s?[-―–—:]?", re.I
)  # "ソウル(AP) —"
_ALONE = re.compile(
    rf"(?:{_OPEN}|©|\(c\)|ⓒ|(?:配信|提供|情報提供|記事提供|source|出典)\s?[:/]|by\s)?\s?(?P<agency>{_AGENCY})"
    rf"(?:\s?配信|\s?提供|\s?/.{{0,60}}|\s?staff)?\s?{_CLOSE}?",
    re.I,
)
_AT_END = re.compile(
    rf"[。」』]\s?(?:{_OPEN}\s?(?:翻訳|編集)?[^\[\]()【】]{{0,24}}?(?P<agency>{_AGENCY})\s?{_CLOSE}"
    rf"|(?:=|\(c\)|©|ⓒ)\s?(?P<bare>{_AGENCY})(?:\s?/[^。]{{0,60}})?)$",
    re.I,
)
_OWN = re.compile(r"ロイター(?!通信)(?:が|の)?(?:取材|調査|入手|確認|に(?:対し)?(?:語|述べ|話|明らか|答え|コメント))")
_OWN_PHOTO = re.compile(r"写真は.{0,200}[((\[].{0,30}(?:20\d\d年)?.{0,4}(?:ロイター|REUTERS).{0,30}[))\]]$", re.I)

_KANJI = r"[一-龥々ヶ]"
_FULL = (
    rf"(?:{_KANJI}{{1,4}}[\s]{_KANJI}{{1,4}}|{_KANJI}{{1,4}}[\s]?[ぁ-ん]{{2,4}}|{_KANJI}{{1,3}}[\s]?[ァ-ヶー]{{2,6}}"
    rf"|{_KANJI}{{2,5}}|[ァ-ヶー]{{2,12}}(?:[・=\s][ァ-ヶー]{{1,12}}){{1,3}}"
    r"|[A-Z][A-Za-z.'-]{1,18}(?:\s[A-Z][A-Za-z.'-]{0,18}){1,3})"
)
_SPACED = (
    rf"(?:{_KANJI}{{1,4}}[\s][一-龥々ぁ-んァ-ヶー]{{1,5}}|[ァ-ヶー]{{2,12}}(?:[・=][ァ-ヶー]{{1,12}}){{1,3}}"
    r"|[A-Z][a-z'-]{1,18}(?:\s[A-Z][A-Za-z.'-]{0,18}){1,2})"
)
_ROLE = (
    r"(?:記者|編集委員|論説委員|特派員|支局長|総局長|編集長|編集部|ジャーナリスト|ライター|名誉教授|准教授|特任教授|客員教授|教授|"
    r"講師|研究員|主任研究員|上席研究員|研究者|作家|評論家|アナリスト|コラムニスト|エコノミスト|弁護士|医師|ノンフィクション作家|"
    r"キャスター|アナウンサー|フォトグラファー|政治学者|社会学者|経済学者|解説委員|専門委員|客員研究員|フェロー|"
    r"コンサルタント|ディレクター|プロデューサー|コメンテーター|リポーター)"
)
_ROLE_START = (
    r"(?:国際|経済|政治|軍事|科学|医療|フリー|元|在米|在韓|前|名誉|客員|主任|上席|特任|外交|朝鮮|韓国|中国|航空|スポーツ|"
    r"人事|株式会社)"
)
_LABELLED = re.compile(
    r"[\[(【<]?(?:取材|構成|執筆|記事執筆|文|著者?|筆者|ライター|記者|文責|記者名|text|words|by|written by|author"
    r"|聞き手(?=[・=:/]))"
    r"(?:[・と&/](?:取材|構成|執筆|文|撮影|編集|写真|text|photo)){0,3}\s?(?:[/:=]|(?<=聞き手)・|\bby\b)\s?"
    r"(?P<name>[^。/|]{2,40}?)[)>\]】]?",
    re.I,
)
_BY = re.compile(r"by\s(?P<name>[A-Z][A-Za-z.'-]{1,18}(?:\s[A-Z][A-Za-z.'-]{0,18}){1,3})", re.I)
_NAME_ROLE = re.compile(rf"(?P<name>{_SPACED})\s?[(/:|・,、\s]?\s?[^。]{{0,30}}{_ROLE}[^。]{{0,12}}")
_NAME_ROLE_TIGHT = (
    re.compile(  # 架空太郎国際ジャーナリスト: no blank, but a title from where the name ends to the end of the line
        rf"(?P<name>{_KANJI}{{2,5}}?|{_KANJI}{{1,3}}[ぁ-んァ-ヶー]{{2,4}}?)\s?[(/:|・,、\s]?\s?"
        rf"(?={_ROLE_START}|{_ROLE})[^。、はがをにで]{{0,26}}?{_ROLE}[)]?"
    )
)
_REPORTER = re.compile(rf"(?P<name>{_FULL})\s?(?:記者|特派員)(?:\s?[(].{{0,60}}[)])?")
_NAMES = re.compile(
    rf"{_KANJI}{{2,5}}(?:[\s]{_KANJI}{{1,3}})?(?:[、,・/]\s?{_KANJI}{{2,5}}(?:[\s]{_KANJI}{{1,3}})?){{1,4}}"
)
_NAME_AFFILIATION = re.compile(rf"(?P<name>{_FULL})\s?[(][^。()]{{0,30}}{_ROLE}[^。()]{{0,12}}[)]")
_NAME_BRACKET = re.compile(rf"(?P<name>{_FULL})\s?[(/]\s?[^。()]{{2,30}}[)]?")
_ROLE_NAME = re.compile(rf"[^。、\s]{{0,16}}{_ROLE}[\s:/・=]{{1,2}}(?P<name>{_FULL})")
_ROLE_NAME_TIGHT = re.compile(r"[^。、\s]{0,14}(?:特派員|支局長|総局長|編集委員|論説委員|記者)(?P<name>[一-龥々]{3,5})")
_PLACE_NAME = re.compile(
    rf"[\[(【]?(?P<where>[一-龥々ァ-ヶー]{{2,10}}(?:支局)?)\s?[=]\s?(?P<name>{_FULL})(?:\s?(?:記者|特派員))?[\])】]?"
)
_BYLINES = (
    _LABELLED, _BY, _REPORTER, _PLACE_NAME, _ROLE_NAME, _ROLE_NAME_TIGHT, _NAME_AFFILIATION, _NAME_ROLE,
    _NAME_ROLE_TIGHT,
)  # fmt: skip
_BRACKET_NAME = re.compile(
    r"[(【\[](?P<name>[一-龥々]{1,4}[\s]?[一-龥々ぁ-んァ-ヶー]{1,5})(?:記者|特派員|編集委員)?[)】\]]"
)
_END_NAME = re.compile(
    r"[。」』][\s]?[(【\[](?P<where>ソウル|北京|上海|ワシントン|ニューヨーク|モスクワ|ロンドン|パリ|台北|香港|平壌|瀋陽|ベルリン|ウィーン|バンコク|[ァ-ヶー]{3,8}|[一-龥]{2}・)?[\s・]?"
    r"(?P<name>[一-龥々]{1,4}[\s]?[一-龥々ぁ-んァ-ヶー]{1,4})(?:記者|特派員|編集委員)?[)】\]]$"
)
_OWN_DATELINE = re.compile(rf"[\[【(〔]\s?[^\[\]【】=・]{{1,20}}?\s?[=・]\s?(?P<name>{_FULL})(?:\s?記者)?\s?[\]】)〕]")
_OWN_DATELINE_TIGHT = re.compile(
    rf"【(?:[ァ-ヶー]{{2,10}}|北京|上海|台北|香港|平壌|瀋陽|釜山|済州|仁川)(?:\([^()]{{1,16}}\))?\s?(?P<name>{_KANJI}{{2,5}}|{_KANJI}{{1,4}}\s{_KANJI}{{1,4}})】"
)
_SIGNED = re.compile(rf"[。」』\s]?【(?P<name>{_FULL})\s?[/]\s?[^【】。]{{2,24}}】")
_NO_NAME = re.compile(
    r"(?:政治|経済|社会|国際|海外|世界|外交|安全保障|軍事|朝鮮半島|北朝鮮|韓国|中国|台湾|米国|日本|東京|大阪|ソウル|平壌|地政学|文化|芸能|生活|科学|環境|教育|医療|"
    r"地域|事件|事故|裁判|選挙|皇室|金融|市場|企業|産業|速報|特集|連載|社説|論説|解説|記事|写真|動画|一覧|総合|最新|ニュース|主張|天気|防災|健康|スポーツ|野球|"
    r"会員|限定|有料|無料|公開|更新|配信|新聞|通信|ページ|時間|編集部|取材班|翻訳|共同|時事|聯合|以下|続く|終わり|中略|前編|後編|全文|要旨|敬称略|当時|詳報|図解|印刷|保存|共有|反応|閉じる|拡大|縮小|登録|検索|表示|設定|再生|音声|文字|購読|紙面|朝刊|夕刊|見出し|画像|次へ|前へ|追加|著者|筆者|原文|入力|修正|編集|一部|抜粋|入賞|受賞|材料|詳細|こちら|参照|参考|引用|出典|訳注|写し)"
)
_CUT_ROLE = re.compile(rf"[\s(/:・,]{{0,3}}(?:{_ROLE_START}{{0,2}}{_ROLE}|[(].*).*$")


def normal(line: str) -> str:
    """NFKC and single blanks, for matching only; nothing past 400 characters."""
    return " ".join(unicodedata.normalize("NFKC", line[:400]).split())


def agency_alone(line: str) -> str | None:
    """The agency a line consists of: "AP", "[ロイター]", "(c)AFP/…", "配信:時事通信"."""
    line = normal(line)
    found = _ALONE.fullmatch(line) if len(line) <= 80 else None
    found = found or (_DATELINE.fullmatch(line) if len(line) <= 60 else None)
    return AGENCIES[found["agency"].upper()] if found else None


def agency_of(paragraphs: list[str], captions: list[str]) -> str | None:
    """The agency the body itself is marked with: a dateline, a mark at its end, or Reuters' own voice.

    Reuters writes ロイター of itself where others write ロイター通信; with a caption in its own form
    ("写真は…(2024年 ロイター)") that is its story even where the mark was cut off with the next page.
    """
    if not paragraphs:
        return None
    for paragraph in paragraphs[:3]:
        start = normal(paragraph[:120])
        found = _DATELINE.match(start) or _AGENCY_FIRST.match(start) or _PLAIN_DATELINE.match(start)
        if found:
            return AGENCIES[found["agency"].upper()]
    for paragraph in paragraphs[-2:]:
        found = _AT_END.search(normal(paragraph[-60:]))
        if found:
            return AGENCIES[(found["agency"] or found["bare"]).upper()]
    own_photo = any(_OWN_PHOTO.search(normal(caption[-300:])) for caption in captions)
    if own_photo and any(_OWN.search(paragraph[:5000]) for paragraph in paragraphs[:200]):
        return "ロイター"
    return None


def author_of_line(line: str, *, beside_date: bool = False) -> str | None:
    """The name in a byline; None where the line is none.

    ``beside_date``: the line stands next to the date, where a bare name in kanji is a byline.
    """
    line = normal(line).strip("・|/ ")
    if not 2 <= len(line) <= 60 or "。" in line or line.endswith(("?", "!", "...", "…")):
        return None
    for pattern in _BYLINES:
        found = pattern.fullmatch(line)
        if found and not (found.groupdict().get("where") and _NO_NAME.fullmatch(found["name"])):
            return _tidy(found["name"])
    found = _BRACKET_NAME.fullmatch(line)
    if found and len(found["name"]) > 2 and not _NO_NAME.search(found["name"]):
        return _tidy(found["name"])
    found = _NAME_BRACKET.fullmatch(line) if beside_date else None
    if found and not _NO_NAME.search(found["name"]):
        return _tidy(found["name"])
    if line.isascii() or _NO_NAME.search(line):
        return None
    if re.fullmatch(_SPACED, line) or (beside_date and (re.fullmatch(_FULL, line) or _NAMES.fullmatch(line))):
        return _tidy(line)
    return None


def author_of_body(paragraphs: list[str]) -> str | None:
    """The name in a newspaper's own dateline (【ソウル=山田太郎】) or at the end of its last paragraph."""
    if not paragraphs:
        return None
    start = normal(paragraphs[0][:80])
    for pattern in (_OWN_DATELINE, _OWN_DATELINE_TIGHT):
        opening = pattern.match(start)
        if opening and opening["name"].upper() not in AGENCIES and not _NO_NAME.search(opening["name"]):
            return _tidy(opening["name"])
    for paragraph in (paragraphs[0][:400], paragraphs[-1][-60:]):
        signed = _SIGNED.search(normal(paragraph))
        if signed and not _NO_NAME.search(signed["name"]):
            return _tidy(signed["name"])
    closing = _END_NAME.search(normal(paragraphs[-1][-40:]))
    if closing and not _NO_NAME.search(closing["name"]) and closing["name"].upper() not in AGENCIES:
        return _tidy(closing["name"])
    return None


def _tidy(name: str) -> str | None:
    cut = _CUT_ROLE.sub("", name).strip(" ・:/=|,、()[]【】")
    return cut if len(cut) >= 2 and cut.upper() not in AGENCIES else None
