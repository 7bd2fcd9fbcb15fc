"""What to do about each check, in one line; by check, language and state."""

_UNKNOWN = {"en": "Could not be checked; see the note.", "ja": "確認できなかった。備考を参照。"}


def _say(en_fine, en_care, ja_fine, ja_care):
    return {
        "en": {"fine": en_fine, "care": en_care, "unknown": _UNKNOWN["en"]},
        "ja": {"fine": ja_fine, "care": ja_care, "unknown": _UNKNOWN["ja"]},
    }


_PARALLEL = _say(
    "One slope for all pages is compatible with the data.",
    "The slope differs between pages: free this term (nominal=…) or read the front model beside it.",
    "全ての面に共通の傾きで矛盾しない。",
    "傾きが面によって異なる。その項を解放する(nominal=…)か、一面モデルを併せて読む。",
)
ADVICE = {
    "proportional odds (Brant)": _PARALLEL,
    "proportional odds (LR)": _PARALLEL,
    "over-dispersion": _say(
        "The variance is what the model says.",
        "More variance than the model says: use negbin or quasipoisson, or robust errors.",
        "分散はモデルどおり。",
        "分散がモデルより大きい。負の二項、準ポアソン、または頑健な標準誤差を使う。",
    ),
    "negbin against Poisson": _say(
        "The negative binomial fits better than the Poisson.",
        "The negative binomial fits no better than the Poisson: the simpler model will do.",
        "負の二項はポアソンより当てはまる。",
        "負の二項はポアソンより良くない。より単純なモデルで足りる。",
    ),
    "zero inflation": _say(
        "As many zeros as the model expects.",
        "More or fewer zeros than expected: look at which days are empty before trusting the rates.",
        "ゼロの数は期待どおり。",
        "ゼロの数が期待と違う。率を信じる前に、空の日がどれかを見る。",
    ),
    "autocorrelation": _say(
        "Neighbouring rows are not alike beyond the model, or the errors allow for it.",
        "Neighbouring rows are alike: use covariance='NW' or clusters, or the intervals are too narrow.",
        "隣り合う行の残差に相関はないか、標準誤差が考慮している。",
        "隣り合う行の残差が似ている。covariance='NW' かクラスターを使わないと区間が狭すぎる。",
    ),
    "separation": _say(
        "No term foretells the outcome without error.",
        "A term foretells the outcome without error: the plain logit has no estimate; Firth's penalty and profile "
        "intervals are used, which lean on the penalty.",
        "結果を完全に予言する項はない。",
        "結果を完全に予言する項がある。通常のロジットは推定できず、Firth の罰則とプロファイル区間を使った。",
    ),
    "events per slope": _say(
        "At least ten of the rarer outcome a slope.",
        "Fewer than ten of the rarer outcome a slope: use fewer terms, and read intervals, not estimates.",
        "傾き1つあたり、少ない方の結果が10件以上ある。",
        "傾き1つあたり、少ない方の結果が10件未満。項を減らし、推定値でなく区間を読む。",
    ),
    "clusters": _say(
        "Enough clusters for the errors used.",
        "Few clusters: use covariance='CR2' or 'wild', and no more terms than clusters.",
        "クラスターの数は標準誤差に十分。",
        "クラスターが少ない。covariance='CR2' か 'wild' を使い、項の数をクラスターより少なくする。",
    ),
    "influence": _say(
        "No single cluster moves a slope by a standard error.",
        "One cluster moves a slope by more than a standard error: show the result without it as well.",
        "1つのクラスターで傾きが標準誤差以上動くことはない。",
        "1つのクラスターで傾きが標準誤差以上動く。それを除いた結果も示す。",
    ),
    "missing outcome": _say(
        "Few rows have no outcome.",
        "Rows without the outcome could change the answer: show bounds() beside it.",
        "結果の欠けた行は少ない。",
        "結果の欠けた行が答えを変えうる。bounds() を併せて示す。",
    ),
}
"""check → language → ``fine``, ``care`` or ``unknown`` → one line."""
