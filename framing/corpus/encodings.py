"""Encodings: a file's, and where files were put together in several, that of every line; none is guessed.

A line that fits no encoding, or two equally well, is kept as :data:`UNREAD`, its number and its bytes in hexadecimal,
so that the row it belongs to is rejected with a reason and no other row is touched.
"""

import codecs
import functools
import re

from framing import data

UNREAD = "\ue003"
"""Put around the number of a line that could not be read (a private character: no text has it)."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
         (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))  # fmt: skip
_PUT_TOGETHER = re.compile(rb"(?:(?<=\n\0)|(?<=\n))(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)")
_KANA = re.compile("[\u3041-\u30ff]")
_HALF = re.compile("[\uff66-\uff9f]")
_HALF_RUN = re.compile("[\uff66-\uff9f]+")
_RARE = re.compile("[\ue000-\uf8ff\u3131-\u318e\u0080-\u009f\u0400-\u04ff]")
_RARE_SIGN = re.compile("[\ue000-\uf8ff\u0080-\u009f]")
_PRINTED = re.compile(
    "[\t\r\n -~\u00a0-\u017f\u0370-\u045f\u2010-\u2027\u2030-\u203b\u20ac\u2103-\u2122\u2150-\u27bf\u3000-\u30ff"
    "\u3131-\u318e\u3200-\u33ff\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffee\U0001f300-\U0001faff]"
)
_ALL_PRINTED = re.compile(f"{_PRINTED.pattern}*")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_WORDS = re.compile("[!-~\u3001\u3002\u3041-\u30ff\uac00-\ud7a3]")  # bytes read two by two are kanji alone
_COMMON = frozenset(
    "이다는을를에의가은고하한지도로서기사시대자인일나어리정스부아해수과전들그있장상주제보원국여만라으면했적"
    "소구연성비경조공위무유오관방동안문것세신계들된선당할년생게되없우니까와며중거출명진금회요습마내간행"
)
"""Syllables that no Korean text is without; what is another language's, read as Korean, seldom shows one."""
_EUC_HALF = re.compile(rb"(?:\x8e[\xa1-\xdf]){4}")
"""Half-width kana of EUC-JP, which in CP932 are kanji of one and the same row."""
_WESTERN_SIGNS = "\xa0¡¢£¥§©ª«®°±²³´·º»¼½¾¿×÷–—‘’“”„‚…•€™"
_LATIN_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ]+")
_NO_WESTERN = re.compile(
    f"[^\\x00-\\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸ{_WESTERN_SIGNS}]|[a-zß-öø-ÿ][À-ÖØ-ÞŒŠŽŸ]|(?<=[A-Za-z])[•„‚¡¿¢£¥§©«»¼½¾][A-Za-z]"
)
_FAMILIES = (("cp932", "euc_jis_2004"), ("cp949",), ("cp1252",))
_CHINESE, _RUSSIAN = ("gb18030", "big5hkscs"), ("cp1251", "koi8_r")
_NAMES = {"euc_jis_2004": "euc-jp", "iso2022_jp_ext": "iso-2022-jp", "big5hkscs": "big5"}
_DECLARED = re.compile(
    rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^<>]{0,100}encoding=[\"']([\w-]+)", re.I
)
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_jp": "euc_jis_2004",
          "euc_kr": "cp949", "iso8859-1": "", "cp1252": "", "ascii": ""}  # fmt: skip
