"""What runs beside a submission, in its process: Python and numpy alone, and nothing of the cells.

In the isolated mode these modules, and those of `subject` that they import, are all of cellcheck
that the process of a stranger's code has.
"""
