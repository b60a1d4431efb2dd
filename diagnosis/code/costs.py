"""What a change costs: the less, the closer it stays to what is written.

All costs were set by hand until the planted faults (`tests/planted`: one change each, in two
styles) and their pairs were reported at their lines; no other code was used. Of each is said below
which of them it was set for. "For the order" means that it only says what is tried first.
"""

from __future__ import annotations

SIMPLE = 1.0
"""One name, key, number, sign, operator, axis or transpose for another: most planted faults."""

NEAR = 1.5
"""A name for an index, a statement left out: tuned on the faults of loops (`starts_at_step_one`,
`indexes_t_x`), which a plain number must not hide.
"""

KEPT = 1.2
"""A value put into a list that its author made and nothing reads: for the order, after what changes
one name.
"""

UNREAD = 0.3
"""A term or a factor more that its author made and nothing reads: so little that it goes before
what mends a part only, also where the place has a value of the reference's.
"""

DERIVATIVE = 1.65
"""The derivative of an activation for a factor more of a whole product: less than any factor, so
that several which are missing are found before a part of what is wrong is mended otherwise.
"""

FAR = 2.0
"""A term or a factor more: tuned on missing terms and derivative factors of the backward steps."""

COMPOSED = 3.0
"""A statement more: tuned on caches and results that are not stored."""

TIE = 0.051
"""Costs that lie no farther apart are as likely: just more than `STORED`."""

MISTYPED = 0.01
"""Taken from a name for one that lacks a letter of it, or has one more: tuned on the last cache
returned for all of them.
"""

SLIGHTLY, STORED, EACH_PLACE = 0.1, 0.05, 0.2
"""For the order: added to a form that is less usual, or taken from one that is more; added to a
change of what is stored into, so that one of the value goes first; and for each place that is
changed in all of a function.
"""

OTHER_WORD, ENTRY = 1.2, 1.4
"""For the order, after what keeps the form: a name for an expression, one more or less, a function
around a value; and an entry for an expression, a slice where there was none.
"""

OTHER_KIND = 1.3
"""A name of another kind, one value for another in all of an expression: tuned on
`concat_rows_hold_n_x` and on exchanged gates.
"""

ANYTHING = 2.2
"""Any value for a name or an entry, one for another in all of a function: tuned on pairs, where a
lesser change elsewhere is right.
"""

INNER = 0.5
"""Added where a term is put inside another: tuned on missing outer parentheses."""

NEXT = 1.9
"""What the reference does next with a value, a matrix without its largest or divided by its sums:
tuned on Adam's corrections and the softmax. Less than a term more, for it says what is meant.
"""

CARRY = 1.75
"""A carry stored and used: tuned on `carries_never_updated` and its like."""

FILLED, TRANSLATED = 2.25, 2.3
"""The reference's own expression, in the place of several statements or of one: tuned on Adam's
epsilon and on concatenations. More than a term more, so that a small change is reported as such.
"""

OTHER_FORM = 0.5
"""Added where what is given back is put together otherwise than its author has it: tuned on the
last cache returned for all of them.
"""

PART, COMPOSITE = 1.0, 1.6
"""How much less a place is suspected that has a part in some of what is wrong only, and one that
has a part in much, such as what is returned: tuned on forward steps, whose cache holds all.
"""

LOOP, UNUSED = 0.3, 0.3
"""The same for what a loop runs over, and for a value that nothing takes."""

SIZE, RIGHT, FROM_WRONG = 0.5, 0.9, 0.35
"""The same for a size, for a value that the reference has, and for one computed of values that it
does not have: tuned on pairs.
"""

ONLY = 0.5
"""The same at the most for the only place whose value reaches just what is wrong, whatever that is:
tuned on derivatives in functions of their own.
"""

ELSEWHERE = 0.6
"""The same for a line that is not the one that raises."""
