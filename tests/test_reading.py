"""A file is read as far as it goes, and says in one sentence what it cannot give."""

from __future__ import annotations

import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from cellcheck.runtime.imports import StandInUsed
from cellcheck.submissions import files
from cellcheck.submissions.loading import Document, Unreadable, read

Reader = Callable[..., Document]


@pytest.fixture
def module(tmp_path: Path) -> Reader:
    def load(text: str, name: str = "work.py") -> Document:
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return read(path)

    return load


@pytest.fixture
def notebook(tmp_path: Path) -> Reader:
    def load(*sources: str, markdown_first: bool = True) -> Document:
        cells: list[dict[str, Any]] = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
             "source": dedent(source).strip("\n").splitlines(keepends=True)}
            for source in sources
        ]  # fmt: skip
        if markdown_first:
            cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# Work"]})
        path = tmp_path / "work.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {},
                                    "cells": cells}))  # fmt: skip
        return read(path)

    return load


def sentence(path: Path | str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


# ---------------------------------------------------------------- what cannot be read


def test_no_such_file(tmp_path: Path) -> None:
    assert "does not exist" in sentence(tmp_path / "none.py")


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in sentence(tmp_path)


def test_a_foreign_suffix_names_the_three(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x = 1")
    assert ".py, .ipynb or .md" in sentence(tmp_path / "a.txt")


@pytest.mark.parametrize("suffix", [".py", ".ipynb", ".md"])
@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_nothing_in_it(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert "is empty" in sentence(path)


def test_binary_junk(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(bytes(range(256)))
    assert "NUL" in sentence(path)


@pytest.mark.parametrize("suffix", [".py", ".ipynb", ".md"])
def test_text_that_is_not_utf8(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"x = 1\n\n# caf\xe9\n")
    assert "not UTF-8 text (line 3)" in sentence(path)


def test_an_unknown_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# -*- coding: klingon -*-\nx = 1\n")
    assert "encoding" in sentence(path)


@pytest.mark.parametrize("coding", ["rot13", "zlib", "hex"])
def test_an_encoding_that_is_none_of_text(coding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(f"# -*- coding: {coding} -*-\nx = 1\n".encode())
    assert "encoding" in sentence(path)


def test_a_notebook_with_a_number_of_thousands_of_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text('{"cells": [], "nbformat": ' + "9" * 10_000 + "}")
    assert "not a notebook" in sentence(path)


@pytest.mark.parametrize("name", ["m" * 300, ".".join(3000 * "a")])
def test_a_module_whose_name_no_file_can_have(name: str, module: Reader) -> None:
    document = module(f"import {name} as away\ndef sigmoid(x):\n    return x\n")
    assert "sigmoid" in document.definitions


def test_a_huge_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was opened"))
    assert "at most 10 MB" in sentence(path)


def test_a_notebook_may_be_large_but_not_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook: Reader
) -> None:
    monkeypatch.setattr(files, "SOURCE_LIMIT", 2**20)
    cell = {"cell_type": "code", "source": "def f(): return 1", "metadata": {}}
    output = [{"output_type": "stream", "name": "stdout", "text": "x" * 2**21}]
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {},
               "cells": [{**cell, "outputs": output, "execution_count": 1}]}  # fmt: skip
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(content))
    assert read(path).definitions["f"].function() == 1
    monkeypatch.setattr(files, "SOURCE_LIMIT", 5)
    assert "too large" in sentence(path)


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.py").write_text("x = 1")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "permission denied" in sentence(tmp_path / "a.py")


@pytest.mark.parametrize("text", ['{"cells": [{"cell_type": "co', "not json at all"])
def test_a_truncated_notebook(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    assert "not a whole notebook" in sentence(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    "content", [[], 3, {}, {"cells": None}, {"cells": [{"cell_type": "markdown", "source": "a"}]}]
)
def test_a_notebook_without_code(tmp_path: Path, content: Any) -> None:
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    assert "no code cells" in sentence(tmp_path / "a.ipynb")


def test_a_note_without_python(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Title\n```bash\nls\n```\n```\nx = 1\n```\n")
    assert "no Python block" in sentence(tmp_path / "a.md")


def test_a_module_that_is_no_python_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("Hello\nthis is a letter.\n")
    text = sentence(tmp_path / "a.py")
    assert "is not Python: line 2: invalid syntax" in text


# ---------------------------------------------------------------- the three kinds of file


def test_bom_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.PY"
    path.write_bytes(b"\xef\xbb\xbf# one\r\ndef f():\r\n    return 7\r\n")
    definition = read(path).definitions["f"]
    assert (definition.function(), definition.line) == (7, 2)
    assert definition.source == "def f():\n    return 7"


def test_a_named_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# coding: latin-1\ndef f():\n    return 'é'\n".encode("latin-1"))
    assert read(path).definitions["f"].function() == "é"


def test_a_definition_knows_its_place(module: Reader) -> None:
    document = module("""
        import functools

        @functools.lru_cache
        def f(x):
            return x

        g = lambda x: x + 1
        h = f
        """)
    f, g, h = (document.definitions[name] for name in "fgh")
    assert (f.line, f.cell, f.node and f.node.lineno) == (5, None, 5)
    assert f.source.startswith("def f(x):")
    assert (g.line, g.source, g.function(1)) == (8, "g = lambda x: x + 1", 2)
    assert h.name == "h"
    assert h.function is f.function
    assert h.line == 5


def test_the_last_definition_wins(notebook: Reader) -> None:
    document = notebook("def f():\n    return 1", "def f():\n    return 2")
    assert (document.definitions["f"].function(), document.definitions["f"].cell) == (2, 2)


def test_only_the_branch_that_was_taken_counts(module: Reader) -> None:
    document = module("""
        import sys
        if sys.version_info >= (3,):
            def f():
                return 3
        else:
            def f():
                return 2
        """)
    assert (document.definitions["f"].function(), document.definitions["f"].line) == (3, 4)


def test_a_traceback_and_inspect_see_the_source(notebook: Reader, module: Reader) -> None:
    document = notebook("x = 1", "\ndef f():\n    raise ValueError(1)")
    for place in (document, module("\n\ndef f():\n    raise ValueError(1)\n")):
        function = place.definitions["f"].function
        with pytest.raises(ValueError, match="1") as caught:
            function()
        last = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert last.lineno == place.definitions["f"].line + 1
        assert last.line == "raise ValueError(1)"
        assert inspect.getsource(function).startswith("def f():")


def test_an_old_notebook(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "a"},
        {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [],
         "input": ["def f():\n", "    return 1"], "collapsed": False, "prompt_number": 1},
    ]  # fmt: skip
    content = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""},
               "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    definition = read(tmp_path / "a.ipynb").definitions["f"]
    assert (definition.cell, definition.line, definition.function()) == (1, 1, 1)


@pytest.mark.parametrize("extra", [{}, {"nbformat": 9}, {"nbformat": "x", "metadata": 3}])
def test_a_notebook_with_invalid_metadata(tmp_path: Path, extra: dict[str, Any]) -> None:
    cells = [None, {"cell_type": "code", "source": ["def f():\n", "    return 1"]}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells, **extra}))
    assert read(tmp_path / "a.ipynb").definitions["f"].cell == 1


