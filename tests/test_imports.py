"""What a submission gets when it imports."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from cellcheck.isolation.child.imports import StandInUsed
from cellcheck.submissions.loading import read

from .conftest import Reader


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


@pytest.mark.parametrize("name", ["m" * 300, ".".join(3000 * "a")])
def test_a_module_whose_name_no_file_can_have(name: str, module: Reader) -> None:
    document = module(f"import {name} as away\ndef sigmoid(x):\n    return x\n")
    assert "sigmoid" in document.definitions