"""Python's name of a declared encoding → what browsers take it for; "" where it says nothing."""
_COLUMNS = {name for names in data.words("databases")["columns"].values() for name in names if not name.isascii()}
_COLUMNS |= {"日报", "晚报", "时报", "记者", "新华社", "人民", "中国", "日報", "晚報", "時報", "記者", "新聞", "中國"}
_FUNCTION_WORDS = re.compile("[的是在了有和这這个個们們他为為与與对對说說也就]")
_CYRILLIC, _SMALL = re.compile("[\u0400-\u045f]"), re.compile("[\u0430-\u045f]")
_LONGEST = 20_000
"""Bytes of a line of UTF-16 that is looked for among lines of another encoding."""
_PLAIN, _DOUBTFUL, _CLEAR, _COMMON_KANJI = 0.7, 0.5, 0.15, 0.9
"""Share of signs that a newspaper prints: in a line beyond doubt, in a doubtful one; how much the best must lead; the
share in a file of nearly nothing but kanji."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and its encoding, or its encodings in order of their lines (``utf-8, cp932``).

    In this order: byte order marks, in the middle of the file too; UTF-16 by its signs; UTF-8; the encoding that a page
    declares; then line by line UTF-8, ISO-2022-JP by its escapes, UTF-16 by its NUL bytes, and CP932, EUC-JP, CP949 or
    Windows-1252 by which gives the signs that a newspaper prints. A file without kana that charset-normalizer takes for
    GB18030, Big5, Windows-1251 or KOI8-R is read so where its commonest words are those of the language.
    """
    if text := _as_declared(data):
        return text
    marked = any(sign in data for sign, _ in _BOMS)
    starts = [0, *(found.start() for found in _PUT_TOGETHER.finditer(data) if found.start())] if marked else [0]
    parts = [_part(data[i:j]) for i, j in zip(starts, [*starts[1:], len(data)], strict=True)]
    names = dict.fromkeys(name for _, found in parts for name in found)
    text = "".join(text for text, _ in parts)
    if UNREAD in text:  # each part counted its own lines
        text = _renumbered(text)
    return text, ", ".join(names) or "utf-8"


def _as_declared(data: bytes) -> tuple[str, str] | None:
    """The text in the encoding that a page names, where it is no UTF-8 and makes sense in that one."""
    found = _DECLARED.search(data[:4000])
    if found is None or b"\0" in data[:4000] or _strict(data, "utf-8"):
        return None
    try:
        name = codecs.lookup((found[1] or found[2]).decode()).name
    except LookupError:
        return None
    name = _MEANT.get(name, name)
    text = _strict(data, name) if name and not name.startswith("utf") else ""
    foreign = [sign for sign in text if sign > "\x7f"]
    narrow = len(text) == len(data)  # any byte is a letter of such an encoding, so letters must be what they give
    if not text or narrow and sum(map(str.isalpha, foreign)) < 0.8 * len(foreign):
        return None
    return text, _NAMES.get(name, name)


def _renumbered(text: str) -> str:
    lines = text.split("\n")
    sign = re.compile(f"{UNREAD}\\d+{UNREAD}")
    return "\n".join(
        sign.sub(f"{UNREAD}{n}{UNREAD}", line) if UNREAD in line else line for n, line in enumerate(lines, 1)
    )


def _part(data: bytes) -> tuple[str, list[str]]:
    for sign, name in _BOMS:
        if data.startswith(sign):
            return _marked(data[len(sign) :], name)
    if b"\0" in data[:4000] and (name := _wide(data[:4000])):
        return _marked(data, name)
    if b"\x1b$" not in data and (b"\0" not in data or b"\n" not in data):
        try:
            return data.decode("utf-8").replace("\ufeff", ""), ["utf-8"]
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and error.start > 100 and error.reason == "unexpected end of data":
                return data[: error.start].decode("utf-8"), ["utf-8"]  # cut off within its last character
    return _by_line(data)


def _marked(data: bytes, name: str) -> tuple[str, list[str]]:
    """A part whose mark names its encoding; lines of UTF-16 may be followed by lines of another."""
    if name == "utf-8":
        return _part(data)
    if name.startswith("utf-32"):
        return data.decode(name, "ignore").replace("\ufeff", ""), [name]
    whole = _strict(data, name)
    if not data or whole and _ALL_PRINTED.fullmatch(whole):
        return whole.replace("\ufeff", ""), [name]
    return _mixed(data, name, _family(data, data[:100_000].decode(name, "ignore")))


def _mixed(data: bytes, name: str, family: tuple[str, ...]) -> tuple[str, list[str]]:
    """Lines of UTF-16 and of narrow encodings: in UTF-16 (``name``) a line is wide first, else narrow first."""
    out, names, at = [], [name], 0
    while at < len(data):
        text, found, at = _next_line(data, at, name, family, len(out) + 1)
        out.append(text)
        names.append(found)
    return "".join(out).replace("\ufeff", ""), [_NAMES.get(one, one) for one in dict.fromkeys(names) if one]


