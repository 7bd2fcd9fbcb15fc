"""Several taggers at work."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from framing import lexicon, tokens
from framing.errors import SourceError, TableError
from framing.tokens import mecab, pool

TEXT = """北朝鮮の金正恩総書記は13日、ロシアのプーチン大統領と会談した。「関係を強化する。」と述べた。

会談は3時間続き、コンピューターを使った説明もあったという。行った人々は1,234人。"""
SETTINGS = ("", frozenset(), False)


def articles(n: int, text: str = TEXT) -> pd.DataFrame:
    return pd.DataFrame({
        "article_id": [f"a{i}" for i in range(n)], "outlet": ["x", "y"] * (n // 2),
        "headline": "見出し", "text": [f"{text}{i}朝ロ関係" for i in range(n)],
    })  # fmt: skip


@pytest.fixture(autouse=True)
def fresh():
    pool.end_helpers()
    yield
    pool.end_helpers()


@pytest.fixture
def helper():
    """A helper that waits for work."""
    made = warmed(pool._Helper(SETTINGS))
    yield made
    made.end()


def warmed(helper):
    while not helper.is_free:
        list(helper.answers(pool._own(SETTINGS).describer))
    return helper


def waiting(n: int) -> list[int]:
    """Process numbers of ``n`` helpers that are loaded and wait for the next call."""
    for one in [warmed(pool._Helper(SETTINGS)) for _ in range(n)]:
        one.idle_since = time.monotonic()
        pool._idle.append(one)
    return [one._process.pid for one in pool._idle]


def is_there(pid: int) -> bool:
    """Whether a process is there, as a zombie or alive."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"join_nouns": True, "numerals": "join"}])
def test_any_number_of_workers_gives_the_table_of_one(root, options):
    asia = lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")
    table = articles(500)
    one = tokens.tokenise(table, lexicon=asia, **options)
    for workers in (2, 3, 2):  # the second time the helpers are those of the first
        pd.testing.assert_frame_equal(tokens.tokenise(table, lexicon=asia, workers=workers, **options), one)


def test_helpers_of_an_earlier_call_are_put_to_work():
    (pid,) = waiting(1)
    assert not pool._idle[0]._known
    tokens.tokenise(articles(500), workers=2)
    assert [one._process.pid for one in pool._idle] == [pid]
    assert pool._idle[0]._known  # it has met words


def test_a_helper_that_forgets_its_numbers_gives_the_same_table(monkeypatch):
    """A cutter that has met too many words begins to number afresh."""
    table = articles(300)
    one = tokens.tokenise(table)
    monkeypatch.setattr(mecab, "_MOST_KNOWN", 5)
    pd.testing.assert_frame_equal(tokens.tokenise(table), one)


def test_a_helper_killed_while_it_waits_is_replaced():
    (pid,) = waiting(1)
    os.kill(pid, signal.SIGKILL)
    pool._idle[0]._process.wait()
    assert len(tokens.tokenise(articles(500), workers=2))
    assert pid not in [one._process.pid for one in pool._idle]


def test_a_helper_killed_at_work_is_reported_and_nothing_hangs(helper):
    helper.ask(0, [TEXT * 2000])
    helper._process.kill()
    with pytest.raises(SourceError, match="try workers=1"):
        list(helper.answers(pool._own(SETTINGS).describer, wait=True))


def test_a_helper_that_cannot_start_is_reported(monkeypatch):
    def dead(settings, files):
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.exit(1)"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        process.wait()
        return process

    monkeypatch.setattr(pool, "_start", dead)
    with pytest.raises(SourceError, match="try workers=1"):
        tokens.tokenise(articles(500), workers=2)


def test_what_is_wrong_in_a_worker_is_raised_here():
    waiting(1)
    bad = pd.Series([TEXT * 20] * 50 + ["\ud800"] * 50, dtype=object)
    with pytest.raises(TableError, match="surrogate"):
        tokens.tokenise(pd.DataFrame({"article_id": [f"a{i}" for i in range(100)], "text": bad}), workers=2)


def test_work_that_is_broken_off_leaves_no_process():
    (pid,) = waiting(1)
    chunks = iter([[TEXT * 100]] * 50)
    found = pool.segment(chunks, SETTINGS, workers=2)
    next(found)
    found.close()
    assert not is_there(pid)


@pytest.mark.slow
def test_when_the_interpreter_ends_its_helpers_end():
    code = f"""
import pandas as pd
from framing import tokens
from framing.tokens import pool
table = pd.DataFrame({{"article_id": [str(i) for i in range(3000)], "text": {TEXT!r}}})
tokens.tokenise(table, workers=3)
print(*[one._process.pid for one in pool._helpers])
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2 and not any(is_there(pid) for pid in pids)
    assert done.stderr == ""


def test_a_fork_does_not_talk_to_the_helpers_of_its_parent():
    (pid,) = waiting(1)
    child = os.fork()
    if not child:
        os._exit(len(pool._idle) + len(pool._helpers))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert is_there(pid)
    assert len(tokens.tokenise(articles(500), workers=2))


def test_a_helper_ends_when_nobody_asks(monkeypatch):
    monkeypatch.setattr(pool, "_IDLE", 0.05)
    lonely = pool._Helper(SETTINGS)
    assert lonely._process.wait(timeout=600) == 0
    lonely.end()


def test_a_worker_loads_neither_pandas_nor_the_toolkit():
    work = f"import sys, runpy; runpy.run_path({mecab.__file__!r})['Cutter']().cut(['会談した'])"
    code = f"{work}; print('pandas' in sys.modules, 'framing' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_an_interrupt_does_not_give_later_texts_the_words_of_others(monkeypatch):
    """Ctrl+C between numbers and words."""
    table = articles(20)
    one = tokens.tokenise(table)
    pool._own.cache_clear()
    describer = pool._own(SETTINGS).describer
    described = []

    def interrupted(record):
        described.append(record)
        if len(described) == 10:
            raise KeyboardInterrupt
        return mecab.Describer._describe(describer, record)

    monkeypatch.setattr(describer, "_describe", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tokens.tokenise(table)
    pd.testing.assert_frame_equal(tokens.tokenise(table), one)


def test_a_helper_whose_answer_was_interrupted_is_not_kept(helper, monkeypatch):
    describer = pool._own(SETTINGS).describer
    monkeypatch.setattr(describer, "segments", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    helper.ask(0, [TEXT])
    with pytest.raises(KeyboardInterrupt):
        list(helper.answers(describer, wait=True))
    assert not helper.is_of_use
