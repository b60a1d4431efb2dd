"""Puts proven corrections into a file, and says whether it is right with a change."""

from .better import is_better
from .fix import Fixed, fixed, write
from .propose import Proposer, proposed
from .prove import Proof, prove

__all__ = ["Fixed", "Proof", "Proposer", "fixed", "is_better", "proposed", "prove", "write"]
