"""``framing new``: parameter files for somebody's own corpus, proposed from its columns."""

from pathlib import Path

import pandas as pd
import yaml

from framing import store
from framing.batch import asking, parameters
from framing.errors import ParamError

WANTED = ("outlet", "date", "page", "headline", "text")
"""Columns of the articles table that a corpus should have; where one is not found, a person is told."""


def scaffold(
    study: str,
    file: Path,
    params: Path,
    *,
    language: str = "",
    outlet: str = "",
    outlets: dict[str, str] | None = None,
    since: str = "",
    until: str = "",
) -> tuple[list[Path], dict[str, str], list[str]]:
    """Write parameter files for a corpus file; what is written runs as it is.

    Parameters
    ----------
    study
        Name of the study, a plain name: it becomes the folder ``params/<study>``.
    file
        The corpus: anything :func:`framing.corpus.read` reads.
    params
        The folder that holds one folder a study.
    language
        Language of the reports, ``en`` or ``ja``; by default Japanese where the articles are, else English.
    outlet
        Outlet of the articles that name none.
    outlets
        Names of one newspaper: the printed one → the one it gets (as in :func:`framing.corpus.read`).
    since, until
        First and last day of the articles asked about; empty for all.

    Returns
    -------
    written, mapping, remarks
        The files; our column → the file's column; what a person should look at, and what each notebook asks.

    Raises
    ------
    ParamError
        There is no project here, no such file, the folder exists already, no column looks like the text, or no article
        is left.
    """
    from framing import corpus, dates
    from framing.corpus.articles import UNNAMED, alike

    store.folder(study)
    notebooks = store.project() / "notebooks"
    if not (notebooks / "00_corpus.ipynb").is_file():
        raise ParamError(
            f"parameter files are written for the notebooks of a project, and neither {Path.cwd()} nor a folder above "
            "it has the folders notebooks and params with 00_corpus.ipynb in it; change to the project folder, then "
            "repeat the command. Nothing was written"
        )
    folder = params / study
    if folder.exists():
        raise ParamError(f"{folder} exists already; choose another name or edit what is there")
    if not file.exists():
        raise ParamError(f"there is no corpus at {file}")
    if language not in ("", *LANGUAGES):
        raise ParamError(f"language is that of the reports, one of {list(LANGUAGES)}, not {language!r}")
    tables = corpus.reading.columns_of(file)
    columns = list(dict.fromkeys(column for names in tables.values() for column in names))
    each = [propose(names) for names in tables.values()]
    mapping = _joined(each)
    renamed = (
        _renamed(mapping) if all(one == mapping for one in each) else {}
    )  # else each table is read by its own names
    if columns and not {"text", "headline"} & set(mapping):
        raise ParamError(
            f"no column of {file} looks like a text or a headline; it has {columns}. Rename one to 'text', or write "
            f"'columns: {{text: <your column>}}' into {folder / '00_corpus.yaml'} yourself"
        )
    reading = corpus.read(file, columns=renamed or None, outlet=outlet or None, outlets=outlets or None)
    articles = reading.articles
    if since or until:
        articles = articles[dates.between(articles, since or None, until or None)]
    if not len(articles):
        raise ParamError(
            f"no article is left of the {len(reading.articles)} read; nothing was written. {_why(reading)}"
        )
    named = articles["outlet"].value_counts().drop(UNNAMED, errors="ignore")
    told = f"of outlets: {len(named)}" if len(named) else "which name no outlet"
    remarks = [f"articles read: {len(articles)}, {told}; rows rejected: {len(reading.rejected)}"]
    remarks += [_why(reading)] if len(reading.rejected) else []
    if 0 < named.sum() < len(articles):
        remarks.append(f"articles that name no outlet, and stand in no 'rest': {len(articles) - named.sum()}")
    remarks += _not_understood(reading.articles)
    for name, *others in alike(articles["outlet"]):
        same = " ".join(f"--same {other + '=' + name!r}" for other in others)
        remarks.append(
            f"names that may be those of one newspaper: {' / '.join([name, *others])}; if they are, give {same}"
        )
    spoken = corpus.describe.language_of(articles)
    if spoken in _UNCUT:
        raise ParamError(
            f"the articles are in {_UNCUT[spoken]}, whose words the notebooks cannot cut; corpus.read reads them, and "
            "tokens.tokenise takes a function of yours that cuts a text (language=). Nothing was written"
        )
    remarks.append(_SPOKEN[spoken])
    remarks += _not_found(columns, mapping, folder / "00_corpus.yaml")
    shown = language or ("ja" if spoken == "ja" else "en")
    remarks.append(f"the reports are in {LANGUAGES[shown]} (--language)")

    first = {"path": _relative(file), "columns": renamed, "outlet": outlet, "outlets": outlets or {}}
    first |= {"text_language": spoken} if spoken in ("en", "ko") else {}
    first |= {} if asking.has_lexicon() else {"lexicon": ""}
    made = asking.propose(articles, named, spoken)
    remarks += made.left_out
    asks = {"00_corpus": "What is in the corpus, and what was left out?"} | made.asks
    asked = {"since": since, "until": until}
    written = []
    file_of_claims = params / "claims" / f"{study}.yaml"
    if "50_claims" in made.files:
        made.files["50_claims"]["claim_file"] = study if _is_ours(params) else str(file_of_claims.resolve())
        _write_claims(file_of_claims, study, made.claims)
    for name, values in ({"00_corpus": first} | {name: asked | values for name, values in made.files.items()}).items():
        notebook = notebooks / f"{name}.ipynb"
        if notebook.is_file():
            known = parameters.of_notebook(notebook)
            values = {"study": study, **values, "language": shown}
            values = {k: v for k, v in values.items() if k not in known or k == "study" or v != known[k].default}
            written.append(folder / f"{name}.yaml")
            folder.mkdir(parents=True, exist_ok=True)
            written[-1].write_text(f"# {asks[name]}\n" + _yaml(values, known), encoding="utf-8")
            remarks.append(f"{name}: {asks[name]}")
    return written, mapping, remarks


