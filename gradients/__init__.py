"""The numerical derivative and its error bound; knows arrays and functions, no cells."""

from .differences import Derivative, derivative

__all__ = ["Derivative", "derivative"]
