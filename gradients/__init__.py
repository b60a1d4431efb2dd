"""Numerical derivatives with bounds on their error, and the check of a backward function.

Knows arrays and functions, no cells; it can be used on its own.
"""

from .differences import Derivative, derivative
from .jacobian import numerical_jacobian, numerical_vjp
from .report import Direction, Fault, Report
from .vjp import check_vjp

__all__ = [
    "Derivative",
    "Direction",
    "Fault",
    "Report",
    "check_vjp",
    "derivative",
    "numerical_jacobian",
    "numerical_vjp",
]
