"""The tool's own tests, and the corpus of code they judge."""