def test_the_fences_of_a_note(tmp_path: Path) -> None:
    text = """\
    # Title
    ```python
    def a(): return 1
    ```
    ~~~{python}
    def b(): return 2
    ~~~
    1. item
       ```py
       def c():
           return 3
       ```
    ```
    def d(): return 4
    ```
    ```
    not python, though it says def f()
    ```
    ```js
    function e() {}
    ```
    > ```python3
    > def g():
    >     return 7
    > ```
    ````ipython
    def h(): return '''
    ```
    '''
    ````
    ```python
    def last(): return 9"""
    (tmp_path / "a.md").write_text(dedent(text))
    document = read(tmp_path / "a.md")
    lines = {name: definition.line for name, definition in document.definitions.items()}
    assert lines == {"a": 3, "b": 6, "c": 10, "d": 14, "g": 23, "h": 27, "last": 32}
    assert document.definitions["c"].function() == 3
    assert document.definitions["h"].function() == "\n```\n"
    assert document.notes == ()
    with pytest.raises(AttributeError) as caught:
        document.definitions["g"].function().missing  # noqa: B018
    assert caught.value is not None
    assert inspect.getsource(document.definitions["c"].function) == "def c():\n    return 3\n"


# ---------------------------------------------------------------- what is left out of it


def test_notebook_commands_are_left_out_in_one_note(notebook: Reader) -> None:
    document = notebook(
        """
        %matplotlib inline
        !git clone 'it
        import numpy as np
        np.dot?
        """,
        """
        %%time
        def f(x):
            %timeit x
            y = (x
                 %x - -2)
            return '''
        %keep
        !this
        ''', y
        """,
        "files = !ls\n?np\n% precision 3",
        "%%bash\nrm -rf x",
    )
    assert document.definitions["f"].function(7) == ("\n%keep\n!this\n", 2)
    assert document.namespace["np"] is np
    assert document.notes == (
        "cell 4 left out: %%bash is not Python",
        "cells 1, 2, 3: 8 notebook commands left out",
    )


