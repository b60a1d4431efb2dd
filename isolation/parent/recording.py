"""What the demonstration of a submission was seen to do, in a process that ends with it."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from types import CodeType
from typing import Any

from ...reading.seen import Demonstrated
from ..child.wire import Malformed
from .frames import decode
from .remote import Ended, RemoteModule, reading
from .watch import with_grace

LONGEST = 5.0
"""Seconds that a demonstration may compute."""


def recorded(
    module: RemoteModule, codes: Sequence[CodeType], pairs: Sequence[tuple[str, str]]
) -> tuple[tuple[Demonstrated, ...], str]:
    """The calls of ``pairs`` (the names of a forward and a backward function each) that statements
    of a module make, and why their process has ended before it told of any, if it has.

    They are run in a process of which nothing is left.
    """
    session = module.session
    sent: Any = marshal.dumps(tuple(codes))
    asked = {"do": "record", "codes": sent, "pairs": [*map(list, pairs)], "longest": LONGEST}
    try:
        session.revive()
        answer, _ = session.request({**asked, "module": module.number}, with_grace(LONGEST))
        if "large" in answer:
            return (), "it calls them with more than can be recorded"
        with reading():
            found = decode(tuple[Demonstrated, ...], answer["found"])
            if not all(0 <= one.pair < len(pairs) for one in found):
                raise Malformed("a pair expected")
        return found, ""
    except (Ended, Malformed) as reason:
        return (), f"its process comes to an end: {reason}"
    finally:
        session.restart()
