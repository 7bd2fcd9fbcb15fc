"""A formula is data: what it may say, and what is refused before anything is evaluated."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from framing import formulas, keyness, models, prominence, topics, trends
from framing.errors import FramingError, ParamError, TableError


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "x": rng.uniform(1, 5, 60), "y": rng.normal(size=60), "g": rng.choice(list("abc"), 60),
            "n words": rng.uniform(1, 2, 60), "媒体": rng.choice(["朝日", "読売"], 60), "it's": rng.normal(size=60),
            "year": rng.integers(2000, 2004, 60), "pi": 1.0,
        }
    )  # fmt: skip


REFUSED = {
    "files": [
        "np.savetxt('{0}', x)",
        "np.save('{0}', x)",
        "np.memmap('{0}', 'u1', 'w+', 0, 9)",
        "np.fromfile('{0}')",
        "x.to_csv('{0}')",
        "{{open('{0}', 'w')}}",
        "I(x.to_pickle('{0}'))",
    ],
    "code": [
        "quit()",
        "exit()",
        "np.test()",
        "I(__import__('os'))",
        "(lambda: x)()",
        "I(lambda: x)",
        "I(x)(x)",
        "x[0]",
        "I([i for i in x])",
        "{{x.sum()}}",
        "getattr(x, 'y')",
        "I(x).T",
        "`log`(x)",
        "`lambda` + x",
        "I(x := y)",
        "I(x if x else y)",
        "f'{{x}}'",
        "__class__",
        "C(contr.__class__)",
        "bs(*x)",
        "scale(x, **y)",
        "log(x, out=x)",
        "scale(x, _state=x)",
        "C(g, contr.custom([[1]]))",
        "C(g, np.eye(3))",
        "C(g, Treatment(open('{0}')))",
    ],
    "transforms": ["hashed(g, levels=5)", "lag(x)", "cc(x, df=3)", "Q('x')", "np.log(x)", "log10(x)", "standardize(x)"],
    "sizes": [
        "I(x**9**9**9)",
        "I(x**99)",
        "I(x * (9**9)**9)",
        "bs(x, df=1000000)",
        "cr(x, df=10**9)",
        "poly(x, 1000000)",
        "bs(x, 4, degree=99)",
        "I(g * 1000000)",
        "I('a' * 1000000)",
        "I(x * 1" + "0" * 400 + ")",
        "x ** 99999999",
        "(x + y + g + year) ** 10",
        "I(" * 90 + "x" + ")" * 90,
        "(" * 90 + "x" + ")" * 90,
        "I(" + "-" * 1900 + "x)",
        "+".join(["x"] * 900),
        "+".join(["x"] * 9000),
        "*".join("abcdefghijklmnopqrstuvwxyzABCD"),
    ],
    "grammar": [
        "y ~ x",
        "x | y",
        "[x ~ y]",
        "x; y",
        "x # y",
        "x @ y",
        "x\\",
        "'x'",
        "x +",
        "log()",
        "log(2)",
        "I(x, y)",
        ".",
    ],
}


@pytest.mark.parametrize("formula", [text for texts in REFUSED.values() for text in texts], ids=lambda t: t[:30])
def test_what_is_no_formula_is_refused_and_nothing_is_written(rows, formula, tmp_path):
    target = tmp_path / "written"
    with pytest.raises(ParamError, match="formula"):
        models.build(formula.replace("{0}", str(target)).replace("{{", "{").replace("}}", "}"), rows)
    assert not list(tmp_path.iterdir())


def test_names_that_are_no_columns_are_never_looked_up_elsewhere(rows):
    for name in ("np", "quit", "contr", "log", "Treatment"):
        with pytest.raises(TableError, match=rf"lacks the columns \['{name}'\]"):
            models.build(name, rows)


def test_the_refusal_lists_what_a_formula_may_hold(rows):
    with pytest.raises(ParamError) as refused:
        models.build("np.log(x)", rows)
    assert "write log(…)" in str(refused.value) and "np.…" not in str(refused.value)
    for name in formulas.TRANSFORMS:
        assert name in str(refused.value)


FAULTS = [
    ("C(g, Poly(scores=[1, 2]))", r"scores \[1, 2\] for 'g', which has 3 levels \('a', 'b', 'c'\); give one number"),
    ("C(g, contr.poly(scores=[1, 2, 2]))", "all different, in this order"),
    ("C(g, Treatment('z'))", "compares with 'z', which is no level of 'g'; there are 'a', 'b', 'c'"),
    ("C(g, contr.SAS(base='z'))", "compares with 'z', which is no level of 'g'"),
    ("C(`the year`, contr.treatment(base=1999))", "with 1999, which is no level of 'the year'; there are 2015"),
    ("C(g, levels=['a', 'b'])", "leaves out levels of the data: 'g' has 'c' too; list all"),
    ("C(x > 0, levels=[True])", "leaves out levels of the data; list all"),
    ("C(g, levels=['a', 'a', 'b', 'c'])", "a level twice in levels"),
    ("cr(x, df=2)", "df = 2; it is 3 at least, or 2 with constraints='center'"),
    ("cs(x, df=1, constraints='center')", "df = 1; it is 3 at least, or 2 with"),
    ("cr(x)", "neither df nor knots; give one"),
    ("cs(x, knots=[])", "neither df nor knots; give one"),
    ("bs(x, df=4, knots=[0.5])", "df and knots, of which each follows from the other"),
    ("bs(x, df=2)", "df = 2; of this degree it is 3 at least"),
    ("bs(x, df=3, include_intercept=True)", "df = 3; of this degree it is 4 at least"),
    ("bs(x, df=4, lower_bound=2, upper_bound=1)", "lower_bound that is not below its upper_bound"),
    ("bs(x, df=4, lower_bound=5)", r"has bs\(x, df=4, lower_bound=5\), which cannot be computed from these 30 rows: "
     "x has 30 different values from 0 to 29. Knots and bounds"),
    ("g + cr(x, knots=[99])", r"has cr\(x, knots=\[99\]\), which cannot be computed"),
    ("cr(`the year`, knots=[2030])", "the year has 3 different values from 2015 to 2017"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "said"), FAULTS, ids=lambda text: text[:30])
def test_options_that_do_not_fit_are_refused_in_our_own_words(formula, said):
    frame = pd.DataFrame({"x": np.arange(30.0), "g": list("abc") * 10, "the year": np.repeat([2015, 2016, 2017], 10)})
    with pytest.raises(ParamError, match=said) as refused:
        models.build(formula, frame)
    assert formula in str(refused.value)
    for theirs in ("Unable", "ValueError", "PolyContrasts", "Contrasts.base", "inhomogeneous", "Invalid value", "nan"):
        assert theirs not in str(refused.value)


def test_new_rows_that_a_formula_does_not_reach_are_refused_in_our_own_words():
    frame = pd.DataFrame({"x": np.arange(30.0), "g": list("abc") * 10})
    design = models.build("bs(x, df=4) + g", frame)
    with pytest.raises(
        TableError, match=r"bs\(x, df=4\), which cannot be computed from these 1 rows: x has 1 .* 99 to 99"
    ):
        design.rebuild(pd.DataFrame({"x": [99.0], "g": ["a"]}))
    with pytest.raises(TableError, match="a level the fit never saw: 'z'; leave its rows out"):
        design.rebuild(pd.DataFrame({"x": [9.0], "g": ["z"]}))


@pytest.mark.parametrize(
    "formula",
    [
        "cr(x, df=2, constraints='center')", "cs(x, df=3)", "cr(x, knots=[9])", "bs(x, df=3)", "bs(x, degree=0, df=1)",
        "bs(x, df=4, include_intercept=True)", "bs(x, df=4, upper_bound=9, extrapolation='clip')",
        "C(g, Poly(scores=[1, 2, 4]))", "C(x > 9, Treatment(True))", "C(g, Treatment('b'), levels=['c', 'b', 'a'])",
    ],
)  # fmt: skip
def test_the_least_options_are_taken(formula):
    frame = pd.DataFrame({"x": np.arange(30.0), "g": list("abc") * 10})
    assert np.isfinite(models.build(formula, frame, collinear="keep").matrix).all()


def test_an_interaction_of_many_factors_is_refused_by_its_columns(rows):
    wide = rows.assign(**{name: rows.index.astype(str) for name in "abc"})
    with pytest.raises(ParamError, match=r"up to 226,981 columns; a model has at most 2,000.*many levels"):
        models.build("a * b * c", wide)  # 60 levels each: 61³ with the intercept
    with pytest.raises(ParamError, match=r"x \*\* 2, the interaction of a column with itself; write I\(x \*\* 2\)"):
        models.build("x**2", rows)


@pytest.mark.parametrize(
    "formula",
    [
        "bs(x, df=5)",
        "bs(x, knots=[2, 3.5], degree=2)",
        "cr(x, df=4)",
        "C(g, Treatment('b'))",
        "C(g, Sum)",
        "C(year)",
        "x * g",
        "C(g, Helmert)",
        "C(g, levels=['c', 'b', 'a'])",
        "center(x) + y",
        "I(x ** 2 / (1 + y ** 2))",
        "(x + y + g) ** 2",
        "g / x",
        "0 + g + x:y",
    ],
)
def test_transforms_agree_with_patsy(rows, formula):
    peer = pytest.importorskip("patsy").dmatrix(formula, rows, return_type="dataframe")  # 1.0.3
    design = models.build(formula, rows, collinear="keep")
    np.testing.assert_allclose(design.matrix @ np.linalg.pinv(design.matrix), peer @ np.linalg.pinv(peer), atol=1e-8)
    np.testing.assert_allclose(design.rebuild(rows.iloc[:7]), design.matrix[:7], atol=1e-12)
    assert design.matrix.shape == peer.shape


@pytest.mark.parametrize(
    ("formula", "column"),
    [
        ("log(x)", lambda d: np.log(d["x"])),
        ("log1p(x)", lambda d: np.log1p(d["x"])),
        ("exp(-x)", lambda d: np.exp(-d["x"])),
        ("sqrt(`n words`)", lambda d: np.sqrt(d["n words"])),
        ("`n words`", lambda d: d["n words"]),
        ("`it's`", lambda d: d["it's"]),
        ("scale(x)", lambda d: (d["x"] - d["x"].mean()) / d["x"].std()),
        ("媒体", lambda d: d["媒体"] == "読売"),
        ("I(x > 3)", lambda d: d["x"] > 3),
        ("I(pi * x)", lambda d: d["x"]),
        ("x:y", lambda d: d["x"] * d["y"]),
    ],
)
def test_a_transform_is_the_one_it_is_named_after(rows, formula, column):
    design = models.build(formula, rows)
    np.testing.assert_allclose(design.matrix[:, 1], column(rows).astype(float), rtol=1e-12)


def test_a_polynomial_is_the_orthogonal_one(rows):
    found = models.build("poly(x, 3)", rows).matrix[:, 1:]
    q = np.linalg.qr(np.vander(rows["x"], 4, increasing=True))[0][:, 1:]
    np.testing.assert_allclose(np.abs(found), np.abs(q), atol=1e-9)
    raw = models.build("poly(x, degree=2, raw=True)", rows).matrix[:, 1:]
    np.testing.assert_allclose(raw, np.column_stack([rows["x"], rows["x"] ** 2]))


def test_pi_is_a_number_where_no_column_has_its_name(rows):
    design = models.build("sin(2 * pi * x / 12)", rows.drop(columns="pi"))
    np.testing.assert_allclose(design.matrix[:, 1], np.sin(2 * np.pi * rows["x"] / 12))


def test_every_function_that_takes_a_formula_refuses_code(rows, tmp_path):
    attack = f"np.savetxt('{tmp_path / 'written'}', x)"
    placed = rows.assign(page=1 + (rows["x"] > 3).astype(int))
    series = pd.DataFrame({"period": range(40), "value": np.arange(40.0) % 7, "x": 1.0})
    articles = pd.DataFrame({"article_id": list("abcd"), "outlet": list("xxyy"), "x": 1.0})
    counts = articles.assign(term="t", n=1)[["article_id", "outlet", "term", "n"]]
    record = topics.record.Topics(
        np.full((2, 2), 10.0), np.full((4, 2), 5.0), np.full(2, 0.1), np.asarray(0.05),
        pd.Index(list("abcd")), pd.Index(["t", "u"]), tuple("xy"),
    )  # fmt: skip
    calls = [
        lambda: prominence.fit(placed, "page", attack, family="ordinal"),
        lambda: prominence.fit(placed, "page", "x", family="ordinal", nominal=attack),
        lambda: trends.interrupted(series, 20, formula=attack),
        lambda: keyness.adjusted(counts, articles, attack),
        lambda: topics.effects(record, articles, attack),
        lambda: topics.shares(record, articles, "outlet", formula=attack),
    ]
    for call in calls:
        with pytest.raises(FramingError, match="savetxt"):
            call()
    assert not list(tmp_path.iterdir())


def test_framing_check_refuses_code_in_a_parameter_file(tmp_path):
    cell = 'study: str = ""\nformula: str = "x"  # right-hand side\ncurve: str = "x"  # another'
    notebook = {"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": cell}], "metadata": {}}
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "40_x.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "params" / "s").mkdir(parents=True)
    file = tmp_path / "params" / "s" / "40_x.yaml"
    from framing import batch

    for name in ("formula", "curve"):
        file.write_text(f"{name}: np.save('f', x)\n", encoding="utf-8")
        _, faults = batch.collect([file], tmp_path / "notebooks")
        assert len(faults) == 1 and "np.save(…), which is not one of the transforms" in faults[0]
    file.write_text("formula: outlet * cs(years, df=3, constraints='center')\n", encoding="utf-8")
    assert batch.collect([file], tmp_path / "notebooks")[1] == []


def test_reading_a_formula_loads_no_library():
    code = "import sys; from framing import formulas; formulas.check('a*b'); print('formulaic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_levels_of_whole_numbers_read_as_a_reader_writes_them_and_texts_as_they_are():
    table = pd.DataFrame({"year": [2016, 2017, 2018] * 4, "v": ["1.0", "2.0", "2", "1"] * 3, "one": 2016})
    design = models.build("v * C(year) + C(one)", table, collinear="keep")
    assert {"C(year)[T.2017]", "C(year)[T.2018]", "v[T.2]", "v[T.2.0]", "v[T.2.0]:C(year)[T.2018]"} <= {*design.names}
    assert design.terms["C(year)"] == ["C(year)[T.2017]", "C(year)[T.2018]"] and "(2016)" in str(design.notes[0])
    np.testing.assert_array_equal(design.rebuild(table), design.matrix)
    assert (
        models.build("C(year)", table.assign(year=pd.Categorical([2016.0, 2017, 2018] * 4))).names[2]
        == "C(year)[T.2018]"
    )
