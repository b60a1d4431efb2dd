"""The pairs that a submission declares, or an adapter for it, wherever its code lives."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

from ..isolation.child.common import Common
from ..isolation.child.pairing import guarded
from ..isolation.parent.remote import RemoteModule
from ..isolation.parent.remote_pair import RemotePair
from ..pairs.making import Making
from ..pairs.protocol import Pair
from ..reading.declared import DeclaredPair, adapted, declared
from ..reading.demonstrations import demonstrated
from ..reading.unjudged import NotJudged
from ..subject.limits import longest
from .document import Document


def declared_in(document: Document) -> tuple[DeclaredPair | NotJudged, ...]:
    """What the file and its adapter declare; of what cannot be read, why."""
    path = str(document.path)
    own = declared(document.statements, path)
    training = [one.declared(document.statements, path) for one in document.training]
    own += [one for one in training if one is not None]
    if not document.adapter:
        return tuple(own)
    more = adapted(document.adapter, document.statements, path, document.adapter_path)
    return (*own, *more)


def is_shown(document: Document) -> bool:
    """Whether the demonstration of a file calls a pair."""
    return bool(demonstrated(document.statements, str(document.path), ()))


def live_or_remote(document: Document, making: Making, common: Common) -> Pair:
    """A pair of the file's, to be called where its code lives.

    Raises `ValueError` where shapes and functions do not fit together.
    """
    if isinstance(document.module, RemoteModule):
        return RemotePair(document.module, making)
    return making.pair(document.namespace, partial(_around, common))


def _around(common: Common) -> AbstractContextManager[None]:
    return guarded(longest(), common)
