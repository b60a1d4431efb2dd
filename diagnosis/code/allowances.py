"""What the search for a mistake may cost, in seconds of work: see `subject.budget`.

One account is kept for each file. What stands below are parts of it, one for each stage of the
search; a pair of functions has an account of its own.
"""

from __future__ import annotations

FILE, LEAST = 20.0, 2.5
"""For a file, and for each of its functions when those are over."""

FUNCTION, ADVISED = 5.0, 2.5
"""For one function of a file at the most, and for one that passes, of which something is advised.
"""

SIGNS = 0.4
"""For the edits of all signs of a function."""

ALONE = 0.4
"""The part of what a function may cost, no seconds, for the mistakes that show on their own."""

REST, LIKELIEST = 0.35, 1.5
"""For what is left when one mistake is mended; for the likeliest of several, and where only laws
are still broken.
"""

SHORTER = 1.0
"""For something shorter than what was found."""

EQUIVALENT = 0.4
"""For the mutant of the reference that gives what a function gives."""

PAIR = 12.0
"""For one backward function of a pair: as much as a whole GRU needs."""

LONGEST_TRY = 0.1
"""For one call of a changed function; many changes make endless loops."""