def _next_line(data: bytes, at: int, name: str, family: tuple[str, ...], n: int) -> tuple[str, str, int]:
    """A line from ``at`` on, its encoding, and where the next one begins."""
    end = data.find(b"\n", at) + 1 or len(data)
    narrow = b"\0" not in data[at:end]
    if name or not narrow or data.startswith(b"\0", end):
        for order in dict.fromkeys(filter(None, (name, "utf-16-le", "utf-16-be"))):
            stop = _wide_end(data, at, order)
            text = _strict(data[at:stop], order)  # empty where no line ends near
            if text and len(_PRINTED.findall(text)) >= 0.97 * len(text) and (_WORDS.search(text) or text == "\n"):
                return text, order, stop
    if not narrow and not name and (text := _strict(data[at:end], "utf-8")):
        return text, "utf-8", end  # NUL bytes in a text, which are taken out of it later
    if not narrow:
        end = max(end, _wide_end(data, at, name or "utf-16-le"))
        return _unread(data[at:end], n) + "\n", "", end
    line = data[at:end].removesuffix(b"\n")
    text, found = _line(line, family)
    return (_unread(line, n) if text is None else text) + "\n" * data.startswith(b"\n", end - 1), found, end


def _wide_end(data: bytes, at: int, name: str) -> int:
    """Where the line of UTF-16 that begins at ``at`` ends; ``at`` itself where it is longer than any line of a text."""
    newline, far = "\n".encode(name), at + _LONGEST
    found = data.find(newline, at, far)
    while found >= 0 and (found - at) % 2:
        found = data.find(newline, found + 1, far)
    return found + 2 if found >= 0 else len(data) if len(data) <= far else at


def _by_line(data: bytes) -> tuple[str, list[str]]:
    family = _family(data)
    if b"\0" in data:
        return _mixed(data, "", family)
    out, known = [], {}
    for n, line in enumerate(data.split(b"\n"), 1):
        if line not in known:
            known[line] = _line(line, family)
        text = known[line][0]
        out.append(_unread(line, n) if text is None else text)
    names = dict.fromkeys(_NAMES.get(name, name) for _, name in known.values() if name)
    return "\n".join(out).replace("\ufeff", ""), list(names)


def _strict(line: bytes, name: str) -> str:
    try:
        return line.decode(name)
    except UnicodeDecodeError:
        return ""


def _unread(line: bytes, n: int) -> str:
    """A line that could not be read: its ASCII, its other bytes in hexadecimal, its number behind the first of them."""
    text = line.rstrip(b"\n").decode("latin-1")
    made = re.sub("[^\t\r -~]+", lambda m: f"<{m[0].encode('latin-1').hex()}>", text)
    first = re.search("[^\t\r -~]+", text)
    at = 0 if first is None else first.start() + 2 * len(first[0]) + 2  # in the field that it is of
    return f"{made[:at]}{UNREAD}{n}{UNREAD}{made[at:]}"


def _family(data: bytes, context: str = "") -> tuple[str, ...]:
    """The older encodings that go with the language of the file, which most of its lines (or ``context``) are in."""
    bare = dict.fromkeys(line.removeprefix(b"\0") for line in data.split(b"\n"))  # the half of a wide line end
    foreign = [line for line in bare if not line.isascii() and b"\0" not in line]
    legacy = [line for line in foreign if not _strict(line, "utf-8")]
    if 2 * len(legacy) <= len(foreign):
        context += b"\n".join(foreign)[:200_000].decode("utf-8", "ignore")
    if _KANA.search(context):
        return _FAMILIES[0]
    if _HANGUL.search(context):
        return _FAMILIES[1]
    return _voted(legacy[:500])


