"""The faults that are known by name, and the words for them."""
