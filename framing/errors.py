"""The errors a user may meet. Each says what was asked, what is there and what to do."""


class FramingError(ValueError):
    """Anything the toolkit refuses; the command line prints the message and not the traceback."""


class TableError(FramingError):
    """A table lacks a column, repeats a key, holds a value outside its range, or does not exist yet."""


class ParamError(FramingError):
    """A parameter file is not readable or does not fit the notebook it is meant for."""


class SourceError(FramingError):
    """A corpus, download, dictionary or lexicon cannot be read as what it is said to be."""
