"""``framing new``: parameter files for somebody's own corpus, proposed from its columns."""

from pathlib import Path

import pandas as pd
import yaml

from framing import store
from framing.batch import parameters
from framing.errors import ParamError

WANTED = ("article_id", "outlet", "date", "page", "headline", "text")
"""Columns of the articles table that a corpus should have; where one is not found, a person is told."""


def scaffold(study: str, file: Path, params: Path) -> tuple[list[Path], dict[str, str], list[str]]:
    """Write parameter files for a corpus file; what is written runs as it is.

    Parameters
    ----------
    study
        Name of the study, a plain name: it becomes the folder ``params/<study>``.
    file
        The corpus: anything :func:`framing.corpus.read` reads.
    params
        The folder that holds one folder a study.

    Returns
    -------
    written, mapping, remarks
        The files; our column → the file's column; what a person should look at.

    Raises
    ------
    ParamError
        There is no project here, no such file, the folder exists already, or no column looks like the text.
    """
    from framing import corpus
    from framing.corpus.articles import UNNAMED

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
    columns = corpus.reading.columns_of(file)
    mapping = propose(columns)
    if columns and not {"text", "headline"} & set(mapping):
        raise ParamError(
            f"no column of {file} looks like a text or a headline; it has {columns}. Rename one to 'text', or write "
            f"'columns: {{text: <your column>}}' into {folder / '00_corpus.yaml'} yourself"
        )
    reading = corpus.read(file, columns=_renamed(mapping) or None)
    outlets = reading.articles["outlet"].value_counts().drop(UNNAMED, errors="ignore")
    told = f"of outlets: {len(outlets)}" if len(outlets) else "which name no outlet"
    remarks = [f"articles read: {len(reading.articles)}, {told}; rows rejected: {len(reading.rejected)}"]
    remarks += _not_understood(reading.articles)
    spoken = corpus.describe.language_of(reading.articles)
    remarks += [_said_of[spoken]] if spoken in _said_of else []
    if not spoken:
        remarks.append("no one script is that of most articles: set text_language in 00_corpus.yaml to ja, en or ko")
    remarks += _not_found(columns, mapping, folder / "00_corpus.yaml")

    files: dict[str, dict] = {"00_corpus": {"study": study, "path": _relative(file), "columns": _renamed(mapping)}}
    files["00_corpus"] |= {"text_language": spoken} if spoken in _said_of else {}
    if len(outlets) >= 2:
        files["10_keyness"] = {"study": study, "target": str(outlets.index[0]), "reference": str(outlets.index[1])}
    else:
        known = "one outlet only" if len(outlets) else "no outlet is known"
        remarks.append(f"{known}: the comparison of outlets is left out")
    if len(reading.articles) >= 50:
        files["20_topics"] = {"study": study}
    if 50 <= len(reading.articles) < 1000:  # the default of the notebook is for more
        few = 5 if len(reading.articles) < 200 else 10
        files["20_topics"]["n_topics"] = few
        remarks.append(f"n_topics is set to {few} for so few articles; 21_topic_choice shows what other numbers cost")
    if len(outlets) >= 2:
        files["30_frames"] = {"study": study, "codebook": "generic", "text_language": spoken}
        files["30_frames"] |= {"period": ""} if reading.articles["date"].isna().all() else {}
    if reading.articles["page"].notna().any() and reading.articles["date"].notna().any():
        files["40_prominence"] = {"study": study}
    written = []
    for name, values in files.items():
        notebook = notebooks / f"{name}.ipynb"
        if notebook.is_file():
            known = parameters.of_notebook(notebook)
            values = {
                key: value
                for key, value in values.items()
                if key in known and (key == "study" or value != known[key].default)
            }
            written.append(folder / f"{name}.yaml")
            folder.mkdir(parents=True, exist_ok=True)
            written[-1].write_text(_yaml(values, known), encoding="utf-8")
    return written, mapping, remarks


_said_of = {
    "en": "the articles are in Latin letters: text_language is set to en",
    "ko": "the articles are in hangul: text_language is set to ko, which needs pip install 'framing[korean]'",
}
"""Language that is not the default of the notebook → what to say of it."""


def propose(columns: list[str]) -> dict[str, str]:
    """Our column → the file's column, by the names that reading takes (:data:`framing.corpus.ALIASES`)."""
    from framing.corpus.formats import usual_names

    return usual_names(columns)


def _not_found(columns: list[str], mapping: dict[str, str], file: Path) -> list[str]:
    """What was not found, what is left over, and the line that names it."""
    missing = [name for name in WANTED if columns and name not in mapping]
    left = [column for column in columns if column not in mapping.values()]
    told = [f"no column was taken for {', '.join(missing)}"] if missing else []
    told += [f"columns left over: {', '.join(left)}"] if left else []
    wanted = [name for name in missing if name != "article_id"]  # ids are made where there are none
    if left and wanted:
        meant = {"columns": _renamed(mapping) | {wanted[0]: left[0]}}
        line = yaml.safe_dump(meant, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1000)
        told.append(f"if {left[0]} is the {wanted[0]}, write into {file}: {line.strip()[1:-1]}")
    return told


def _not_understood(articles: pd.DataFrame) -> list[str]:
    """Dates and pages of the file that became missing: the commonest texts, how often, and the first line of each."""
    unread = articles["date"].isna() & articles["date_note"].ne("")
    stray = articles["date"].notna() & articles["date_flag"].ne("")  # 00_corpus drops these too
    lost = {
        "dates that cannot be read": articles.loc[unread, "date_evidence"],
        "dates far from the others of their outlet": articles.loc[stray, "date_evidence"],
        "pages that cannot be read": articles["note"].str.extract(r"page not understood: (.*?)(?:; |$)")[0].dropna(),
    }
    told = []
    for what, values in lost.items():
        first = articles["line"].reindex(values.index).groupby(values).min()
        most = [f"{value} ({n}, line {first[value]})" for value, n in values.value_counts().head(5).items()]
        told += [f"{what}, set to missing: {len(values)}, such as {', '.join(most)}"] if most else []
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
