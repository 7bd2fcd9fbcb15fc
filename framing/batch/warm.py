"""Kernels forked from a process that has already imported the libraries.

Starting a kernel and importing pandas, scipy, matplotlib and the rooms takes four to five seconds a
notebook; a fork of a process that has done it takes a tenth. :class:`Server` is that process: it
imports, then waits for requests on a pipe, and forks a kernel for each. A kernel shares nothing
with the next one. When the batch ends or is killed the pipe closes, and the server takes its
kernels with it; when the server itself is killed the system ends its kernels, those who wait for
one are told so by :class:`Lost`, and the next kernel that is asked for begins another server.

Where ``os.fork`` is not available, :func:`manager_class` gives jupyter's own manager instead.
"""

import ast
import contextlib
import ctypes
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

PRELOAD = (
    "numpy", "scipy.stats", "scipy.sparse", "scipy.optimize", "pandas", "pyarrow.parquet", "matplotlib.figure",
    "matplotlib.backends.backend_svg", "IPython.core.interactiveshell", "ipykernel.kernelapp", "ipykernel.ipkernel",
    "framing.tables", "framing.store", "framing.plots.base", "framing.report", "framing.provenance",
)  # fmt: skip
"""What every notebook imports; what else the notebooks of a batch import is added to it."""

PATIENCE = 600
"""Seconds a kernel may take to start: a machine that does much else is no fault of the run."""

ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""What keeps numpy and pyarrow from starting threads: a process is forked while it has one."""

_LIBRARIES = {
    "framing",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "matplotlib",
    "seaborn",
    "statsmodels",
    "formulaic",
    "sklearn",
}
"""What may be imported before the fork: modules that start no thread and do nothing else on import."""


def modules_of(notebooks: Iterable[Path]) -> list[str]:
    """The libraries and rooms that notebooks import, to be imported once before the fork.

    A cell that is not plain Python is passed over: it is the notebook's to fail.
    """
    found = set()
    for path in notebooks:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            with contextlib.suppress(SyntaxError):
                tree = ast.parse("".join(cell["source"]) if cell["cell_type"] == "code" else "")
                found |= {name for node in ast.walk(tree) for name in _imported(node)}
    return sorted(name for name in found if name.split(".")[0] in _LIBRARIES)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "framing" else [node.module]
    return []


class Lost(RuntimeError):
    """The warm process ended, and the kernels it had with it."""


def available() -> bool:
    """Whether kernels can be forked here."""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and sys.platform.startswith("linux")


# The server's side ----------------------------------------------------------------------------


def serve(channel: Connection, modules: list[str]) -> None:
    """Import, then answer until the channel closes: a request for a kernel by its pid, a pid by how that one ended."""
    for name in [*PRELOAD, *modules]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _read()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the batch's to handle
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    children: set[int] = set()
    try:
        with channel, contextlib.suppress(EOFError, OSError):  # where the batch is gone
            while True:
                asked = channel.recv()
                channel.send(_ended(asked, children) if isinstance(asked, int) else _forked(asked, children, channel))
    finally:
        for pid in children:
            for end in (os.killpg, os.kill):  # a kernel just forked leads no group yet
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    end(pid, signal.SIGKILL)


def _read() -> None:
    """Read what every report reads: the catalogue of sentences, the pieces of a page, the fonts of a figure."""
    from framing import messages
    from framing.plots import base
    from framing.report import markup

    for language in messages.LANGUAGES[1:]:
        messages.catalogue(language)
    markup.template("pieces.html.j2")
    markup.script()
    base.plain("")


def _forked(request: dict, children: set[int], channel: Connection) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _end_with(parent)
        _become_kernel(request, channel)
    children.add(pid)
    return pid


def _end_with(parent: int) -> None:
    """Have the system kill this process as soon as its parent is gone, however that ends."""
    set_signal_of_parents_death = 1
    ctypes.CDLL(None).prctl(set_signal_of_parents_death, signal.SIGKILL)
    if os.getppid() != parent:  # gone already
        os._exit(1)


def _ended(pid: int, children: set[int]) -> dict | None:
    """Exit code and peak memory of a kernel, or nothing while it runs."""
    try:
        gone, status, usage = os.wait4(pid, os.WNOHANG)
    except ChildProcessError:  # a kernel of a server before this one
        return {"code": -signal.SIGKILL, "peak_mb": None}
    if not gone:
        return None
    children.discard(pid)
    return {"code": os.waitstatus_to_exitcode(status), "peak_mb": round(usage.ru_maxrss / 1024)}


def _become_kernel(request: dict, channel: Connection) -> None:
    """Turn this fork into the kernel that was asked for; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel.close()
        os.setsid()
        log = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(log, stream)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
        _fresh_randomness()

        from ipykernel.kernelapp import IPKernelApp

        app = IPKernelApp.instance()
        app.initialize(request["arguments"])
        app.start()
        code = 0
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 0
    finally:
        os._exit(code)


