"""Which outlet a page is of: by its address, by the end of its title, by its furniture."""

import re
import unicodedata
from urllib.parse import urlsplit

from framing.pages.credits import agency_alone

HOSTS = {
    "asahi.com": "朝日新聞", "yomiuri.co.jp": "読売新聞", "mainichi.jp": "毎日新聞", "sankei.com": "産経新聞",
    "nikkei.com": "日本経済新聞", "tokyo-np.co.jp": "東京新聞", "chunichi.co.jp": "中日新聞",
    "hokkaido-np.co.jp": "北海道新聞", "nishinippon.co.jp": "西日本新聞", "kyoto-np.co.jp": "京都新聞",
    "kobe-np.co.jp": "神戸新聞", "chugoku-np.co.jp": "中国新聞", "sanyonews.jp": "山陽新聞",
    "kahoku.news": "河北新報", "ryukyushimpo.jp": "琉球新報", "okinawatimes.co.jp": "沖縄タイムス",
    "jiji.com": "時事通信", "kyodo.co.jp": "共同通信", "nordot.app": "共同通信", "nhk.or.jp": "NHK",
    "nhk.jp": "NHK", "news.yahoo.co.jp": "Yahoo!ニュース", "yna.co.kr": "聯合ニュース",
    "newsweekjapan.jp": "ニューズウィーク日本版", "arabnews.jp": "Arab News Japan",
    "toyokeizai.net": "東洋経済オンライン", "huffingtonpost.jp": "ハフポスト", "president.jp": "PRESIDENT Online",
    "gendai.media": "現代ビジネス", "gendai.ismedia.jp": "現代ビジネス", "jbpress.ismedia.jp": "JBpress",
    "note.com": "note", "diamond.jp": "ダイヤモンド・オンライン", "bunshun.jp": "文春オンライン",
    "dailyshincho.jp": "デイリー新潮", "fsight.jp": "新潮社 Foresight", "cnn.co.jp": "CNN", "bbc.com": "BBC",
    "afpbb.com": "AFPBB News", "reuters.com": "ロイター", "bloomberg.co.jp": "ブルームバーグ",
    "japanese.joins.com": "中央日報", "japanese.joongang.co.kr": "中央日報", "chosunonline.com": "朝鮮日報",
    "donga.com": "東亜日報", "japan.hani.co.kr": "ハンギョレ", "dailynk.jp": "デイリーNKジャパン",
    "korea-np.co.jp": "朝鮮新報", "forbesjapan.com": "Forbes JAPAN", "businessinsider.jp": "BUSINESS INSIDER JAPAN",
    "courrier.jp": "クーリエ・ジャポン", "news.tbs.co.jp": "TBS NEWS", "newsdig.tbs.co.jp": "TBS NEWS DIG",
    "news.ntv.co.jp": "日テレNEWS", "news.tv-asahi.co.jp": "テレ朝news", "fnn.jp": "FNNプライムオンライン",
    "news.livedoor.com": "livedoor ニュース", "wedge.ismedia.jp": "WEDGE Infinity",
    "globe.asahi.com": "朝日新聞GLOBE+", "dot.asahi.com": "AERA dot.", "sputniknews.jp": "スプートニク日本",
    "recordchina.co.jp": "レコードチャイナ", "jp.news.cn": "新華社", "voi.id": "VOI", "mindan.org": "民団新聞",
    "tokyoheadline.com": "TOKYO HEADLINE", "agora-web.jp": "アゴラ",
}  # fmt: skip
"""Host (a subdomain belongs to it) and the outlet's name; the longest host that fits counts."""

