"""Numerical derivatives with bounds on their error, and the check of a backward function.

Knows arrays and functions, no cells; it can be used on its own, beginning with `check_vjp`.
"""

from .comparison import Comparison
from .jacobian import numerical_jacobian, numerical_vjp
from .localise import fault
from .point import Point
from .report import Direction, Report, WrongGradient
from .vjp import check_vjp

__all__ = [
    "Comparison",
    "Direction",
    "Point",
    "Report",
    "WrongGradient",
    "check_vjp",
    "fault",
    "numerical_jacobian",
    "numerical_vjp",
]
