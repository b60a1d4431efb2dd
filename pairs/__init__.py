"""Any forward function and its backward function, held against the laws that every such pair obeys.

Knows arrays, functions and objects, no cells; it begins with `check_pair`.
"""

from .check import check_pair
from .declaring import pair
from .for_pytest import PairTest, pair_test
from .report import PairReport

__all__ = ["PairReport", "PairTest", "check_pair", "pair", "pair_test"]