_PRINTED = {
    "朝日新聞デジタル": "朝日新聞", "読売新聞オンライン": "読売新聞", "読売オンライン": "読売新聞",
    "YOMIURI ONLINE": "読売新聞", "毎日新聞デジタル": "毎日新聞", "毎日jp": "毎日新聞", "産経ニュース": "産経新聞",
    "産経新聞:産経ニュース": "産経新聞", "日経電子版": "日本経済新聞", "日経新聞": "日本経済新聞",
    "日本経済新聞 電子版": "日本経済新聞", "東京新聞 TOKYO Web": "東京新聞", "東京新聞デジタル": "東京新聞",
    "時事ドットコム": "時事通信", "時事ドットコムニュース": "時事通信", "JIJI.COM": "時事通信",
    "時事通信社": "時事通信", "共同通信社": "共同通信", "共同通信ニュース": "共同通信", "47NEWS": "共同通信",
    "NHKニュース": "NHK", "NHK NEWS WEB": "NHK", "NHK NEWS": "NHK",
    "Yahoo!ニュース個人": "Yahoo!ニュース", "Yahoo!ニュース エキスパート": "Yahoo!ニュース",
    "Yahoo!ニュース オリジナル": "Yahoo!ニュース", "エキスパート - Yahoo!ニュース": "Yahoo!ニュース",
    "ヤフーニュース": "Yahoo!ニュース", "個人 - Yahoo!ニュース": "Yahoo!ニュース",
    "聯合ニュース日本語版": "聯合ニュース", "Yonhap News Agency": "聯合ニュース",
    "ニューズウィーク日本版 オフィシャルサイト": "ニューズウィーク日本版",
    "ニューズウィーク日本版(Newsweek Japan)": "ニューズウィーク日本版", "Newsweek Japan": "ニューズウィーク日本版",
    "Newsweek日本版": "ニューズウィーク日本版", "ARAB NEWS": "Arab News Japan",
    "ARAB NEWS JAPAN": "Arab News Japan", "アラブニュース": "Arab News Japan",
    "アラブニュースジャパン": "Arab News Japan", "東洋経済": "東洋経済オンライン", "ハフポスト日本版": "ハフポスト",
    "ハフポスト NEWS": "ハフポスト", "ハフポスト WORLD": "ハフポスト", "HuffPost Japan": "ハフポスト",
    "プレジデントオンライン": "PRESIDENT Online", "PRESIDENT Online(プレジデントオンライン)": "PRESIDENT Online",
    "現代ビジネス[講談社]": "現代ビジネス", "現代ビジネス | 講談社": "現代ビジネス",
    "JBpress(ジェイビープレス)": "JBpress", "JBpress (ジェイビープレス)": "JBpress", "ジェイビープレス": "JBpress",
    "DIAMOND online": "ダイヤモンド・オンライン", "CNN.co.jp": "CNN", "BBCニュース": "BBC", "BBC NEWS JAPAN": "BBC",
    "AFPBBニュース": "AFPBB News", "AFPBB": "AFPBB News", "Reuters": "ロイター", "REUTERS": "ロイター",
    "Bloomberg": "ブルームバーグ", "中央日報日本語版": "中央日報", "中央日報 - 韓国の最新ニュース": "中央日報",
    "朝鮮日報日本語版": "朝鮮日報", "朝鮮日報オンライン": "朝鮮日報", "東亜日報日本語版": "東亜日報",
    "ハンギョレ新聞": "ハンギョレ", "ハンギョレ新聞日本語版": "ハンギョレ", "デイリーNK": "デイリーNKジャパン",
    "さんデジ": "山陽新聞", "山陽新聞デジタル": "山陽新聞", "文春オンライン編集部": "文春オンライン",
    "ライブドアニュース": "livedoor ニュース",
}  # fmt: skip
_LINES = {
    "日本語で読むアラビアのニュース": "Arab News Japan",
    "ニューズウィーク日本版別冊": "ニューズウィーク日本版",
    "ニューズウィーク日本版編集部": "ニューズウィーク日本版",
    "朝デジ": "朝日新聞",
}
_AGENCIES = ("ロイター", "ブルームバーグ", "CNN", "共同通信", "時事通信", "聯合ニュース", "新華社", "AFPBB News")
"""Outlets that sell their texts: their credits and rights stand on other outlets' pages."""
_BRACKET = re.compile(r"(.{6,200}?)\s?[((【\[]([^()()【】\[\]]{2,30})[))】\]]")
_RIGHTS = re.compile(r"(?:copyright|©|\(c\)|ⓒ|all rights? reserved|無断転載|著作権|ニュースサイト|運営)", re.I)
_GENRE = re.compile(
    r"(?:\s?[-|:/]?\s?(?:政治|経済|社会|国際|海外|世界|ワールド|ビジネス|スポーツ|コラム|オピニオン|ニュース|記事|朝鮮半島|中国|韓国|アジア|北朝鮮|エンタメ))+$"
)


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