def _is_ours(params: Path) -> bool:
    return params.resolve() == (store.project() / "params").resolve()


def _write_claims(file: Path, study: str, claims: list[dict]) -> None:
    """A file of claims to begin with; one that is there is somebody's own and stays."""
    if file.exists():
        return
    said = {"name": study, "study": study, "claims": claims}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_CLAIMS.format(study=study) + yaml.safe_dump(said, allow_unicode=True, sort_keys=False), "utf-8")


_CLAIMS = """\
# What is claimed, written down before anybody looks. These are examples: put your own in their place, each with its
# source, what is measured, who is compared with whom, and the smallest effect that matters (a ratio, or of shares a
# difference: five points are 0.05). The guide (Claims) says what each measure takes. Then:
#   framing check params/{study}
#   framing claims lock params/claims/{study}.yaml
"""
LANGUAGES = {"en": "English", "ja": "Japanese"}
"""Languages of the reports."""
_SPOKEN = {
    "ja": "the articles are in Japanese",
    "en": "the articles are in Latin letters: text_language is set to en",
    "ko": "the articles are in hangul: text_language is set to ko, which needs pip install 'framing[korean]'",
    "": "no one script is that of most articles: set text_language in 00_corpus.yaml to ja, en or ko",
}
"""Language that most articles seem to be in → what to say of it."""


_UNCUT = {"zh": "Chinese", "ru": "Cyrillic letters"}


def _why(reading) -> str:
    """The commonest reasons why rows were rejected, each with the first line."""
    rejected = reading.rejected
    most = rejected["reason"].value_counts().head(3)
    first = rejected.drop_duplicates("reason").set_index("reason")
    told = [
        f"{reason} ({n}, first {first.at[reason, 'source']} line {first.at[reason, 'line']})"
        for reason, n in most.items()
    ]
    return f"rejected because: {'; '.join(told)}" if told else ""


