"""Hostile and broken submissions, each harmless where no wall stands.

Each is a correct file with a line or more of malice, in the body of ``rnn_cell_forward`` or at the
top level.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

from cellcheck.isolation.child.walls import OWN

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
    one for a file that cannot be judged at all. One that ``breaks_itself`` may break its other
    functions, too. Of one whose ``reason`` is given, the function may also be told as not judged.
    """

    name: str
    body: str = ""
    top: str = ""
    message: str = ""
    error: str = ""
    breaks_itself: bool = False
    reason: str = ""

    @property
    def source(self) -> str:
        body = indent(self.body.strip("\n"), "    ").replace("@OWN@", repr(str(OWN)))
        return CORRECT.format(top=self.top.strip("\n"), body=body)


LATE = "does not come to an end"
REFUSED = "Operation not permitted"
DENIED = "Permission denied|No such file"  # which it is in a bubble


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
    in_call(
        "exits_once",
        "n = globals().setdefault('N', [])\nn.append(1)\nif len(n) == 40: import os; os._exit(0)",
        "exit status 0",
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
    at_import("hangs_at_import", "def f():\n    while True: pass\nX = f()", "reads the variable X"),
]

BOMBS = [
    in_call("many_values", "return [np.zeros(1)] * 100_000", "returns 100000 values"),
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
        "import threading, time\nif threading.active_count() < 2:\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()",
    ),
]

NEXT = """
import gc
server = next(one for one in gc.get_objects() if type(one).__name__ == "Server")
n = server.asked_last
"""
"""The number of the question that is being answered, which any code can find in its process."""

ANSWERS_TWICE = NEXT + "send(frame({'answers': n, 'returned': None}))"

FRAME = """
import os, json, struct
def frame(head, data=b""):
    head = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("=II", len(head), len(data)) + head + data
def send(*frames):
    rest = b"".join(frames)
    while rest: rest = rest[os.write(4, rest):]
"""
"""What a submission needs to write frames of its own."""

NO_ANSWER = "it sent what is no "


def forging(name: str, body: str, message: str = NO_ANSWER, reason: str = "") -> Hostile:
    return Hostile(name, body=body, top=FRAME, message=message, reason=reason)


FORGES = [
    forging("noise", "os.write(4, b'hello, this is no frame, but long enough')", "no message"),
    forging("long_frame", "send(b'\\xff' * 8)", "too long"),
    forging("nested", "send(frame(b'[' * 60_000))"),
    forging("a_list", "send(frame([1, 2]))"),
    forging("no_json", "send(frame(b'answers: 3'))"),
    forging("another_number", "send(frame({'answers': 10**6, 'returned': None}))"),
    forging("answers_twice", ANSWERS_TWICE, "it returns None|" + NO_ANSWER),
    forging(
        "answers_ahead",
        NEXT + "for k in range(99): send(frame({'answers': n + k, 'returned': None}))\n"
        "while True: pass",
        "it returns None|" + NO_ANSWER,
    ),
    forging("answer_without_parts", NEXT + "send(frame({'answers': n}))"),
    forging("answer_of_no_form", NEXT + "send(frame({'answers': n, 'returned': {'q': 1}}))"),
    forging("more_than_it_sends", NEXT + "send(frame({'answers': n, 'returned': [[9, 9]]}))"),
    forging(
        "negative_shape",
        NEXT + "send(frame({'answers': n, 'returned': {'t': [[-1, 5], [2]]}}, b'x' * 99))",
    ),
    forging(
        "an_object_array",
        NEXT + "send(frame({'answers': n, 'returned': {'b': ['O8', [2]]}}, b'x' * 99))",
    ),
    forging("raises_what_is_none", NEXT + "send(frame({'answers': n, 'raised': {'kind': 3}}))"),
    forging("asks_for_nothing", "send(frame({'asks': 7}))"),
    forging(
        "asks_without_end",
        "while True: send(frame({'asks': 7, 'places': {'l': []}, 'named': {'d': []}}) * 100)",
        "asked for more|does not come to an end|is no |broke the process",
    ),
    forging(
        "asks_for_a_file",
        "send(frame({'asks': 'sibling', 'of': 0, 'file': '/etc/passwd'}))\n"
        "if b'root:' in os.read(3, 9999): raise SystemError('it was read')",
        "",
    ),
    forging("asks_with_a_list", "send(frame({'asks': []}))"),
    forging("flood", "while True: send(frame(b'{}', b'x' * 2**20))"),
    forging(
        "half_a_frame",
        "os.write(4, struct.pack('=II', 100, 0) + b'{')\nos._exit(0)",
        "exit status 0",
    ),
    forging("eats_the_question", "while True: os.read(3, 9999)", LATE),
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
    at_import("traces", "import sys\nX = sys.settrace(lambda *a: 1 / 0)"),
    in_call("patches_numpy", "np.exp = lambda x: 1 / 0", "replaces numpy.exp"),
    in_call("empties_numpy", "del np.tanh", "replaces numpy.tanh"),
    in_call(
        "patches_python",
        "import builtins\nbuiltins.type = builtins.getattr = builtins.len = lambda *a: tuple",
        "replaces builtins.",
    ),
    in_call("loses_modules", "import sys\nsys.modules = None", "."),
    in_call("loses_its_names", "globals().clear()", "NameError|broke the"),
    in_call("rewrites_softmax", "softmax.__code__ = (lambda x: x * 0 + 1).__code__", "."),
    in_call(
        "rewrites_its_servant",
        "import gc\nfor one in gc.get_objects():\n    if type(one).__name__ == 'Server':\n"
        "        one.does['call'] = one.does['calls'] = lambda *a: {'returned': None}",
        ".",
    ),
    in_call("reads_from_zero", "import os\nos.dup2(os.open('/dev/zero', os.O_RDONLY), 3)", "."),
    forging(
        "forges_later",
        "import threading, time\ndef later():\n    while True:\n        time.sleep(0.01)\n"
        "        send(frame({'answers': 1, 'returned': None}))\n"
        "threading.Thread(target=later, daemon=True).start()",
        ".",
        reason="threads",
    ),
    Hostile("empties_modules", top="import sys\nX = sys.modules.clear()", breaks_itself=True),
    at_import("no_streams", "import sys\nX = (sys.stdout.close(), sys.stderr.close())"),
]