def pack(message: object) -> bytes:
    """What a kernel says, as JSON; half a surrogate, which UTF-8 cannot hold, is written out as in ``\\ud800``."""
    from jupyter_client.jsonutil import json_clean, json_default
    from jupyter_client.session import json_packer

    from framing.patterns import HALF

    try:
        return json_packer(message)
    except UnicodeEncodeError:
        text = json.dumps(json_clean(message), default=json_default, ensure_ascii=False, allow_nan=False)
        return HALF.sub(lambda half: f"\\\\u{ord(half[0]):x}", text).encode()


def _fresh_randomness() -> None:
    """Two forks must not share the state of the global generators."""
    import random

    import numpy as np

    random.seed()
    np.random.seed()  # noqa: NPY002 - the state that was inherited is this one


# The batch's side -----------------------------------------------------------------------------


class Server(contextlib.AbstractContextManager):
    """The warm process, seen from the batch; safe to use from several threads.

    It starts with the first kernel that is asked for. Use as a context manager; leaving it ends every kernel.
    """

    def __init__(self, modules: list[str] | None = None):
        self._modules = modules or []
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()  # one question at a time
        self._exits: dict[int, dict] = {}
        self._running: set[int] = set()
        self._lost: set[int] = set()
        self._closed = False

    def __exit__(self, *_) -> None:
        self.close()

    def _begin(self) -> None:
        self._channel, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "framing.batch.warm", str(theirs.fileno()), *self._modules],
                pass_fds=[theirs.fileno()],
                env=os.environ | ALONE | {"MPLBACKEND": "agg"},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def close(self) -> None:
        """End the server and every kernel it still has; whoever waits for an answer is told that there is none."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _asked(self, question: object, timeout: float = PATIENCE):
        with contextlib.suppress(EOFError, OSError):
            if self._process is None and not self._closed:
                self._begin()
            if not self._closed:
                self._channel.send(question)
                if self._channel.poll(timeout):
                    return self._channel.recv()
        self._end()
        self._process = None  # the next kernel begins another
        self._exits |= dict.fromkeys(self._running, {"code": -signal.SIGKILL, "peak_mb": None})
        self._lost |= self._running
        self._running.clear()
        raise Lost("the warm process that kernels are forked from has ended")

    def start(self, arguments: list[str], cwd: str, env: dict[str, str], timeout: float = PATIENCE) -> "Forked":
        """Fork a kernel; waits until the server has imported what it preloads."""
        with self._lock:
            pid = self._asked({"arguments": arguments, "cwd": cwd, "env": env}, timeout)
            self._running.add(pid)
            self._lost.discard(pid)
            self._exits.pop(pid, None)  # of an earlier process with this number
            return Forked(self, pid)

    def exit_of(self, pid: int) -> dict | None:
        """``{"code", "peak_mb"}`` of a kernel that has ended, else nothing."""
        with self._lock:
            if pid not in self._exits:
                with contextlib.suppress(Lost):  # which says how all ended
                    ended = self._asked(pid)
                    if ended is None:
                        return None
                    self._exits[pid] = ended
                    self._running.discard(pid)
            return self._exits[pid]

    def lost(self, pid: int) -> bool:
        """Whether a kernel ended because this process did."""
        return self.exit_of(pid) is not None and pid in self._lost


class Forked:
    """A forked kernel with the face of :class:`subprocess.Popen` that jupyter expects."""

    stdin = stdout = stderr = None

    def __init__(self, server: Server, pid: int):
        self._server, self.pid = server, pid

    @property
    def peak_mb(self) -> int | None:
        ended = self._server.exit_of(self.pid)
        return ended["peak_mb"] if ended else None

    @property
    def lost(self) -> bool:
        return self._server.lost(self.pid)

    def poll(self) -> int | None:
        ended = self._server.exit_of(self.pid)
        return ended["code"] if ended else None

    def wait(self, timeout: float | None = None) -> int:
        began = time.monotonic()
        while (code := self.poll()) is None:
            if timeout is not None and time.monotonic() > began + timeout:
                raise subprocess.TimeoutExpired("kernel", timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def manager_class(server: Server | None, seen: dict):
    """A kernel manager for nbclient; its kernel process is put into ``seen["process"]``.

    Without a server it is jupyter's own, which starts a new interpreter.
    """
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning import LocalProvisioner

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **kwargs):
            cmd = [*cmd, "--Session.packer=framing.batch.warm.pack"]
            if server is None:
                information = await super().launch_kernel(cmd, **kwargs)
                seen["process"] = self.process
                return information
            arguments = [str(part) for part in cmd[cmd.index("-f") :]]
            cwd = str(kwargs.get("cwd") or Path.cwd())
            self.process = seen["process"] = server.start(arguments, cwd, dict(kwargs.get("env") or os.environ))
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    class Manager(AsyncKernelManager):
        async def _async_pre_start_kernel(self, **kwargs):
            if self.provisioner is None:
                self.provisioner = Provisioner(kernel_id="framing", kernel_spec=self.kernel_spec, parent=self)
            return await super()._async_pre_start_kernel(**kwargs)

    return Manager


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), sys.argv[2:])