def _joined(each: list[dict[str, str]]) -> dict[str, str]:
    """What each table's columns are taken for, in one: the names of several tables separated by `` / ``."""
    found: dict[str, dict[str, None]] = {}
    for ours, theirs in (pair for one in each for pair in one.items()):
        found.setdefault(ours, {})[theirs] = None
    return {ours: " / ".join(names) for ours, names in found.items()}


def propose(columns: list[str]) -> dict[str, str]:
    """Our column → the file's column, by the names that reading takes (:data:`framing.corpus.ALIASES`)."""
    from framing.corpus.tabular import usual_names

    return usual_names(columns)


def _not_found(columns: list[str], mapping: dict[str, str], file: Path) -> list[str]:
    """What was not found, what is left over, and the line that names it."""
    missing = [name for name in WANTED if columns and name not in mapping]  # ids are made where there are none
    taken = {name for names in mapping.values() for name in names.split(" / ")}
    left = [column for column in columns if column not in taken]
    told = [f"no column was taken for {', '.join(missing)}"] if missing else []
    told += [f"columns left over: {', '.join(left)}"] if left else []
    if left and missing and not any(" / " in names for names in mapping.values()):
        meant = {"columns": _renamed(mapping) | {missing[0]: left[0]}}
        line = yaml.safe_dump(meant, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1000)
        told.append(f"if {left[0]} is the {missing[0]}, write into {file}: {line.strip()[1:-1]}")
    return told


def _not_understood(articles: pd.DataFrame) -> list[str]:
    """Dates and pages that became missing, and what else reading noted: how often, and the first line of each."""
    unread = articles["date"].isna() & articles["date_note"].ne("")
    said = articles["date_evidence"].where(articles["date_evidence"].ne(""), articles["date_note"])
    stray = articles["date"].notna() & articles["date_flag"].ne("")  # 00_corpus drops these too
    lost = {
        "dates that cannot be read": said[unread],
        "dates far from the others of their outlet": articles.loc[stray, "date_evidence"],
        "pages that cannot be read": articles["note"].str.extract(r"page not understood: (.*?)(?:; |$)")[0].dropna(),
    }
    lost = {f"{what}, set to missing": values for what, values in lost.items()}
    notes = articles["note"].str.replace(r"page not understood: .*?(?:; |$)", "", regex=True)
    notes = pd.concat([notes, articles.loc[articles["date"].notna(), "date_note"]])
    place = "line " + articles["line"].astype("str")
    place = place if articles["source"].nunique() < 2 else articles["source"] + " " + place
    told = []
    for what, values in (lost | {"noted of articles": notes[notes.ne("")]}).items():
        first = place.reindex(values.index).groupby(values).first()
        most = [f"{value} ({n}, {first[value]})" for value, n in values.value_counts().head(5).items()]
        told += [f"{what}: {len(values)}, such as {', '.join(most)}"] if most else []
    return told


def _renamed(mapping: dict[str, str]) -> dict[str, str]:
    return {ours: theirs for ours, theirs in mapping.items() if ours != theirs}


def _relative(file: Path) -> str:
    here, file = store.project().resolve(), file.resolve()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _yaml(values: dict, known: dict[str, parameters.Parameter]) -> str:
    """The values, and every other parameter of the notebook as a comment with its default."""
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    others = [p for name, p in known.items() if name not in values]
    lines = [
        f"# {p.name}: {yaml.safe_dump(p.default, allow_unicode=True, default_flow_style=True).splitlines()[0]}"
        + (f"  # {p.help}" if p.help else "")
        for p in others
    ]
    return text + (
        "\n# What else this notebook can be told, with its defaults:\n" + "\n".join(lines) + "\n" if lines else ""
    )
