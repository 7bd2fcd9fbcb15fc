"""Parameter files are refused before anything starts, with one list of every fault."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import papermill.iorw
import pytest
import toy
import yaml
from hypothesis import given
from hypothesis import strategies as st

from framing import batch, datasets, lexicon, multiverse, study, tokens
from framing.batch import parameters, plan
from framing.batch.prepared import COMPUTED
from framing.errors import ParamError


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    return tmp_path


@pytest.fixture
def write(project):
    def write(text: str, name: str = "10_fine.yaml"):
        path = project / "params" / "toy" / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path) -> list[str]:
    return plan.collect([path])[1]


def test_the_parameters_cell_is_read_with_types_help_and_choices(project):
    known = parameters.of_notebook(project / "notebooks" / "10_fine.ipynb")
    assert list(known) == ["study", "n", "share", "since", "mode", "words", "nested", "corpus_path"]
    assert known["mode"].choices == ("x", "y")
    assert known["n"].type == "int" and known["n"].default == 3 and known["n"].help == "how many, numbers"
    assert known["corpus_path"].is_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m: 1", "has no parameter 'm'"),
        ("sinse: x", "did you mean 'since'?"),
        ("n: '5'", "'n' must be int, not str '5'"),
        ("n: true", "'n' must be int, not bool"),
        ("since: 2015", "(put it in quotes)"),
        ("mode: z", "'mode' is one of ['x', 'y'], not 'z'"),
        ("corpus_path: not/there.csv", "which is not there"),
        ("'x=1;import os': 1", "has no parameter 'x=1;import os'"),
        ("class: 1", "has no parameter 'class'"),
        ("1: 1", "has no parameter '1'"),
        ("study: ../elsewhere", "a study's name is letters"),
        ("n: 1\nn: 2", "['n'] stands more than once"),
        ("n: [1", "line "),
        ("- n", "must hold 'name: value' lines, not a list"),
        ("n: !!python/object/apply:os.system ['true']", "not valid YAML"),
        ("words: [!!binary aGk=]", "holds a bytes"),
        ("grid: {n: 5}", "'grid' must give a list"),
        ("n: 1\ngrid: {n: [1, 2]}", "both in 'grid' and beside it"),
        ("grid: {n: [1, 1]}", "two variants of the grid have the same name"),
        ("grid: {n: [1, 2], m: [1]}", "has no parameter 'm'"),
    ],
)
def test_a_fault_is_named(write, text, said):
    found = faults_of(write(text))
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize(
    ("kind", "choices", "said"),
    [
        ("placement", {"implied": {"x": {"confidence": ["implied"]}}}, "A bare column is refused"),
        ("placement", {"implied": {"x": {"before": "2020"}}}, "before is now until"),
        ("placement", {"copies": ["in", "out"]}, "must map its options to rows"),
        ("placement", {"model": ["probit"]}, "'probit'; there are"),
        ("placement", {"time": ["since noon"]}, "'since 2019'"),
        ("word", {"subject": {"x": {"is_nkor": [1]}}}, "A bare column is refused"),
        ("word", {"rate": ["words"]}, "'words'; there are"),
        ("word", None, "'model' must map its options to rows"),  # the choices of the notebook are those of a placement
        ("topic", {"subject": {"x": ["is_nkor"]}}, "say which rows with keep"),
        ("topic", {"start": []}, "must have options"),
        ("topic", {}, "at least one name"),
    ],
)
def test_check_refuses_the_choices_that_a_run_refuses_in_the_same_words(root, kind, choices, said):
    notebook = root / "notebooks" / "90_multiverse.ipynb"
    known = parameters.of_notebook(notebook)
    values = {"kind": kind} | ({} if choices is None else {"choices": choices})
    found = parameters.faults(values, known, Path("f.yaml"), notebook, root)
    made = known["choices"].default if choices is None else choices
    run = {"word": multiverse.words.contrast, "topic": multiverse.subjects.subject}.get(kind)
    with pytest.raises(ParamError) as refused:
        run("none", ["a"], "A", "B", made) if run else multiverse.placed.placements(pd.DataFrame(), made)
    assert found == [f"f.yaml: 'choices': {refused.value}"] and said in found[0]


def test_check_takes_every_multiverse_that_ships(root):
    notebook = root / "notebooks" / "90_multiverse.ipynb"
    files = sorted((root / "params").rglob("90_multiverse*.yaml"))
    known = parameters.of_notebook(notebook)
    assert len(files) > 3
    assert not [
        fault for file in files for fault in parameters.faults(parameters.read(file), known, file, notebook, root)
    ]


def test_all_faults_of_all_files_come_in_one_list(write, project):
    write("m: 1\nn: x")
    write("mode: q", "10_fine.second.yaml")
    write("", "77_no_such_notebook.yaml")
    found = plan.collect([project / "params" / "toy", project / "params" / "nowhere"])[1]
    assert len(found) == 5
    assert any("no notebook 77_no_such_notebook.ipynb" in fault for fault in found)


def test_a_grid_gives_a_run_a_combination_named_by_what_varies(write):
    runs, faults = plan.collect([write("grid:\n  n: [1, 2]\n  mode: [x, y]\n  share: [0.1]")])
    assert not faults
    assert [run.name for run in runs] == [f"10_fine.n-{n},mode-{m}" for n in (1, 2) for m in "xy"]
    assert {run.values["share"] for run in runs} == {0.1}


def test_values_of_a_grid_become_safe_names(write, project):
    runs, faults = plan.collect([write("grid: {words: [['../../etc'], ['朝日/新聞'], ['2015-01-01'], ['']]}")])
    assert not faults and len(runs) == 4
    names = [run.name.removeprefix("10_fine.") for run in runs]
    for name in [*names, *map(parameters.slug, ("../../etc", "朝日/新聞", "2015-01-01", ""))]:
        assert name and "/" not in name and ".." not in name


def test_the_reader_gives_what_papermills_reader_gives(write):
    text = "a: 2015-01-01\nb: 2015-01-01 10:00:00\nc: yes\nd: 1e3\ne: .nan\nf: {g: [1, 2.5, null]}\nh: 0o7\ni: 朝日"
    assert repr(parameters.read(write(text))) == repr(yaml.load(text, Loader=papermill.iorw.NoDatesSafeLoader))


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_a_param_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "file.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        assert isinstance(parameters.read(path), dict)
    except ParamError as error:
        assert str(path) in str(error)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.text()), st.dictionaries(st.text(), st.text())))
def test_any_value_becomes_a_safe_part_of_a_file_name(value):
    name = parameters.slug(value)
    assert name and len(name.encode()) < 250
    assert not set(name) & set('/\\:*?"<>|\n\0 ') and not name.startswith(".")


def test_the_study_is_the_folder_unless_told(write):
    (run,), _ = plan.collect([write("n: 1")])
    assert run.study == "toy" and run.values["study"] == "toy"


def test_two_files_that_would_write_the_same_report_are_refused(write, project):
    (project / "params" / "other").mkdir()
    (project / "params" / "other" / "10_fine.yaml").write_text("study: toy")
    found = plan.collect([project / "params" / "toy", project / "params" / "other"])[1]
    assert len(found) == 1 and "would write the same toy/10_fine" in found[0]


@pytest.mark.parametrize("command", ["status", "list"])
def test_one_bad_file_does_not_hide_the_others_of_its_folder(command, write, project, framing):
    write("sinse: x", "10_fine.bad.yaml")
    write("grid: {n: [1, '2']}", "10_fine.half.yaml")
    write("study: ../elsewhere", "10_fine.away.yaml")
    done = framing(command, "params/toy", cwd=project)
    assert done.returncode == 2 and done.stderr.count("refused: ") == 3 and "did you mean 'since'?" in done.stderr
    shown = done.stdout.splitlines()
    assert len(shown) == 2 and "toy/10_fine " in shown[0] + shown[1] and "toy/10_fine.half.n-1 " in shown[0] + shown[1]
    told = json.loads(framing(command, "params/toy", "--json", cwd=project).stdout)
    assert len(told["runs"]) == 2 and len(told["faults"]) == 3


def test_of_two_files_that_would_write_the_same_report_neither_is_shown(write, project, framing):
    write("n: 1", "10_fine.json.yaml")
    write("n: 2", "10_fine.JSON.yaml")
    done = framing("status", "params/toy", cwd=project)
    assert done.returncode == 2 and "would write the same" in done.stderr and len(done.stdout.splitlines()) == 1


def test_the_choices_end_at_a_semicolon_and_the_default_is_one_of_them(tmp_path):
    toy.notebook(tmp_path / "x.ipynb", [], 'mode: str = ""  # what is done, one of: a, b; empty takes the first')
    known = parameters.of_notebook(tmp_path / "x.ipynb")
    assert known["mode"].choices == ("a", "b")
    said = [parameters.faults({"mode": value}, known, tmp_path, tmp_path, tmp_path) for value in ("", "b", "c")]
    assert [len(faults) for faults in said] == [0, 0, 1]


@pytest.mark.parametrize(
    ("cell", "said"),
    [("n = open('x')", "not a plain value"), ("import os", "is not 'name: type = value'"), ("n = (", "is not Python")],
)
def test_a_parameters_cell_that_is_more_than_parameters_is_refused(tmp_path, cell, said):
    toy.notebook(tmp_path / "x.ipynb", [], cell)
    with pytest.raises(ParamError, match=said):
        parameters.of_notebook(tmp_path / "x.ipynb")


def test_a_file_that_the_notebook_begins_need_not_be_there(root, tmp_path):
    """20_topics writes the labels of its topics to a file that a person then edits."""
    file = tmp_path / "20_topics.yaml"
    file.write_text("study: sample\nlabels_path: labels/of-topics.yaml\n", encoding="utf-8")
    assert plan.collect([file], root / "notebooks")[1] == []
    file.write_text("study: sample\nlabels_pathh: x\n", encoding="utf-8")
    assert plan.collect([file], root / "notebooks")[1] != []


def with_metadata(path, help_text: str, **metadata):
    toy.notebook(path, ["print(labels_path)"], f'study: str = "toy"  # study\nlabels_path: str = ""  # {help_text}\n')
    made = nbformat.read(path, as_version=4)
    made.cells[1].metadata.update(metadata)
    nbformat.write(made, path)


def test_whether_a_file_may_be_new_stands_in_the_metadata_and_not_in_the_words_of_a_comment(project, write):
    notebook = project / "notebooks" / "20_labels.ipynb"
    file = write("labels_path: labels/of-topics.yaml\n", "20_labels.yaml")
    with_metadata(notebook, "トピックの名前のYAMLファイル", new_files=["labels_path"])
    assert faults_of(file) == []
    parameters.of_notebook.cache_clear()
    with_metadata(notebook, "labels, begun where it is not there; empty for none")
    assert len(faults_of(file)) == 1 and "which is not there" in faults_of(file)[0]
    parameters.of_notebook.cache_clear()
    with_metadata(notebook, "labels", new_files=["label_path"])
    assert "new_files of the parameters cell names ['label_path']" in faults_of(file)[0]


def test_a_public_name_of_batch_is_the_same_each_time_it_is_asked_for():
    """``batch.scaffold`` and ``batch.rebuild`` were modules the second time, since these had their names."""
    for name in dir(batch):
        assert getattr(batch, name) is getattr(batch, name), name
        assert callable(getattr(batch, name))


@pytest.mark.parametrize(
    ("notebook", "text", "said"),
    [
        ("00_corpus", "n_articles: -5", "'n_articles' is from 1 to 1000000, not -5"),
        ("00_corpus", "n_articles: 0", "'n_articles' is from 1 to 1000000, not 0"),
        ("00_corpus", f"n_articles: {'9' * 400}", "'n_articles' holds a number of 400 digits"),
        ("00_corpus", "similarity: .nan", "'similarity' holds nan, which is no finite number"),
        ("00_corpus", "similarity: .inf", "'similarity' holds inf, which is no finite number"),
        ("00_corpus", "similarity: 0.0", "'similarity' is above 0 to 1, not 0.0"),
        ("20_topics", "n_topics: 0", "'n_topics' is from 2 to 1000, not 0"),
        ("20_topics", "grid: {n_topics: [1]}", "'n_topics' is from 2 to 1000, not 1"),
        ("20_topics", "level: 95", "'level' is between 0.5 and 0.9999, not 95"),
        ("21_topic_choice", "numbers: [5, 1]", "'numbers' is from 2 to 1000, not 1"),
        ("21_topic_choice", "numbers: [five]", "'numbers' is a list of int, not of str 'five'"),
        ("10_keyness", "words: [2015]", "'words' is a list of str, not of int 2015 (put it in quotes: '2015')"),
        ("10_keyness", "words: [true]", "(put it in quotes: 'true')"),
        ("10_keyness", "words: [no, yes]", "no is read as false; put it in quotes, 'no', or write false"),
        ("10_keyness", "words: [0123]", "0123 is read as 83; put it in quotes, '0123'"),
        ("10_keyness", "target: 010", "010 is read as 8; put it in quotes, '010'"),
        ("10_keyness", "target: 1:30", "1:30 is read as 90; put it in quotes, '1:30'"),
        ("10_keyness", "keep: {section: [off]}", "off is read as false"),
        ("10_keyness", "target: no", "must be str, not bool False (put it in quotes, as in 'no')"),
        ("12_contexts", r'query: "\ud800"', r"holds half a surrogate, '\ud800'"),
        ("10_keyness", r'keep: {"\udfff": [1]}', r"holds half a surrogate, '\udfff'"),
        ("10_keyness", "words: &a [*a]", "an alias (*) is not read; write the value out"),
        ("10_keyness", f"keep: {'[' * 20_000}", "nested too deeply"),
        (
            "10_keyness",
            "study: index.html",
            "a study's name has at most 100 bytes and is none of ['index.html', 'runs.",
        ),
        ("10_keyness", "study: RUNS.jsonl", "a study's name has at most 100 bytes"),
        ("10_keyness", f"study: {'新' * 100}", "a study's name has at most 100 bytes"),
        ("00_corpus", f"path: {'a' * 5_000}", "which is not there"),
        ("00_corpus", 'path: "a\\0b"', "which is not there"),
        ("00_corpus", "path: ~nobody_of_this_name/a", "which is not there"),
    ],
)
def test_check_refuses_what_no_notebook_that_ships_can_take(root, tmp_path, notebook, text, said):
    file = tmp_path / f"{notebook}.yaml"
    file.write_text(text, encoding="utf-8")
    runs, found = plan.collect([file], root / "notebooks")
    assert runs == [] and len(found) == 1 and said in found[0], found


def test_true_and_false_may_be_said_by_yes_and_no_where_they_are_meant(root, tmp_path):
    (tmp_path / "10_keyness.yaml").write_text("pairs: yes\nwords: ['no', '0123', 制裁]\nsmallest_effect: 1\n")
    (run,), found = plan.collect([tmp_path / "10_keyness.yaml"], root / "notebooks")
    assert not found and run.values["pairs"] is True and run.values["words"] == ["no", "0123", "制裁"]


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[1].glob("notebooks/*.ipynb")), ids=lambda path: path.stem
)
def test_every_parameter_has_a_type_and_every_number_a_range_that_holds_its_default(path):
    for name, parameter in parameters.of_notebook(path).items():
        assert parameter.type in parameters.TYPES, name
        assert parameter.type != "list" or parameter.items in parameters.TYPES, name
        if {parameter.type, parameter.items} & {"int", "float"}:
            default = parameter.default if isinstance(parameter.default, list) else [parameter.default]
            assert all(value in parameter.range for value in default), name
            assert parameter.range.high < 2**33 and 10**400 not in parameter.range, name


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("number, from 1", (1, float("inf"), False)),
        ("from 1 to 9; others wait", (1, 9, False)),
        ("a share, above 0 to 1", (0, 1, True)),
        ("a level; between -0.5 and 0.5", (-0.5, 0.5, False)),
        ("years, counted from 1990 on", None),
        ("pages, not from 1 of the paper", None),
    ],
)
def test_a_range_stands_between_commas_or_semicolons(comment, expected):
    found = parameters._range(comment)
    assert (found and (found.low, found.high, found.open)) == expected


def test_thirty_thousand_names_are_one_fault_and_a_thousand_a_short_list(write):
    (found,) = faults_of(write("\n".join(f"name{i}: {i}" for i in range(30_000))))
    assert "more than 20000 names and values" in found
    found = faults_of(write("\n".join(f"name{i}: {i}" for i in range(1_000))))
    assert len(found) == 21 and "980 more names are no parameters of 10_fine.ipynb" in found[-1]


def test_a_file_larger_than_parameters_are_is_not_read(write):
    (found,) = faults_of(write("words: '" + "a" * 2**22 + "'"))
    assert "bytes; parameters have 4,194,304 at most" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("since: 2012-13-45", "'since'"),
        ("until: '9999999-01-01'", "'until'"),
        ("since: 2012-02-01\nuntil: 2012-01", "no day lies between them"),
        ("keep: {section: [[a]]}", "maps a column to its values"),
        ("drop: {section: {a: b}}", "maps a column to its values"),
        ("keep: {section: []}", "maps a column to its values"),
        ("keep: {1: [a]}", "maps a column to its values"),
    ],
)
def test_what_only_a_run_would_refuse_is_refused_before_it(root, tmp_path, text, said):
    (tmp_path / "12_contexts.yaml").write_text(f"study: s\n{text}", encoding="utf-8")
    runs, (fault,) = plan.collect([tmp_path / "12_contexts.yaml"], root / "notebooks", tmp_path / "outputs")
    assert not runs and said in fault


@pytest.mark.parametrize(
    ("notebook", "text", "said"),
    [
        ("12_contexts", "match: regex\nquery: (", "'query': '(' is not a regular expression: missing )"),
        ("12_contexts", "match: regex\nquery: a{1000000}", "'query': 'a{1000000}' is too large"),
        ("12_contexts", "match: phrase\nquery: a  b", "'query': 'a  b' is no word"),
        ("12_contexts", "match: lemma\nquery: ''", "'query': '' is no word"),
        ("10_keyness", "events: [[2011-03-11]]", "'events': the event ['2011-03-11'] is not a date and a label"),
        ("10_keyness", "events: [[today, x]]", "is not a date and a label"),
        ("41_trends", "at: 2018-02-30", "'at': '2018-02-30' is no day"),
        ("41_trends", "at: now", "'at': 'now' is no day"),
        ("41_trends", "measure: share", "'measure': 'share' needs 'counted'"),
        ("41_trends", "codings: none.csv", "'codings': there is no file 'none.csv'"),
        ("41_trends", "machine: tone", "'machine': 'tone' is no code with its column, as in 'negative=tone'"),
        ("21_topic_choice", "numbers: []", "'numbers': at least one number"),
        ("30_frames", "codebook: nosuch", "'codebook': no codebook 'nosuch'"),
        ("30_frames", "given: nosuch", "'given': 'nosuch' is no code of 'northeast_asia'"),
        ("30_frames", "rules: {a: 脅威}\ngiven: nosuch", "'given': 'nosuch' is no code of the rules; there are ['a']"),
        ("30_frames", "rules: {a: x, b: x > 3}", "codes of the rules 1 cannot be read: line 2, column 3, code 'b'"),
        ("00_corpus", "lexicon: nosuch", "'lexicon': no lexicon 'nosuch'"),
        ("00_corpus", "steps: [nfck]", "did you mean 'nfkc'?"),
        ("00_corpus", "columns: {text: [a]}", "'columns' is a mapping to values of str, not of list"),
        ("00_corpus", "path: /dev/zero", "is neither a file nor a folder"),
        ("20_topics", "seeds: {a: b}", "'seeds' is a mapping to values of list, not of str"),
        ("31_coding", "coders: [Ann, ann]", "'coders': coders are names of letters"),
        ("31_coding", "coders: [Machine]", "names of the toolkit's own"),
        ("31_coding", f"coders: [{'x' * 300}]", "of at most 100 bytes"),
        ("40_prominence", "formula: ''", "'formula': a model needs a formula"),
        ("40_prominence", "dataset: nosuch", "'dataset' is one of"),
    ],
)
def test_a_value_that_no_room_could_read_is_refused_before_a_run(root, tmp_path, notebook, text, said):
    (tmp_path / f"{notebook}.yaml").write_text(f"study: s\n{text}", encoding="utf-8")
    runs, (fault,) = plan.collect([tmp_path / f"{notebook}.yaml"], root / "notebooks", tmp_path / "outputs")
    assert not runs and said in fault


@pytest.mark.parametrize("notebook", ["30_frames", "31_coding", "32_corrected"])
def test_check_names_the_line_of_a_khcoder_file_that_cannot_be_read(root, tmp_path, notebook):
    """A run left the code out and said so in its report only."""
    book, file = tmp_path / "mine.txt", tmp_path / f"{notebook}.yaml"
    file.write_text(f"study: s\ncodebook: {book}\n", encoding="utf-8")
    book.write_text("＊対話\n対話 | 交渉\n＊脅威\n脅威 >= 3\n", encoding="utf-8")
    runs, (fault,) = plan.collect([file], root / "notebooks", tmp_path / "outputs")
    assert not runs and "1 cannot be read: line 4, column 4, code '脅威': '>=' is arithmetic" in fault
    book.write_text("＊対話\n対話 | 交渉\n#＊脅威\n#脅威 >= 3\n", encoding="utf-8")
    assert not plan.collect([file], root / "notebooks", tmp_path / "outputs")[1]


def test_the_columns_that_a_run_computes_are_known_to_check():
    """As :func:`framing.study.Study.placed` has them, of a press with all that they are computed from."""
    press = datasets.sample_press(30, seed=1).articles.assign(position=0, list_length=2, n_pages=9, page_last=9)
    press["insert"], press["n_pictures"] = False, 0
    mentions = tokens.mentions(press, lexicon.load("northeast_asia"))
    made = {*study.open(press.assign(page=1), mentions=mentions).placed()} - {*press}
    assert made and made <= COMPUTED


HUGE = ("10" + "0" * 399, "1000000000000", "1e308", ".inf", ".nan", "-1000000000000")


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[1].glob("notebooks/*.ipynb")), ids=lambda path: path.stem
)
def test_no_number_of_any_notebook_may_be_huge(tmp_path, path):
    for name, parameter in parameters.of_notebook(path).items():
        if {parameter.type, parameter.items} & {"int", "float"}:
            for number in HUGE:
                file = tmp_path / f"{path.stem}.yaml"
                file.write_text(f"{name}: [{number}]" if parameter.type == "list" else f"{name}: {number}")
                known = parameters.of_notebook(path)
                assert parameters.faults(parameters.read(file), known, file, path, tmp_path), (name, number)


def test_a_report_s_name_that_no_folder_could_hold_is_refused(write):
    (found,) = faults_of(write("n: 1", f"10_fine.{'新' * 75}.yaml"))
    assert "a report's name is text of at most" in found


@pytest.fixture
def prepared(tmp_path):
    """What ``framing check`` says of a parameter file beside tables with two outlets, or one, and two actors."""

    def refused(root, notebook: str, text: str, outlets=("朝日新聞", "読売新聞")) -> list[str]:
        tables = tmp_path / "outputs" / "s" / "tables"
        tables.mkdir(parents=True, exist_ok=True)
        pd.DataFrame({"outlet": [*outlets], "section": "国際", "page": 1}).to_parquet(tables / "articles.parquet")
        mentions = pd.DataFrame({"actor": ["kim_jong_il", "putin"], "surface": ["金正日", "プーチン"]})
        mentions.astype("category").to_parquet(tables / "mentions.parquet")
        pd.DataFrame({"term": ["会談", "制裁"]}).to_parquet(tables / "counts.parquet")
        (tmp_path / f"{notebook}.yaml").write_text(f"study: s\n{text}", encoding="utf-8")
        runs, found = plan.collect([tmp_path / f"{notebook}.yaml"], root / "notebooks", tmp_path / "outputs")
        assert len(runs) + len(found) == 1
        return found

    return refused


@pytest.mark.parametrize(
    ("notebook", "text", "said"),
    [
        ("10_keyness", "target: 朝日", "'target' names '朝日', which is no outlet of 's'; did you mean '朝日新聞'?"),
        ("10_keyness", "target: 朝日新聞\nreference: x", "It has ['朝日新聞', '読売新聞']"),
        ("41_trends", "groups: [朝日新聞, 毎日新聞]", "'groups' names '毎日新聞'"),
        ("41_trends", "actor: 金正月", "'actor' names '金正月', which is no actor of 's'"),
        ("12_contexts", "query: kim_jong_ill", "which is no actor of 's'; did you mean 'kim_jong_il'?"),
        ("40_prominence", "actors: [金正日, xi]", "'actors' names 'xi', which is no actor of 's'"),
        ("40_prominence", "keep: {actor: [none, xi]}", "'keep actor' names 'xi', which is no actor of 's'"),
        ("10_keyness", "keep: {section: [国祭]}", "'keep section' names '国祭', which is no section of 's'"),
        (
            "10_keyness",
            "drop: {secton: [国際]}",
            "'drop' names the column 'secton', which is none of 's'; did you mean",
        ),
        ("41_trends", "actor: putin\ncounted: {outlet: 毎日新聞}", "It has ['朝日新聞', '読売新聞']"),
        ("41_trends", "actor: xi", "It has ['kim_jong_il', 'putin']"),
        ("11_maps", "keep: {outlet: 朝日新聞}", "'s' has one that keep and drop leave: 朝日新聞"),
        (
            "10_keyness",
            "words: [会談, 国会会議]",
            "'words' names '国会会議', which is no term of 's'. It has ['会談', '制裁']",
        ),
        (
            "40_prominence",
            "by: sektion",
            "'by' names the column 'sektion', which is none of 's'; did you mean 'section'",
        ),
        ("40_prominence", "formula: outlet * yeers", "'formula' names the column 'yeers'"),
        ("40_prominence", "need: [date, who]", "'need' names the column 'who'"),
        ("40_prominence", "hold: {who: me}", "'hold' names the column 'who'"),
        ("40_prominence", "by: section\nfocus: 国祭", "'focus section' names '国祭'"),
        ("40_prominence", "sensitivity: {x: {section: [国祭]}}", "'sensitivity x section' names '国祭'"),
        ("41_trends", "measure: mean\ncolumn: who", "'column' names the column 'who'"),
        ("41_trends", "measure: articles\nmachine: negative=tone", "'machine' names the column 'tone'"),
        ("90_multiverse", "cluster: who", "'cluster' names the column 'who'"),
        ("31_coding", "strata: [who]", "'strata' names the column 'who'"),
    ],
)
def test_check_refuses_an_outlet_or_an_actor_that_the_prepared_tables_do_not_have(root, prepared, notebook, text, said):
    (found,) = prepared(root, notebook, text)
    assert said in found


def test_check_refuses_to_compare_one_outlet_and_takes_what_the_tables_have(root, prepared):
    assert "compares outlets, and 's' has one: 朝日新聞" in prepared(root, "10_keyness", "", outlets=["朝日新聞"])[0]
    assert prepared(root, "10_keyness", "target: 朝日新聞\nreference: 読売新聞") == []
    assert prepared(root, "41_trends", "actor: putin\ngroups: [読売新聞]") == []
    assert prepared(root, "41_trends", "measure: articles\nactor: nobody") == []
    assert prepared(root, "32_corrected", "outcome: front\nformula: threat + outlet\nstrata: [outlet, dialogue]") == []
    assert "'threats'" in prepared(root, "32_corrected", "formula: threats + outlet")[0]
    (told,) = prepared(root, "32_corrected", "outcome: thread\nformula: outlet")
    assert "did you mean 'threat'" in told and "and the codes ['threat', 'dialogue'" in told
    computed = (
        "actor: putin\nkeep: {section: [国際, null], page: [1], year: [2012], front: [true]}\ncounted: {page: [7]}"
    )
    assert prepared(root, "41_trends", computed) == []


def test_tables_that_cannot_be_read_are_left_to_the_run(root, prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(pd, "read_parquet", lambda *_, **__: (_ for _ in ()).throw(OSError("torn")))
    assert prepared(root, "10_keyness", "target: x") == []