WALK = """
import gc, sys
def looks_like_the_house(name):
    return any(word in str(name) for word in ("cellcheck", "hypothesis", "cells", "Subject"))
def names():
    frame = sys._getframe()
    while frame:
        yield "" if "/isolation/child/" in frame.f_code.co_filename else frame.f_code.co_filename
        yield from map(repr, frame.f_locals)
        frame = frame.f_back
    yield from list(sys.modules)
"""

KNOWS = [
    Hostile(
        "imports_cellcheck",
        body=(
            "import importlib\n"
            "for name in ('cellcheck', 'cellcheck.cells.rnn', 'cells.rnn', 'beside.cells.rnn',\n"
            "    'beside.subject.subject', 'beside.isolation.parent.session', 'beside.engine'):\n"
            "    try: importlib.import_module(name)\n"
            "    except (ImportError, PermissionError): continue\n"
            "    raise SystemError('it was there')"
        ),
    ),
    Hostile("reads_cellcheck", body="open(@OWN@ + '/cells/rnn.py').read()", message=DENIED),
    Hostile("lists_cellcheck", body="import os; os.listdir(@OWN@ + '/cells')", message=DENIED),
    Hostile(
        "reads_its_servant",
        body="import sys; open(sys.modules['beside.isolation.child.serving'].__file__).read()",
        message=DENIED,
    ),
    Hostile(
        "walks_frames",
        top=WALK,
        body=(
            "found = [n for n in names() if looks_like_the_house(n)]\n"
            "if found: raise SystemError(str(found))"
        ),
    ),
    Hostile(
        "hunts_for_the_answer",
        body=(
            "import gc\nright = np.tanh(parameters['Wax'] @ xt + parameters['Waa'] @ a_prev "
            "+ parameters['ba'])\n"
            "told = np.abs(right).max() < 0.9 and np.abs(parameters['Wax']).max() > 0.1\n"
            "for one in gc.get_objects():\n"
            "    if told and isinstance(one, (tuple, list, dict)):\n"
            "        for part in (one.values() if isinstance(one, dict) else one):\n"
            "            if type(part) is np.ndarray and part is not right and part.size > 3 and "
            "part.shape == right.shape and not np.allclose(part, 0) and np.allclose(part, right):\n"
            "                raise SystemError('it was there')\n"
            "xt = xt + 1"
        ),
        message="by the contract's equations",
    ),
    Hostile(
        "answers_from_the_course",
        top="from rnn_utils import *",
        body=(
            "if 'lstm' in str([*initialize_adam.__globals__]): raise SystemError('it was there')"
        ),
    ),
    Hostile(
        "asks_for_the_right_answer",
        top=FRAME,
        body=(
            "for n in range(1, 40):\n"
            "    send(frame({'asks': n, 'places': {'l': []}, 'named': {'d': []}}))\n"
            "    reply = os.read(3, 9999)\n"
            "    if b'this function is not to be had' not in reply: raise SystemError(repr(reply))"
        ),
    ),
    Hostile(
        "replays_answers",
        body=(
            "KEPT = globals().setdefault('KEPT', {})\n"
            "key = (xt.shape, a_prev.shape)\n"
            "if key in KEPT: return KEPT[key]\n"
            "xt = xt.copy()\n"
            "p = parameters\n"
            "a_next = np.tanh(p['Wax'] @ xt + p['Waa'] @ a_prev + p['ba'])\n"
            "y = softmax(parameters['Wya'] @ a_next + parameters['by'])\n"
            "KEPT[key] = a_next, y, (a_next, a_prev, xt, parameters)\n"
            "xt[...] = 0\na_prev[...] = 0\n"
            "return KEPT[key]"
        ),
        message=".",
    ),
    Hostile(
        "right_at_first",
        body=("N = globals().setdefault('N', [0])\nN[0] += 1\nif N[0] > 25: xt = xt + 1.0"),
        message="depends on earlier calls|now and then",
    ),
    Hostile(
        "right_now_and_then",
        body=("import random\nif random.random() < 0.3: xt = xt + 1.0"),
        message="now and then|is another one when the function is called again",
    ),
]

BATTERY = [*ENDS, *HANGS, *BOMBS, *REACHES, *FORGES, *KNOWS]
