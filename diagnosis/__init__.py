"""From broken laws to the mistake and its line."""

from .diagnose import diagnose

__all__ = ["diagnose"]
