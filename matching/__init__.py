"""From printed numbers to the mistake that gives them, on examples that are drawn again."""
