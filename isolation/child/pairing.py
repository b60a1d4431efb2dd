"""Pairs of a forward and a backward function: made, and called, where they live."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ...subject.limits import LONGEST_CALL, OutOfTime, limited
from .asking import Asking, CalleeAtFault
from .common import Common, as_it_was
from .executing import Executing
from .imports import StandInUsed
from .objects import Objects
from .packing import Unpacker
from .values import Encoder
from .wire import Header

if TYPE_CHECKING:
    from ...pairs.in_process import LivePair

MOST_TEXT = 2_000
"""Characters of a text that is told."""


@contextmanager
def guarded(longest: float, common: Common) -> Iterator[None]:
    """Around calls of a pair's functions: they end in time, and what they patch is put back."""
    from ...pairs.errors import Misuse, PairCrash, raised

    try:
        with limited(longest), np.errstate(all="ignore"), common:
            yield
    except OutOfTime as late:
        raise PairCrash(str(late), is_end=True) from None
    except (CalleeAtFault, StandInUsed) as reason:
        raise Misuse(str(reason)) from None
    except Exception:
        raise
    except BaseException as error:  # the submission may exit, too
        raise PairCrash(raised(error)) from None


class Pairing:
    """The pairs of a submission, which are imported as soon as there is one."""

    def __init__(self, objects: Objects, asking: Asking, executing: Executing) -> None:
        self.objects, self.asking, self.executing = objects, asking, executing
        self._longest = LONGEST_CALL
        self._does: dict[str, Callable[[Any, Header, Encoder], Header]] = {
            "run": self._run,
            "repeat": self._repeat,
            "gradients": self._gradients,
            "writes": self._writes,
            "overwritten": self._overwritten,
            "sketch": self._sketch,
            "raises": self._raises,
        }

    def pair(self, asked: Header, encoder: Encoder) -> Header:
        """Makes a pair, or does something with one; what it cannot is told."""
        from ...pairs.errors import Broken, Misuse, PairCrash

        self._longest = asked["longest"]
        try:
            if asked["what"] == "make":
                return self._make(asked)
            pair: LivePair = self.objects[asked["of"]]
            answer = self._does[asked["what"]](pair, asked, encoder)
            notes = [note[:MOST_TEXT] for note in pair.notes()]
            return {**answer, "unit": pair.unit, "notes": notes}
        except Misuse as reason:
            return {"misuse": str(reason)[:MOST_TEXT]}
        except PairCrash as crash:
            return {"crash": [crash.text[:MOST_TEXT], crash.line, crash.is_end]}
        except Broken as broken:
            texts = [broken.message[:MOST_TEXT], [*broken.tensors], [*broken.check]]
            return {"broken": [*texts, broken.line, [*broken.right]]}
        finally:
            as_it_was()

    def _around(self) -> Any:
        return guarded(self._longest, self.executing.common)

    def _make(self, asked: Header) -> Header:
        from ...pairs.making import Making

        names = self.executing.namespace(asked["module"])
        pair = Making.read(marshal.loads(asked["made"])).pair(names, self._around)
        return {"pair": self.objects.keep_function(pair), "object": pair.is_object}

    def _value(self, packed: object) -> Any:
        return Unpacker(self.asking.resolved).value(packed)

    def _run(self, pair: LivePair, asked: Header, encoder: Encoder) -> Header:
        ran = pair.run(self._value(asked["values"]))
        return {"results": encoder.node(list(ran.results)), "ran": self.objects.keep(ran)}

    def _repeat(self, pair: LivePair, asked: Header, encoder: Encoder) -> Header:
        ran = pair.repeat(self._value(asked["ran"]), self._value(asked["values"]))
        return {"results": encoder.node(list(ran.results)), "ran": self.objects.keep(ran)}

    def _gradients(self, pair: LivePair, asked: Header, encoder: Encoder) -> Header:
        found = pair.gradients(self._value(asked["ran"]), self._value(asked["cotangents"]))
        arrays = {name: np.array(array) for name, array in found.arrays.items()}
        access = {name: text[:MOST_TEXT] for name, text in found.access.items()}
        return {"arrays": encoder.node(arrays), "access": access, "live": [*found.live]}

    def _writes(self, pair: LivePair, asked: Header, _: Encoder) -> Header:
        values = self._value(asked["values"])
        cotangents = self._value(asked["cotangents"])
        if cotangents is None:
            written = pair.forward_writes(values)
        else:
            written = pair.backward_writes(values, cotangents)
        return {"written": [written.what, written.line] if written else None}

    def _overwritten(self, pair: LivePair, asked: Header, _: Encoder) -> Header:
        values, cotangents, others = (
            self._value(asked[name]) for name in ("values", "cotangents", "others")
        )
        return {"overwritten": pair.overwritten(values, cotangents, others)}

    def _sketch(self, pair: LivePair, asked: Header, encoder: Encoder) -> Header:
        sketch = pair.sketch(self._value(asked["values"]))
        if sketch is None:
            return {"sketch": None}
        constants = encoder.node(dict(sketch.constants))
        return {"sketch": [sketch.before, sketch.cotangents, sketch.after], "constants": constants}

    def _raises(self, pair: LivePair, asked: Header, _: Encoder) -> Header:
        return {"raises": pair.raises(asked["text"])}