def _voted(legacy: list[bytes]) -> tuple[str, ...]:
    """The encodings of lines that nothing but their own signs tells: kana, common hangul, Latin words, common kanji."""
    if named := _by_names(b"\n".join(legacy)):
        return named
    votes = dict.fromkeys(("cp932", "euc_jis_2004", "euc_kr"), 0.0)
    read = {name: [_strict(line, name) for line in legacy] for name in votes}
    for name in votes:
        votes[name] = sum(_own(text, name) for text in read[name])
    if not _is_korean("".join(read["euc_kr"])):
        votes["euc_kr"] = 0.0
    best = max(votes, key=votes.__getitem__)
    kana = sum(len(_KANA.findall(text)) for name in _FAMILIES[0] for text in read[name])
    if kana < 0.05 * sum(map(len, legacy)) and (other := _other(b"\n".join(legacy))):
        return other
    if votes[best] > 0.05 * len(legacy):
        return _FAMILIES[1] if best == "euc_kr" else _FAMILIES[0] if best == "cp932" else _FAMILIES[0][::-1]
    if 2 * sum(_is_western(_strict(line, "cp1252")) for line in legacy) >= len(legacy):
        return _FAMILIES[2]
    common = {name: all(read[name]) and _print("".join(read[name])) >= _COMMON_KANJI for name in votes}
    if votes["euc_jis_2004"] and common["euc_jis_2004"]:  # headlines, one of them with kana
        return _FAMILIES[0][::-1]
    half = any(_EUC_HALF.search(line) for line in legacy)
    return _FAMILIES[0] if common["cp932"] and not half else _FAMILIES[2]


def _by_names(data: bytes) -> tuple[str, ...]:
    """The encodings in which alone the lines name fields (``标题``) or newspapers (``日报``): no chance gives two."""
    families = {**dict.fromkeys(("cp932", "euc_jis_2004"), _FAMILIES[0]), "cp949": _FAMILIES[1]}
    families |= {name: (name,) for name in (*_CHINESE, *_RUSSIAN)} | {"euc_jis_2004": _FAMILIES[0][::-1]}
    texts = {name: _strict(data, name).casefold() for name in families}
    named = {name: sum(len(one) > 1 and one in text for one in _COLUMNS) for name, text in texts.items()}
    (best, n), (_, second), *_ = sorted(named.items(), key=lambda one: -one[1])
    return families[best] if n > 1 and second == 0 else ()


def _other(data: bytes) -> tuple[str, ...]:
    """Chinese or Russian by charset-normalizer, where the commonest words (the small letters) bear it out."""
    from charset_normalizer import from_bytes

    candidates = [*_CHINESE, *_RUSSIAN, "cp932", "euc_jis_2004", "cp949", "cp1252"]
    found = from_bytes(data, cp_isolation=candidates).best()
    name = found.encoding if found else ""
    text = data.decode(name, "ignore") if name in (*_CHINESE, *_RUSSIAN) else ""
    foreign = sum(sign > "\x7f" for sign in text)
    if name in _CHINESE and len(_FUNCTION_WORDS.findall(text)) >= max(2, 0.02 * foreign):
        return (name,)
    letters = len(_CYRILLIC.findall(text))
    return (name,) if letters >= max(4, 0.9 * foreign) and len(_SMALL.findall(text)) >= 0.7 * letters else ()


def _is_korean(text: str) -> bool:
    hangul = _HANGUL.findall(text)
    common = sum(sign in _COMMON for sign in hangul)
    return common > 1 and common >= 0.25 * len(hangul) and 2 * len(hangul) >= sum(c > "\x7f" for c in text)


def _is_western(text: str) -> bool:
    """Letters beyond ASCII stand within words of Latin letters, other signs where a newspaper puts them."""
    if not text or _NO_WESTERN.search(text):
        return False
    words = [(word, sum(c > "\x7f" for c in word)) for word in _LATIN_WORD.findall(text)]
    alone = sum(n for word, n in words if len(word) == 1)
    plain = sum(len(word) - n for word, n in words)
    return 2 * alone <= plain and all(3 * n <= 2 * len(word) for word, n in words if len(word) > 1)


