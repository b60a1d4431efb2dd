"""From a spec to drawn cases.

`cases` is the one strategy: it draws what a family's functions take, upstream gradients included.
"""

from __future__ import annotations

from hypothesis import strategies as st

from ..cells.spec import Family, RecurrentFamily
from .adam import adam_cases
from .case import Case
from .helpers import helper_cases
from .recurrent import recurrent_cases, seeded_case
from .reduce import smallest

__all__ = ["Case", "cases", "seeded_case", "smallest"]


def cases(family: Family) -> st.SearchStrategy[Case]:
    """Cases of a family: a recurrent cell's from its spec, the activations', or Adam's."""
    if isinstance(family, RecurrentFamily):
        return recurrent_cases(family)
    return {"helpers": helper_cases, "adam": adam_cases}[family.name](family)
