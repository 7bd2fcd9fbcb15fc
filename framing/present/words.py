"""The furniture of reports (buttons, headings, notes) in English and Japanese."""

from framing.wording import LANGUAGES, language, use

__all__ = ["LANGUAGES", "language", "use", "word"]

_WORDS: dict[str, tuple[str, str]] = {
    "caution": ("Caution", "注意"),
    "interval": ("95% interval", "95%区間"),
    "to": ("to", "から"),
    "filter": ("Filter rows", "行を絞り込む"),
    "find": ("Find a label", "ラベルを探す"),
    "csv": ("Download CSV", "CSVをダウンロード"),
    "previous": ("Previous page", "前のページ"),
    "next": ("Next page", "次のページ"),
    "status": ("Rows {from}–{to} of {n}", "{n}行中 {from}–{to}行"),
    "none_found": ("No row matches", "該当する行はない"),
    "cut_rows": (
        "The first {shown} of {n} rows are shown.",
        "全{n}行のうち最初の{shown}行を示す。",
    ),
    "files": ("Files:", "ファイル："),
    "columns": ("What the columns mean", "列の意味"),
    "details": ("Lines for {key}", "{key} の用例"),
    "show_details": ("Show lines for {key}", "{key} の用例を表示"),
    "cut_lines": ("{n} more lines are not shown.", "ほかに{n}行ある。"),
    "cut_text": ("({n} characters in all)", "（全{n}文字）"),
    "yes": ("yes", "はい"),
    "no": ("no", "いいえ"),
    "rows": ("Rows", "行"),
    "empty": ("No rows.", "該当なし。"),
    "points": ("The points and their values", "点と値の一覧"),
    "choose_point": (
        "Point at a mark, or use the arrow keys, to read it; press it for the lines behind it.",
        "点にカーソルを合わせるか矢印キーで値を表示し、押すと用例を表示します。",
    ),
    "choose_point_plain": (
        "Point at a mark, or use the arrow keys, to read it.",
        "点にカーソルを合わせるか、矢印キーで値を表示します。",
    ),
    "how_to_read": ("How to read this", "読み方"),
    "stamp": ("How this was made", "作成の記録"),
    "parameters": ("Parameters", "パラメータ"),
    "inputs": ("Inputs and their checksums", "入力とチェックサム"),
    "steps": ("Rows kept and dropped", "残した行と除いた行"),
    "step": ("step", "処理"),
    "n_rows": ("rows left", "残った行"),
    "n_dropped": ("rows dropped", "除いた行"),
    "reason": ("why", "理由"),
    "versions": ("Versions", "バージョン"),
    "seed": ("Seed", "乱数の種"),
    "made": ("Made", "作成日時"),
    "topics": ("Topics", "トピック"),
    "topic": ("Topic", "トピック"),
    "prevalence": ("share of all text", "全体に占める割合"),
    "stability": ("stability", "安定度"),
    "words": ("Words", "語"),
    "outlets": ("Outlets", "媒体"),
    "over_time": ("Over time", "推移"),
    "examples": ("Examples", "記事の例"),
    "relevance": (
        "Relevance weight λ: 1 ranks by probability in the topic, 0 by how peculiar the word is to it",
        "関連度の重み λ：1は確率順、0はそのトピックに特有な順",
    ),
    "rank_by": ("Rank by", "並べ方"),
    "by_relevance": ("relevance", "関連度"),
    "by_frex": ("FREX (frequent and exclusive)", "FREX（頻度と排他性）"),
    "probability": ("probability in the topic", "トピック内の確率"),
    "share": ("share", "割合"),
    "skip": ("Skip to the report", "本文へ"),
    "contents": ("Contents", "目次"),
    "show_code": ("Show code", "コードを表示"),
    "hide_code": ("Hide code", "コードを隠す"),
    "code": ("Code", "コード"),
    "dark": ("Dark", "暗い表示"),
    "light": ("Light", "明るい表示"),
    "print": ("Print or save as PDF", "印刷・PDF保存"),
    "study": ("Study", "研究"),
    "finding": ("Finding", "結果の要約"),
    "failed": ("This run failed.", "この実行は失敗した。"),
    "failed_cell": (
        "The error came from cell {n}; what stands after it was not run.",
        "セル{n}でエラーが起き、それより後は実行していない。",
    ),
    "traceback": ("The whole error", "エラーの全文"),
    "messages": ("Messages", "メッセージ"),
    "cite": ("Cite this report", "このレポートの引用"),
    "cite_text": (
        "“{title}” Study {study}. Report made with framing {version} on {made}.",
        "「{title}」研究 {study}。framing {version} により {made} に作成。",
    ),
    "all_runs": ("All reports", "レポート一覧"),
    "synthetic": (
        "Made-up data: nothing here is a finding about the press.",
        "合成データである。実際の報道についての結果ではない。",
    ),
    "ok": ("done", "完了"),
    "skipped": ("unchanged, not run again", "変更なし・再実行せず"),
    "refused": ("refused", "受け付けず"),
    "failed_status": ("failed", "失敗"),
    "seconds": ("{n} s", "{n}秒"),
    "finished": ("finished", "終了"),
    "runs": ("{n} reports", "レポート{n}件"),
    "one_run": ("1 report", "レポート1件"),
    "compare": ("The same question, several variants", "同じ問い、異なる設定"),
    "run": ("Run", "実行"),
    "status_word": ("Status", "状態"),
    "value": ("Value", "値"),
    "no_runs": ("No report has been made yet.", "レポートはまだない。"),
}  # fmt: skip


def word(key: str, /, **values: object) -> str:
    """A piece of furniture in the language in use; ``{name}`` in it is replaced by the values given."""
    found = _WORDS[key][LANGUAGES.index(language())]
    for name, value in values.items():
        found = found.replace("{" + name + "}", str(value))
    return found
