"""The text and the trees of a submission's functions: statements, places, names, differences."""
