"""What a person is told of the reading of a file: short, and not too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..isolation.child.imports import Record
from ..reading.statements import Reading

_MOST_NOTES = 12
_MOST_PLACES = 6


def notes_of(reading: Reading, record: Record, loading: list[str]) -> tuple[str, ...]:
    """All notes on one file, those of its execution last."""
    return _merged([*reading.notes, *_gathered(reading, record), *loading])


def _gathered(reading: Reading, record: Record) -> Iterator[str]:
    """One note for all notebook commands, one for all stand-ins, and so on."""
    if reading.commands:
        count = sum(reading.commands.values())
        places = list(reading.commands)
        kind = places[0].split()[0]
        where = f"{kind}{'s' * (len(places) > 1)} {', '.join(place.split()[1] for place in places)}"
        commands = f"{count} notebook command{'s' * (count > 1)} left out"
        yield f"{where}: {commands}" if len(places) <= _MOST_PLACES else commands
    for name, reason in reading.broken.items():
        yield f"{name} could not be read: {reason}"
    if stand_ins := [name for name in record.stand_ins if name != "cellcheck"]:
        verb = "is not loaded: a stand-in takes its place"
        if len(stand_ins) > 1:
            verb = "are not loaded: stand-ins take their place"
        yield f"{', '.join(stand_ins)} {verb}"
    if record.star_imports:
        yield f"nothing comes from `import *` of {', '.join(record.star_imports)}: not here"
    if record.siblings:
        yield f"read from beside the file: {', '.join(record.siblings)}"


def _merged(notes: list[str]) -> tuple[str, ...]:
    """Equal notes once, with their count; a dozen at most."""
    counted = [
        note if count == 1 else f"{note} ({count} times)" for note, count in Counter(notes).items()
    ]
    if len(counted) > _MOST_NOTES:
        left = len(counted) - _MOST_NOTES + 1
        counted = [*counted[: _MOST_NOTES - 1], f"and {left} notes more"]
    return tuple(counted)
