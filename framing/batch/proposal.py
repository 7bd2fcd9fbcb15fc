"""``framing new``: parameter files for somebody's own corpus, proposed from its columns."""

import re
from pathlib import Path

import yaml

from framing import store
from framing.batch import parameters
from framing.errors import ParamError

GUESSES = {
    "article_id": r"^(article_?id|id|記事番号|整理番号|no\.?)$",
    "outlet": r"^(outlet|source|newspaper|paper|media|publisher|media_name|媒体|媒体名|新聞|新聞名|社名|紙名|언론사)$",
    "date": r"^(date|published(_?(on|at))?|pub_?date|day|datetime|日付|掲載日|発行日|年月日|날짜)$",
    "page": r"^(page|pages|page_?number|面|掲載面|ページ|面名|면)$",
    "headline": r"^(headline|title|heading|見出し|題名|タイトル|제목)$",
    "text": r"^(text|body|content|full_?text|article|本文|記事本文|全文|본문)$",
}
"""Column of the articles table → names it goes by in other people's files (whole, any case)."""


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
    columns = corpus.columns_of(file)
    mapping = propose(columns)
    if columns and not {"text", "headline"} & set(mapping):
        raise ParamError(
            f"no column of {file} looks like a text or a headline; it has {columns}. Rename one to 'text', or write "
            f"'columns: {{text: <your column>}}' into {folder / '00_corpus.yaml'} yourself"
        )
    reading = corpus.read(file, columns=_renamed(mapping) or None)
    outlets = reading.articles["outlet"].value_counts()
    remarks = [
        f"articles read: {len(reading.articles)}, of outlets: {len(outlets)}; rows rejected: {len(reading.rejected)}"
    ]
    spoken = corpus.language_of(reading.articles)
    remarks += [_said_of[spoken]] if spoken in _said_of else []
    if not spoken:
        remarks.append("no one script is that of most articles: set text_language in 00_corpus.yaml to ja, en or ko")
    remarks += [f"no column was taken for {name!r}" for name in GUESSES if columns and name not in mapping]

    files: dict[str, dict] = {"00_corpus": {"study": study, "path": _relative(file), "columns": _renamed(mapping)}}
    files["00_corpus"] |= {"text_language": spoken} if spoken in _said_of else {}
    if len(outlets) >= 2:
        files["10_keyness"] = {"study": study, "target": str(outlets.index[0]), "reference": str(outlets.index[1])}
    else:
        remarks.append("one outlet only: the comparison of outlets is left out")
    if len(reading.articles) >= 50:
        files["20_topics"] = {"study": study}
    if 50 <= len(reading.articles) < 1000:  # the default of the notebook is for more
        few = 5 if len(reading.articles) < 200 else 10
        files["20_topics"]["n_topics"] = few
        remarks.append(f"n_topics is set to {few} for so few articles; 21_topic_choice shows what other numbers cost")
    if reading.articles["page"].notna().any() and reading.articles["date"].notna().any():
        files["40_prominence"] = {"study": study}
    written = []
    for name, values in files.items():
        notebook = notebooks / f"{name}.ipynb"
        if notebook.is_file():
            known = parameters.of_notebook(notebook)
            values = {key: value for key, value in values.items() if key in known and value not in ({}, "")}
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
    """Our column → the file's column, by name; each of the file's columns at most once."""
    found: dict[str, str] = {}
    for ours, pattern in GUESSES.items():
        hits = [c for c in columns if re.match(pattern, c.strip(), re.IGNORECASE) and c not in found.values()]
        if hits:
            found[ours] = hits[0]
    return found


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
