"""Any forward function and its backward function, held against the laws that every such pair obeys.

Knows arrays, functions and objects, no cells; it begins with `check_pair`.
"""
