"""Of a file everything is read that can be, and nothing executed that need not be."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from cellcheck.submissions.loading import read

from .conftest import Reader

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


def test_a_logger_is_setup_however_it_is_set_up(module: Reader) -> None:
    document = module("""
        import logging
        logging.basicConfig(level=logging.DEBUG)
        log = logging.getLogger("cells")
        log.setLevel(logging.INFO)
        log.addHandler(logging.NullHandler())

        def f(x):
            log.debug("called")
            return x
        """)
    assert document.definitions["f"].function(1) == 1


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


def test_what_a_definition_needs_to_be_made_is_set_up(notebook: Reader) -> None:
    document = notebook(
        """
        import numpy as np
        print("here we go")
        rng = np.random.default_rng(0)
        size = 3
        """,
        """
        def weights(shape=(size, size), source=rng):
            return source.normal(size=shape)
        """,
    )
    assert document.definitions["weights"].function().shape == (3, 3)
    assert not {"rng", "size"} & document.demo_names.keys()


def test_a_block_that_only_tells_besides_is_set_up(module: Reader) -> None:
    document = module(
        """
        import numpy as np
        try:
            eps = float("1e-3")
        except ValueError:
            print("no number")
            eps = 1e-8
        with np.errstate(all="ignore"):
            print("counting")
            big = np.exp(700.0)

        def f(x):
            return x * eps + big
        """
    )
    assert document.definitions["f"].function(0.0) > 1e300
    assert document.demo_names == {}


def test_a_block_that_shows_something_is_none(module: Reader) -> None:
    document = module(
        """
        def f(x):
            return x + n

        try:
            n = 3
            for i in range(n):
                print(f(i))
        except Exception as error:
            print(error)
        """
    )
    assert "n" in document.demo_names