def test_only_the_broken_line_of_a_cell_is_lost(notebook: Reader) -> None:
    document = notebook("import numpy as np\nfrom x import **\nimport math")
    assert document.namespace["np"] is np
    assert "math" in document.namespace
    assert document.notes == (
        'cell 1, line 2 left out: not Python (invalid syntax): "from x import **"',
    )


def test_an_open_bracket_swallows_no_more_than_itself(notebook: Reader) -> None:
    document = notebook("x = (1,\nimport math\n!ls\ndef f():\n    return math.pi")
    assert document.definitions["f"].function() > 3
    assert document.notes[-1] == "cell 1: 1 notebook command left out"


def test_a_broken_function_is_remembered_and_the_rest_survives(module: Reader) -> None:
    document = module("""
        import numpy as np

        def good(x):
            return np.tanh(
                x
        )

        def bad(x):
            y = = 3
            return y

        @staticmethod
        def old(x):
            print "x"

        print "top"

        def torn(x):
            y = 1
        z = 2
            return y

        def mixed(x):
            if x:
        \ty = 1
                return y

        def last():
            return (1 +

        def really_last():
            return 1
        """)
    assert set(document.definitions) == {"good", "really_last"}
    assert document.definitions["good"].function(0) == 0
    assert set(document.broken) == {"bad", "old", "torn", "mixed", "last"}
    assert document.broken["bad"] == "line 10: not Python (invalid syntax)"
    assert document.broken["old"].startswith("line 15: not Python (Missing parentheses")
    assert document.broken["torn"].startswith("line 22: not Python (unexpected indent")
    assert document.broken["last"].startswith("line 30: ")
    assert any(note.startswith("line 17 left out: not Python") for note in document.notes)
    assert "bad could not be read: line 10: not Python (invalid syntax)" in document.notes


def test_what_only_the_compiler_refuses_is_broken_too(module: Reader) -> None:
    document = module("def f(x, x):\n    return x\ndef g():\n    return 1\n")
    assert set(document.definitions) == {"g"}
    assert document.broken["f"].startswith("line 1: not Python (duplicate argument")


def test_a_later_good_function_replaces_a_broken_one(notebook: Reader) -> None:
    document = notebook("def f(x):\n    return (", "def f(x):\n    return x")
    assert document.broken == {}
    assert document.definitions["f"].cell == 2


