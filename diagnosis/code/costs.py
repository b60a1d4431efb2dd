"""What a change costs: the less, the closer it stays to what is written."""

from __future__ import annotations

SIMPLE, NEAR, FAR, COMPOSED = 1.0, 1.5, 2.0, 3.0
"""What a change costs: the less, the closer it stays to what is written."""
