"""The laws, one module a family; `PROPERTIES` has them all, by name.

A new law is one new function, declared with `law`, in a module here.
"""

from __future__ import annotations

from ..subject.errors import Crash, NotApplicable, Violation
from ..subject.subject import Functions, Returned, Subject
from .law import Property, find_properties, law

__all__ = [
    "PROPERTIES",
    "Crash",
    "Functions",
    "NotApplicable",
    "Property",
    "Returned",
    "Subject",
    "Violation",
    "law",
]

PROPERTIES = find_properties(__name__, tuple(__path__))
"""Every law, by name, in the order in which they are tried."""