def test_a_cell_pasted_with_an_indent(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": "    def f():\n        return 1\n"}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    assert read(tmp_path / "a.ipynb").definitions["f"].function() == 1


def test_endless_prose_is_given_up(module: Reader) -> None:
    document = module("def f():\n    return 1\n" + "some words of prose\n" * 1000)
    assert document.definitions["f"].function() == 1
    assert len(document.notes) <= 12
    assert "more" in document.notes[-1]


def test_equal_notes_are_counted(module: Reader) -> None:
    document = module("a = 1 / 0; b = 1 / 0\ndef f():\n    return a, b\n")
    told = "line 1 left out: raises ZeroDivisionError (division by zero)"
    assert document.notes == (f"{told} (2 times)",)
    assert document.demo_names == {"a": "line 1", "b": "line 1"}


def test_there_are_at_most_a_dozen_notes(module: Reader) -> None:
    lines = [f"x{n} = = {n}" for n in range(30)]
    document = module("\n".join(["def f():", "    return 1", *lines]))
    assert len(document.notes) == 12
    assert document.notes[-1] == "and 19 notes more"


def test_deep_nesting_costs_one_statement(module: Reader) -> None:
    ladder = "if a: pass\n" + "".join(f"elif b{n}: c = {n}\n" for n in range(90))
    deep = "d = " + "-" * 100_000 + "1\ne = " + "(" * 500 + ")" * 500 + "\n"
    document = module(f"{ladder}{deep}def f():\n    return 1\n")
    assert document.definitions["f"].function() == 1
    assert len(document.notes) == 2


def test_invalid_escapes_are_silent(
    module: Reader, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    document = module('def f():\n    "\\d"\n    return 1 is 1\n%x\n')
    assert document.definitions["f"].function() is True
    assert not recwarn.list
    assert capsys.readouterr().err == ""


# ---------------------------------------------------------------- what is executed


def test_demo_is_not_run(module: Reader, capsys: pytest.CaptureFixture[str]) -> None:
    document = module("""
        import sys
        import numpy as np
        np.random.seed(1)

        def rnn_forward(x):
            return x + m

        print("loud")
        m = 10
        xt_tmp = np.random.randn(3, m)
        parameters_tmp = {}
        parameters_tmp["W"] = rnn_forward(xt_tmp)
        out = rnn_forward(xt_tmp)
        shape = xt_tmp.shape
        while True:
            pass
        for t in range(3):
            last = t
        assert False
        sys.exit(3)
        if __name__ == "__main__":
            guarded = 1
        """)
    assert capsys.readouterr() == ("", "")
    assert document.notes == ()
    assert document.demo_names == {
        "m": "line 10", "xt_tmp": "line 11", "parameters_tmp": "line 12", "out": "line 14",
        "shape": "line 15", "t": "line 18", "last": "line 19", "guarded": "line 23",
    }  # fmt: skip
    with pytest.raises(NameError, match="m"):
        document.definitions["rnn_forward"].function(1)


def test_setup_is_run(module: Reader) -> None:
    document = module("""
        import functools
        import numpy as np
        np.seterr(all="ignore")
        print("hello")
        EPS = 1e-8
        SCALE = 2 * UNIT
        BASE = 3.0

        def make_step(k):
            def step(x):
                return k * x
            return step

        double = make_step(2)
        tanh = np.tanh
        relu = functools.partial(np.maximum, 0)
        OPTIONS = {"clip": BASE}
        OPTIONS["more"] = EPS
        table = np.eye(2)

        class Cell:
            size = BASE

        def f(x, scale=BASE):
            return OPTIONS, table, double(tanh(x)), relu(-x)
        """)
    options, table, doubled, rectified = document.definitions["f"].function(0.5)
    assert options == {"clip": 3.0, "more": 1e-8}
    assert table.tolist() == [[1, 0], [0, 1]]
    assert doubled == pytest.approx(2 * np.tanh(0.5))
    assert rectified == 0
    assert {"double", "tanh", "relu", "make_step"} <= set(document.definitions)
    assert document.definitions["double"].node is None
    assert document.namespace["Cell"].size == 3.0


def test_variables_of_a_notebook_are_demo_and_constants_are_not(notebook: Reader) -> None:
    document = notebook(
        "import numpy as np\nEPS = 1e-8",
        "LIMIT = 5.0\ndef f(x):\n    return x + EPS + LIMIT + GAIN",
        "m = 10\nx = np.random.randn(m)\nprint(f(x))",
        "n_a = 5",
        "GAIN = 2",
        "def g(x):\n    return x + n_a + m",
        "sigmoid = lambda x: x",
        "y = input()\nz = open('a').read()",
    )
    assert document.definitions["f"].function(1) == 1 + 1e-8 + 5 + 2
    assert document.demo_names["m"] == "cell 3, line 1"
    assert document.demo_names["n_a"] == "cell 4, line 1"
    assert "sigmoid" in document.definitions
    assert not {"m", "n_a", "y", "z"} & document.namespace.keys()


def test_a_number_at_the_head_of_a_module_is_setup(module: Reader) -> None:
    document = module("""
        import random
        n_a = 5
        drawn = random.random()
        def f(x: int): return n_a
        """)
    assert document.definitions["f"].function(0) == 5
    assert document.definitions["f"].function.__annotations__ == {"x": int}
    assert list(document.demo_names) == ["drawn"]


def test_a_decorator_written_out_keeps_the_place(module: Reader) -> None:
    document = module("""
        def twice(f):
            def run(x):
                return 2 * f(x)
            return run

        def step(x):
            return x

        step = twice(step)
        """)
    assert document.definitions["step"].function(3) == 6
    assert document.definitions["step"].line == 7


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("raise ValueError('no')", "ValueError (no)"),
        ("raise SystemExit(2)", "SystemExit (2)"),
        ("exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("h = lambda: h()\n    h()", "RecursionError"),
        ("input()", "EOFError"),
    ],
)
def test_nothing_that_is_raised_escapes(module: Reader, statement: str, told: str) -> None:
    document = module(f"if True:\n    import math\n    {statement}\ndef f():\n    return 1\n")
    assert document.definitions["f"].function() == 1
    assert len(document.notes) == 1
    assert document.notes[0].startswith(f"line 1 left out: raises {told}")


def test_a_function_whose_default_raises_is_broken(module: Reader) -> None:
    document = module("def f(x=undefined):\n    return 1\ndef g():\n    return 1\n")
    assert list(document.definitions) == ["g"]
    assert document.broken["f"].startswith("line 1: raises NameError")


def test_the_process_is_left_as_it_was(
    module: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, modules, folder = list(sys.path), set(sys.modules), os.getcwd()
    document = module("""
        from __future__ import annotations
        import os, sys, rnn_utils, matplotlib.pyplot as plt
        from dataclasses import dataclass
        try:
            import nowhere
            sys.path.insert(0, "here")
            os.chdir("/")
            print("out"); print("err", file=sys.stderr)
        finally:
            pass

        @dataclass
        class Cache:
            a: int

        def f():
            import matplotlib.pyplot as inner
            return __name__, __file__, Cache(1)
        """)
    assert (list(sys.path), os.getcwd(), capsys.readouterr()) == (path, folder, ("", ""))
    assert not {"rnn_utils", "nowhere", "submission", "matplotlib"} & (set(sys.modules) - modules)
    name, file, cache = document.definitions["f"].function()
    assert name != "__main__"
    assert (file, cache.a) == (str(tmp_path / "work.py"), 1)


# ---------------------------------------------------------------- imports


def test_the_courses_helpers(module: Reader) -> None:
    document = module("""
        from rnn_utils import *
        import rnn_utils
        from rnn_utils.helpers import softmax as other
        def f(x):
            return softmax(x), sigmoid(x), other(x), initialize_adam({"W": x})
        def g():
            return update_parameters_with_adam, rnn_utils.sigmoid
        """)
    soft, sig, other, (v, _) = document.definitions["f"].function(np.zeros((2, 1)))
    assert soft.tolist() == sig.tolist() == other.tolist() == [[0.5], [0.5]]
    assert v["dW"].tolist() == [[0.0], [0.0]]
    assert callable(document.definitions["g"].function()[0])
    assert document.notes == ()


def test_a_stand_in_fails_only_when_used(module: Reader) -> None:
    document = module("""
        import numpy as np
        import tensorflow as tf, matplotlib.pyplot as plt
        from public_tests import check
        from nowhere.deep import thing as renamed
        import cellcheck

        class Model(tf.keras.Model):
            plt.style.use("x")
            kind = tf.float32

        @tf.function
        def kept(x: tf.Tensor):
            return x

        @tf.function(jit=True)
        def kept_too(x):
            return x

        def calls(x): return tf.tanh(x)
        def adds(x): return x + tf.one
        def feeds(x): return np.dot(tf.one, x)
        def checks(x): return check(x)
        def uses(x): return bool(renamed.x)
        def inner(x):
            import torch
            return torch.tanh(x)
        def is_one(x): return isinstance(x, tf.Tensor)
        """)
    run = {name: item.function for name, item in document.definitions.items()}
    assert run["kept"](3) == run["kept_too"](3) == 3
    assert run["is_one"](3) is False
    missing = {"calls": "tensorflow", "adds": "tensorflow", "feeds": "tensorflow",
               "checks": "public_tests", "uses": "nowhere", "inner": "torch"}  # fmt: skip
    for name, module_name in missing.items():
        with pytest.raises(StandInUsed) as caught:
            run[name](np.ones(2))
        assert str(caught.value) == f"this uses `{module_name}`, which is not here"
    assert document.broken == {}
    assert document.notes == (
        "tensorflow, matplotlib, public_tests, nowhere are not loaded: stand-ins take their place",
    )


def test_one_stand_in_is_told_in_the_singular(module: Reader) -> None:
    notes = module("import matplotlib.pyplot as plt\ndef f(): return 1\n").notes
    assert notes == ("matplotlib is not loaded: a stand-in takes its place",)


def test_a_star_import_of_nothing(module: Reader) -> None:
    document = module("from public_tests import *\ndef f():\n    return 1\n")
    assert document.star_imports == ("public_tests",)
    assert document.notes == ("nothing comes from `import *` of public_tests: not here",)


def test_a_guarded_import_really_fails(module: Reader) -> None:
    document = module("""
        try:
            import cupy_of_nowhere as np
        except ImportError:
            import numpy as np

        def f():
            try:
                import matplotlib.pyplot
            except (ImportError, ValueError):
                return np.ones(1)
        """)
    assert document.definitions["f"].function().tolist() == [1.0]
    assert document.namespace["np"] is np


def test_real_modules_are_real(module: Reader) -> None:
    document = module("""
        import math, numpy.linalg, scipy.nowhere
        from scipy.special import expit
        import collections.abc as abc
        def f():
            from itertools import chain
            return chain
        """)
    assert document.namespace["expit"](0.0) == 0.5
    assert document.namespace["numpy"] is np
    assert document.namespace["abc"].Mapping
    assert document.definitions["f"].function().__name__ == "chain"


def test_an_import_of_what_numpy_lacks_is_left_out(module: Reader) -> None:
    document = module("from numpy import nothing\ndef f():\n    return 1\n")
    assert document.notes[0].startswith("line 1 left out: raises ImportError (cannot import name")


def test_files_beside_it_shadow_nothing(
    module: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("numpy", "random", "fractions", "scipy", "hypothesis"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')\n")
    (tmp_path / "cells").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.delitem(sys.modules, "fractions", raising=False)
    document = module("""
        import numpy, random, fractions, scipy.special, hypothesis
        def f():
            return random.Random(1), fractions.Fraction(1, 2), scipy.special.expit
        """)
    assert document.namespace["numpy"] is np
    assert str(document.definitions["f"].function()[1]) == "1/2"
    assert document.notes == ()
    assert sys.path[0] == ""


def test_modules_beside_it_are_read_for_their_definitions(module: Reader, tmp_path: Path) -> None:
    (tmp_path / "my_utils.py").write_text(
        "from pkg.deep import three\nimport work\nprint('loud')\n1/0\n"
        "def sigmoid(x):\n    return 1 + three()\n"
    )
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("from . import deep\nfrom .deep import three as trois\n")
    (package / "deep.py").write_text("from .other import two\ndef three():\n    return two() + 1\n")
    (package / "other.py").write_text("import pkg\nfrom ...outside import x\ndef two(): return 2\n")
    document = module("""
        from my_utils import sigmoid
        from .my_utils import sigmoid as same
        from . import my_utils as again
        import pkg.deep
        from pkg import other, trois
        import pkg.other as alias
        def f():
            return (sigmoid(0), same(0), again.sigmoid(0), pkg.deep.three(), other.two(), trois(),
                    alias.two())
        """)
    assert document.definitions["f"].function() == (4, 4, 4, 3, 2, 3, 2)
    assert document.notes[-1].startswith("read from beside the file: ")
    assert "my_utils.py" in document.notes[-1]
    assert not {"my_utils", "pkg", "pkg.deep", "submission.my_utils"} & sys.modules.keys()
    assert "three" not in document.definitions


def test_nothing_is_read_from_above_the_folder(tmp_path: Path) -> None:
    (tmp_path / "above.py").write_text("def g(): return 1\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "work.py").write_text("from ..above import g\ndef f(): return g()\n")
    document = read(tmp_path / "inner" / "work.py")
    with pytest.raises(StandInUsed, match="above"):
        document.definitions["f"].function()


def test_siblings_without_end_come_to_one(module: Reader, tmp_path: Path) -> None:
    for depth in range(20):
        (tmp_path / f"m{depth}.py").write_text(f"import m{depth + 1}\ndef f(): return {depth}\n")
    document = module("import m0\ndef f(): return m0.m1.f()\n")
    assert document.definitions["f"].function() == 1
    assert "m19.py" not in document.notes[-1]


@pytest.mark.parametrize("name", ["np", "numpy"])
def test_numpy_is_supplied_where_it_is_nowhere_imported(module: Reader, name: str) -> None:
    document = module(f"def f(x):\n    return {name}.tanh(x)\n")
    assert document.definitions["f"].function(0.0) == 0.0
    assert document.notes == (f"numpy is not imported here; {name} was supplied",)


def test_np_is_not_supplied_where_numpy_has_another_name(module: Reader) -> None:
    document = module("import numpy\ndef f(x):\n    return np.tanh(x)\n")
    with pytest.raises(NameError):
        document.definitions["f"].function(0.0)


def test_the_courses_helpers_are_supplied_where_they_are_missing(module: Reader) -> None:
    document = module("""
        from utils_of_nowhere import *
        def f(x):
            return sigmoid(x) + softmax(x)
        def g(sigmoid):
            return sigmoid
        """)
    assert document.definitions["f"].function(np.zeros((1, 1))).tolist() == [[1.5]]
    assert "sigmoid is not defined here; the course's was supplied" in document.notes
    assert "softmax is not defined here; the course's was supplied" in document.notes
    own = module("def sigmoid(x):\n    return 5\ndef f(x):\n    return sigmoid(x)\n")
    assert own.definitions["f"].function(0) == 5
    assert own.notes == ()