_KNOWN = {_key(name): name for name in HOSTS.values()}
_KNOWN |= {_key(printed): name for printed, name in (_PRINTED | _LINES).items()}


def of_url(url: str | None) -> str | None:
    """The outlet a page's address belongs to; an unknown host is given as it is, without ``www.``."""
    if not url:
        return None
    try:
        host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".")
    except ValueError:  # an address that is none
        return None
    parts = host.split(".")
    for n in range(len(parts)):
        name = HOSTS.get(".".join(parts[n:]))
        if name:
            return name
    return host.removeprefix("www.") or None


def named(text: str) -> str | None:
    """The outlet a short text is the name of, if it is a known one."""
    return _KNOWN.get(_key(text)) if len(text) <= 60 else None


def masthead(text: str) -> bool:
    """Whether a short text is an outlet's name, or begins with one: 沖縄タイムス+プラス."""
    key = _key(text) if len(text) <= 40 else ""
    return key in _KNOWN or any(key.startswith(name) and len(key) <= len(name) + 5 for name in _KNOWN if len(name) > 2)


def split_title(line: str) -> tuple[str, str] | None:
    """Take "headline | outlet" apart; None where the end is no known outlet."""
    line = line[:300]
    parts = re.split(r"\s?[|｜]\s?|\s[-–—]\s|\s?[:：]\s?(?=[^:：]{2,24}$)|\s[-–—](?=[^-–—\s])", line)
    for n in range(1, len(parts)):
        name = named(" ".join(parts[n:])) or named(parts[n]) or named(_GENRE.sub("", parts[n]))
        if name and len(parts[0]) >= 4 and named(parts[0]) is None:
            head = line[: line.find(parts[n], len(parts[0]))].rstrip(" |｜-–—:：")
            head = re.sub(r"\s?[|｜]\s?[^|｜]{1,12}$", "", head).strip()  # a section between the two
            bracket = _BRACKET.fullmatch(head)
            inner = named(bracket[2]) if bracket else None
            return (bracket[1], inner) if bracket and inner else (head, name)
    return None


def of_lines(lines: list[str], end: int | None = None) -> str | None:
    """The outlet that a page's furniture names: a masthead, a title's end, a line of rights.

    ``end`` is where the body ends (by default with the last line). A name that stands alone below it counts if it is
    the only one there, since side columns and lists of links name other outlets.
    """
    end = len(lines) if end is None else end
    first = next(filter(None, lines), "")
    for line in lines[: min(40, end)]:
        title = split_title(line)
        known = (named(line) if line is first else _standing_alone(line)) or (title[1] if title else None)
        if known:
            return known
    below = {known for line in lines[end:] if (known := _standing_alone(line))}
    known = next(filter(None, map(_standing_alone, lines[:end])), None) or (below.pop() if len(below) == 1 else None)
    if known:
        return known
    for line in lines:
        if len(line) <= 200 and _RIGHTS.search(line):
            key = _key(line)
            for printed, name in _KNOWN.items():
                if len(printed) > 3 and printed in key and name not in _AGENCIES:
                    return name
    return None


def _standing_alone(line: str) -> str | None:
    """The outlet that a line below the first names; there an agency's name is a credit, and ``note`` a button."""
    known = named(line) if line else None
    return None if known == "note" or (known in _AGENCIES and agency_alone(line)) else known
