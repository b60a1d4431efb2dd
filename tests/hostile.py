"""Hostile and broken submissions, each harmless where no wall stands.

Each is a correct file with a line or more of malice, in the body of ``rnn_cell_forward`` or at the
top level.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

CORRECT = """
import numpy as np
{top}

def softmax(x):
    e = np.exp(x - np.max(x, axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
{body}
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + parameters["ba"])
    yt_pred = softmax(Wya @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next**2)
    return {{
        "dxt": parameters["Wax"].T @ d,
        "da_prev": parameters["Waa"].T @ d,
        "dWax": d @ xt.T,
        "dWaa": d @ a_prev.T,
        "dba": d.sum(axis=1, keepdims=True),
    }}
"""


@dataclass(frozen=True)
class Hostile:
    """A file, and what its report must tell.

    ``message`` is a pattern for the finding of ``rnn_cell_forward`` (none: it passes), ``error``
    one for a file that cannot be judged at all. One that ``breaks_python`` itself is not judged,
    and no finding may come of it; ``message`` is then a pattern for the reason, if it can be read.
    """

    name: str
    body: str = ""
    top: str = ""
    message: str = ""
    error: str = ""
    breaks_python: bool = False

    @property
    def source(self) -> str:
        return CORRECT.format(top=self.top.strip("\n"), body=indent(self.body.strip("\n"), "    "))


LATE = "did not come to an end in time"
REFUSED = "Operation not permitted"
DENIED = "Permission denied"


def in_call(name: str, body: str, message: str = "") -> Hostile:
    return Hostile(name, body=body, message=message)


def at_import(name: str, top: str, message: str = "", error: str = "") -> Hostile:
    """At the top level; what a function does not use is not run, so it uses ``X``."""
    return Hostile(name, body="X" * ("X = " in top), top=top, message=message, error=error)


ENDS = [
    in_call("sys_exit", "import sys; sys.exit(0)", "raises SystemExit"),
    in_call("os_exit", "import os; os._exit(0)", "ended the program itself .exit status 0"),
    in_call("os_exit_7", "import os; os._exit(7)", "exit status 7"),
    in_call("kills_itself", "import os; os.kill(os.getpid(), 9)", "SIGKILL"),
    in_call("abort", "import os; os.abort()", "SIGABRT"),
    in_call("segfault", "import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    in_call("keyboard_interrupt", "raise KeyboardInterrupt", "raises KeyboardInterrupt"),
    in_call("generator_exit", "raise GeneratorExit", "raises GeneratorExit"),
    in_call("stop_iteration", "raise StopIteration", "raises StopIteration"),
    in_call("skip_unittest", "import unittest; raise unittest.SkipTest('no')", "raises SkipTest"),
    in_call("skip_pytest", "import pytest; pytest.skip('no')", "raises Skipped"),
    in_call("reject", "import hypothesis; hypothesis.reject()", "raises UnsatisfiedAssumption"),
    in_call("recursion", "return rnn_cell_forward(xt, a_prev, parameters)", "RecursionError"),
    in_call(
        "now_and_then",
        "import os, random\nif random.random() < 0.2: os._exit(1)",
        "exit status 1",
    ),
    at_import("exit_at_import", "import sys\nX = sys.exit(4)", "reads the variable X"),
    at_import("os_exit_at_import", "import os\nX = os._exit(5)", error="exit status 5"),
    at_import("segfault_at_import", "import ctypes\nX = ctypes.string_at(0)", error="SIGSEGV"),
    at_import("atexit", "import atexit, os\n@atexit.register\ndef bye():\n    os._exit(0)"),
]

HANGS = [
    in_call(
        "swallows",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        LATE,
    ),
    in_call(
        "blocks_signals",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
        "while True: pass",
        LATE,
    ),
    in_call(
        "takes_the_alarm",
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        LATE,
    ),
    at_import("hangs_at_import", "def f():\n    while True: pass\nX = f()", error=LATE),
]

BOMBS = [
    in_call("huge_array", "np.zeros(10**12)", "MemoryError"),
    in_call(
        "memory",
        "kept = globals().setdefault('KEPT', [])\n"
        "for _ in range(80): kept.append(bytearray(2**23))",
        "[Mm]emory",
    ),
    in_call(
        "fork",
        "import os\nfor _ in range(20):\n    if os.fork() == 0: os._exit(0)",
        REFUSED,
    ),
    in_call(
        "threads",
        "import threading, time\n"
        "for _ in range(100): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()",
        "can't start new thread|used up the memory",
    ),
    in_call("prints", "print('x' * 100_000)"),
    in_call("writes_to_descriptors", "import os\nfor n in (1, 2): os.write(n, b'x' * 100_000)"),
    in_call(
        "disk",
        "import tempfile, os\nBLOCK = bytes(2**20)\nfor n in range(40):\n"
        "    with open(os.path.join(tempfile.gettempdir(), str(n)), 'wb') as f: f.write(BLOCK)",
        "No space left|Permission denied",
    ),
    in_call(
        "large_file",
        "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(bytes(12 * 2**20))",
        "File too large|Permission denied|No usable temporary",
    ),
    in_call("descriptors", "kept = [open('/dev/null') for _ in range(200)]", "Too many open files"),
    in_call(
        "long_message",
        "raise ValueError('<b>::error::</b>' * 3_000_000)",
        "raises ValueError: <b>::error::</b>",
    ),
    in_call("broadcast", "return (np.broadcast_to(0.0, (10**6, 10**6)),) * 2 + ((),)", "shape"),
]

REACHES = [
    in_call("network", "import socket; socket.socket()", REFUSED),
    in_call("subprocess", "import subprocess; subprocess.run(['true'])", REFUSED),
    in_call("system", "import os\nif os.system('true') == 0: raise SystemError('ran')"),
    in_call("exec", "import os; os.execv('/bin/true', ['true'])", REFUSED),
    in_call("signals_its_parent", "import os; os.kill(os.getppid(), 23)", REFUSED),
    in_call("signals_all", "import os; os.kill(-1, 0)", REFUSED),
    in_call("removes_its_file", "import os; os.remove(__file__)", DENIED),
    in_call("writes_its_file", "open(__file__, 'a').write('x')", DENIED),
    in_call("rights_of_its_file", "import os; os.chmod(__file__, 0o777)", REFUSED),
    in_call(
        "reads_a_secret",
        "import os; open(os.path.join(os.path.dirname(__file__), 'secret.txt')).read()",
        DENIED,
    ),
    in_call(
        "reads_by_a_link",
        "import os, tempfile\nlink = os.path.join(tempfile.gettempdir(), 'link')\n"
        "secret = __file__.replace('submission.py', 'secret.txt')\n"
        "if not os.path.lexists(link): os.symlink(secret, link)\n"
        "open(link).read()",
        DENIED,
    ),
    in_call("raises_its_limits", "import resource; resource.setrlimit(7, (9999, 9999))", "raises"),
    in_call(
        "reads_variables",
        "import os\nif 'A_TOKEN' in os.environ: raise SystemError('a token')",
    ),
    in_call(
        "shared_memory",
        "from multiprocessing import shared_memory as s\ns.SharedMemory(create=True, size=100)",
        "PermissionError|OSError",
    ),
    in_call("changes_folder", "import os; os.chdir('/')"),
    in_call(
        "leaves_a_thread",
        "import threading, time; threading.Thread(target=time.sleep, args=(0.001,)).start()",
    ),
]

FORGES = [
    in_call("noise", "import os\nos.write(3, b'hello, this is no frame')", "sent what is no"),
    in_call("long_frame", "import os\nos.write(3, b'\\xff' * 8)", "too long"),
    in_call(
        "nested",
        "import os\nn = 60_000\nos.write(3, n.to_bytes(4, 'big') + b'[' * n)",
        "sent what is no message",
    ),
    in_call(
        "unknown_function",
        "import os, json\nd = json.dumps({'judging': 'rm'}).encode()\n"
        "os.write(3, len(d).to_bytes(4, 'big') + d)",
        "sent what is no report",
    ),
    in_call(
        "half_a_report",
        "import os, json\nd = json.dumps({'report': {'path': 'x', 'error': None}}).encode()\n"
        "os.write(3, len(d).to_bytes(4, 'big') + d)",
        "sent what is no report",
    ),
    in_call(
        "end_without_a_report",
        "import os, json\nd = json.dumps({'finished': True}).encode()\n"
        "os.write(3, len(d).to_bytes(4, 'big') + d)\nos._exit(0)",
        "came to no report",
    ),
    in_call(
        "flood",
        "import os, json\nd = json.dumps({'judging': 'rnn_cell_forward'}).encode()\n"
        "while True: os.write(3, (len(d).to_bytes(4, 'big') + d) * 1000)",
        "more than a report can hold|sent what is no",
    ),
    in_call(
        "closes_the_pipe", "import os; os.closerange(3, 100)", "broke the process that judges it"
    ),
    in_call("object_array", "return np.array([[None]], object), None, ()", "."),
    in_call(
        "reduce",
        "class R:\n    def __reduce__(self): return (print, ('x',))\nreturn R(), R(), R()",
        ".",
    ),
    in_call(
        "lying_array",
        "class A(np.ndarray):\n    def __eq__(self, other): return np.ones(self.shape, bool)\n"
        "    def __array_ufunc__(self, *a, **k): return 0.0\n"
        "z = np.zeros((3, 3)).view(A)\nreturn z, z, ()",
        ".",
    ),
    in_call("zeroes_inputs", "xt[...] = 0", "."),
    in_call(
        "terminal_codes",
        "raise ValueError('\\x1b[31m::error file=x::')",
        "raises ValueError: \x1b",
    ),
    in_call(
        "message_that_raises",
        "class E(Exception):\n    def __str__(self): raise ValueError('no')\nraise E",
        "raises E",
    ),
    at_import(
        "patches_testing", "np.testing.assert_allclose = np.allclose = X = lambda *a, **k: True"
    ),
    at_import("patches_hypothesis", "import hypothesis as h\nX = setattr(h, 'given', None)"),
    at_import(
        "isinstance_lies", "import builtins\nX = setattr(builtins, 'isinstance', min)", error="."
    ),
    at_import("traces", "import sys\nX = sys.settrace(lambda *a: 1 / 0)", error="raises Zero"),
    Hostile(
        "empties_modules",
        body="X",
        top="import sys\nX = sys.modules.clear()",
        message="could not judge it",
        breaks_python=True,
    ),
    at_import("no_streams", "import sys\nX = (sys.stdout.close(), sys.stderr.close())"),
]

BATTERY = [*ENDS, *HANGS, *BOMBS, *REACHES, *FORGES]
