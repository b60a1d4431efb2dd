"""The search for a correction: one harness that runs changed versions, and what is tried in it."""
