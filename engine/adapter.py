"""An adapter for a file, filled in as far as the file tells: its shapes are tried behind walls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from ..isolation.child.walls import Limits
from ..isolation.child.wire import Malformed
from ..isolation.parent.fork_server import ForkServer, possible
from ..isolation.parent.process import NoProcess
from ..isolation.parent.remote import Ended
from ..isolation.parent.session import Session
from ..pairs.errors import PairCrash
from ..reading.adapting import Proposal, proposals
from ..reading.declared import OPEN, DeclaredPair, adapted
from ..reading.files import Block
from ..reading.statements import statements_of
from ..submissions import Submission, Unreadable
from ..submissions.document import Document
from ..submissions.loading import read
from ..submissions.opening import submitted
from .pairs import judge_declared

MOST = 1_000
"""How many shapes of a pair are tried."""

WIDTH = 99


class Nothing(Exception):
    """There is nothing to adapt; the text says why, in a sentence."""


def adapter_for(path: str, names: Mapping[str, str]) -> str:
    """The text of an adapter for a file. Raises `Nothing` where it has no pair."""
    if not possible():
        raise Nothing("A file is read in a process of its own, which this platform has not.")
    with ForkServer() as fork_server:
        session = Session(fork_server, Limits())
        try:
            return _adapter(path, session, names)
        except (Ended, Malformed, NoProcess) as reason:
            raise Nothing(f"{path} cannot be read: {reason}.") from None
        except Unreadable as reason:
            raise Nothing(str(reason)) from None
        finally:
            session.close()


def _adapter(path: str, session: Session, names: Mapping[str, str]) -> str:
    document = read(path, session)
    try:
        submission = submitted(document, session, names)
    except Unreadable:
        submission = Submission(document, {}, home=session)
    judged = {one.name for one in submission.found.values()}
    judged |= {name for pair in submission.pairs for name in pair.names}
    found = proposals(document.statements, path, judged)
    if not found:
        raise Nothing(
            f"{path} has no forward and backward function that belong together and are not judged "
            f"already."
        )
    texts = [_filled(submission, one) for one in found]
    return "\n\n".join([f"# For {Path(path).name}: cellcheck check FILE --adapter THIS_FILE\n"
                        "from cellcheck import check_pair", *texts]) + "\n"  # fmt: skip


def _filled(submission: Submission, one: Proposal) -> str:
    """The lines of a pair: with the first shapes that its functions take, else with open ones."""
    if not one.settings:
        for chosen in islice(one.choices(), MOST):
            text = _call(one, chosen)
            if _fits(submission, text):
                return text
    shapes = {name: each[0] if len(each) == 1 else OPEN for name, each in one.inputs.items()}
    text = _call(one, shapes)
    if OPEN in shapes.values() or one.settings:
        return f'# To be filled in: a shape for "{OPEN}", a value for "...".\n{text}'
    return f"# Such inputs are not taken at the sizes that were tried.\n{text}"


def _call(one: Proposal, shapes: Mapping[str, str]) -> str:
    inner = ", ".join(f'"{name}": "{shape}"' for name, shape in shapes.items())
    names = f"{one.forward}, {one.backward}"
    settings = ", ".join(f'"{name}": ...' for name in one.settings)
    more = f", constants={{{settings}}}" if settings else ""
    whole = f"check_pair({names}, {{{inner}}}{more})"
    if len(whole) <= WIDTH:
        return whole
    if len(inner) + len(more) > WIDTH - 7:
        inner = inner.replace('", ', '",\n     ')
    return f"check_pair(\n    {names},\n    {{{inner}}}{more},\n)"


def _fits(submission: Submission, text: str) -> bool:
    """Whether the functions take such inputs, and give gradients of their shapes."""
    document = submission.document
    for declared in _read(document, text):
        try:
            with submission.quiet():
                return judge_declared(submission, declared, 0).fits()
        except (ValueError, PairCrash):
            return False
    return False


def _read(document: Document, text: str) -> Iterable[DeclaredPair]:
    adapter = statements_of([Block(text)]).statements
    found = adapted(adapter, document.statements, str(document.path), "")
    return [one for one in found if isinstance(one, DeclaredPair)]
