"""The repair search for any pair of a forward and a backward function."""

from ...pairs.mending import install
from .repair import repaired

install(repaired)