def _own(text: str, name: str) -> float:
    """Share of kana (or hangul) among a line's signs beyond ASCII, less that of rare ones; never below 0."""
    foreign = sum(c > "\x7f" for c in text) or 1
    own = len((_HANGUL if name == "euc_kr" else _KANA).findall(text))
    if name == "cp932" and _is_half(text):  # read as CP932, EUC-JP is full of them too, but has better
        own += 0.3 * len(_HALF.findall(text))
    return max(0.0, (own - 2 * len(_RARE.findall(text))) / foreign)


def _is_half(text: str) -> bool:
    """Half-width kana of every row, in runs; letters of another alphabet, read so, are all of the later rows."""
    half = _HALF.findall(text)
    return len(half) >= 2 * len(_HALF_RUN.findall(text)) > 0 and 5 * sum(sign < "\uff80" for sign in half) >= len(half)


def _line(line: bytes, family: tuple[str, ...]) -> tuple[str | None, str]:
    """A line and its encoding: the one whose reading is most like print; none where two readings are alike."""
    if line.isascii() and b"\x1b$" not in line:
        return line.decode("ascii"), ""
    if b"\x1b$" in line:
        text = _strict(line, "iso2022_jp_ext")
        return (text, "iso2022_jp_ext") if text else (None, "")
    read = {name: text for name in ("utf-8", *family) if (text := _strict(line, name))}
    if "utf-8" in read and family == _FAMILIES[2]:  # two Latin readings: the one of several bytes is never chance
        return read["utf-8"], "utf-8"
    if "cp1252" in read and not _is_western(read["cp1252"]):
        del read["cp1252"]
    if "euc_jis_2004" in read and _EUC_HALF.search(line):
        return (read["euc_jis_2004"], "euc_jis_2004") if family[0] == "euc_jis_2004" else (None, "")
    if family[0] in (*_CHINESE, *_RUSSIAN):  # the whole file has borne it out
        name = next((name for name in read if "\ufffd" not in read[name] and not _RARE_SIGN.search(read[name])), "")
        return (read[name], name) if name else (None, "")
    if list(read) == [family[0]]:  # its own encoding, and no other fits
        text = read[family[0]]
        if family == _FAMILIES[1] and len(_HANGUL.findall(text)) > 4 and not _COMMON.intersection(text):
            return None, ""  # Chinese or Japanese, which hardly a byte of Korean rules out
        fits = family == _FAMILIES[2] or _print(text) >= _DOUBTFUL or (family[0] == "cp932" and _is_half(text))
        return (text, family[0]) if fits else (None, "")
    scores = sorted(((_print(text), name) for name, text in read.items()), reverse=True)
    if not scores:
        return None, ""
    best, name = scores[0]
    kana = bool(_KANA.search(read[name])) or name != "euc_jis_2004" or family[0] == name  # half-width kana look like it
    if len(scores) == 1:
        return (read[name], name) if best >= _DOUBTFUL and kana else (None, "")
    clear = best - scores[1][0] >= _CLEAR or read[scores[1][1]] == read[name]
    return (read[name], name) if best >= _PLAIN and clear and kana else (None, "")


def _print(text: str) -> float:
    """How many of a line's signs beyond ASCII a newspaper prints: kana, hangul, kanji, rules; half-width kana less."""
    foreign = [c for c in text if c > "\x7f"]
    return sum(map(_weight, foreign)) / max(len(foreign), 1)


@functools.cache
def _weight(sign: str) -> float:
    if (
        "\u2500" <= sign <= "\u257f"
        or "\u3000" <= sign <= "\u30ff"
        or "\uac00" <= sign <= "\ud7a3"
        or "\uff01" <= sign <= "\uff5e"
    ):
        return 1.0
    if "\u4e00" <= sign <= "\u9fff":
        code = sign.encode("euc_jp", "replace")
        return 1.0 if len(code) == 2 and code[0] < 0xD0 else 0.4  # level 1 of JIS X 0208
    return 0.1 if "\uff61" <= sign <= "\uff9f" else 0.0 if _RARE.match(sign) else 0.5


def _wide(sample: bytes) -> str:
    """UTF-16 without a mark: the byte order under which nearly every sign is one that a newspaper prints."""
    for name in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(name, "replace")
        if len(_PRINTED.findall(text)) > 0.95 * max(len(text), 1):
            return name
    return ""
