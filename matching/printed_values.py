"""What people paste: the values that a function printed, and those that a course expects."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

FEWEST_DIGITS = 4
"""Numbers with fewer digits than this are met by chance; but for the zeros that Adam starts with,
which are told by their name.
"""

_NUMBER = r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf)"
_NAME = r"(?:(?P<owner>[A-Za-z_]\w*)\s*\[\s*[\"'](?P<key>\w+)[\"']\s*\]|(?P<name>[A-Za-z_]\w*))"
_BETWEEN = r"[\"'*`|\s]*(?:[=:,]|\bis\b)?[\"'*`|\s]*"
_STATEMENT = re.compile(
    rf"(?:{_NAME}(?P<index>(?:\s*\[[\d\s\[\],]*\]+)*){_BETWEEN})?"
    rf"(?P<value>(?:np\.|numpy\.)?(?:array\()?[\[(\s]*(?:{_NUMBER})"
    rf"(?:[\s,;\[\]()]+(?:{_NUMBER}))*[\s\])]*)(?![\w.])"
)
_SHAPE = re.compile(rf"{_NAME}\.shape{_BETWEEN}\((?P<sizes>[\d\s,]*)\)")

_TYPED = str.maketrans({**dict.fromkeys("“”„‟″＂", '"'), **dict.fromkeys("‘’‚‛′＇", "'"), "−": "-"})
"""What word processors and forums make of quotation marks and of the minus sign."""

_EXPECTED = (
    r"(?<!as )(?<!than )\bexpect(?:ed|s)\b|\bshould (?:be|print|give|get)\b"
    r"|\bcorrect (?:output|value|answer|result)s?\b"
    r"|\bthe (?:notebook|assignment|course|grader) (?:says|prints|wants)\b"
)
_OWN = (
    r"\bI (?:get|got|have)\b|\bmine\b|\bwhat I\b"
    r"|\bmy (?:own )?(?:output|code|function|value|result|number)s?\b"
    r"|\bactual\b|\bgot\b|\binstead\b"
)
_WHOSE = re.compile(rf"(?P<expected>{_EXPECTED})|(?P<own>{_OWN})", re.IGNORECASE)


@dataclass(frozen=True)
class PrintedValue:
    """A printed value: of which result (empty if not said), which part of it, the numbers, and how
    far off each may be, printed as it is. ``is_shape`` says that the numbers are the result's
    shape.
    """

    name: str
    index: tuple[int, ...]
    numbers: tuple[float, ...]
    margins: tuple[float, ...]
    digits: int
    is_shape: bool = False

    def __str__(self) -> str:
        """As the example prints it."""
        label = self.name + "".join(f"[{i}]" for i in self.index)
        return f"{label}.shape" if self.is_shape else label

    def fits(self, value: Any) -> bool:
        """Whether a result has this part, and in it as many numbers."""
        value = np.asarray(value)
        inside = len(self.index) <= value.ndim and all(
            i < size for i, size in zip(self.index, value.shape, strict=False)
        )
        return self.is_shape or (inside and value[self.index].size == len(self.numbers))

    def equals(self, value: Any) -> bool:
        """Whether the part has these numbers, to the digits that are printed."""
        if self.is_shape:
            return bool(np.shape(value) == self.numbers)
        if not self.fits(value):
            return False
        found = np.ravel(np.asarray(value)[self.index])
        return bool(np.allclose(found, self.numbers, rtol=1e-9, atol=self.margins, equal_nan=True))


@dataclass(frozen=True)
class Post:
    """What is understood of a text: the values that somebody's function printed, the shapes, the
    values that the text itself calls expected, and the names of values that no example has.
    """

    values: tuple[PrintedValue, ...]
    shapes: tuple[PrintedValue, ...] = ()
    expected: tuple[PrintedValue, ...] = ()
    unknown: tuple[str, ...] = ()


def understood(text: str, known: Collection[str]) -> Post:
    """What a text says of results with these names.

    Where all values seem to be expected ones, they are taken for the person's own.
    """
    text = text.translate(_TYPED)
    own: list[PrintedValue] = []
    expected: list[PrintedValue] = []
    unknown: list[str] = []
    for match in _STATEMENT.finditer(text):
        name = _name(match, known)
        value = _value(match, name)
        if name and name not in known:
            if match["index"] or match["key"]:
                unknown.append(str(value))
        elif value.digits >= FEWEST_DIGITS or '"' in name:
            mine = own if _is_own(text, match.start()) else expected
            if value not in mine:
                mine.append(value)
    if not own:
        own, expected = expected, []
    return Post(
        tuple(own), tuple(_shapes(text, known)), tuple(expected), tuple(dict.fromkeys(unknown))
    )


def _name(match: re.Match[str], known: Collection[str]) -> str:
    name = match["key"] or match["name"] or ""
    entry = f'{match["owner"]}["{name}"]'
    return entry if entry in known else name


def _value(match: re.Match[str], name: str) -> PrintedValue:
    numbers = re.findall(_NUMBER, match["value"])
    index = tuple(map(int, re.findall(r"\d+", match["index"] or "")))
    places = max(len(n.lower().partition("e")[0].partition(".")[2]) for n in numbers)
    margins = tuple(0.6 * 10.0 ** (_exponent(n) - places) for n in numbers)
    digits = max(len(re.sub(r"[eE].*|\D", "", n).lstrip("0")) for n in numbers)
    return PrintedValue(name, index, tuple(map(float, numbers)), margins, digits)


def _exponent(number: str) -> int:
    return int(number.lower().partition("e")[2] or 0)


def _is_own(text: str, place: int) -> bool:
    """Whether the last words on it before a place say that what follows is the person's own."""
    said = list(_WHOSE.finditer(text, 0, place))
    return not said or said[-1]["expected"] is None


def _shapes(text: str, known: Collection[str]) -> Iterator[PrintedValue]:
    for match in _SHAPE.finditer(text):
        name = _name(match, known)
        if name in known and _is_own(text, match.start()):
            sizes = tuple(map(float, re.findall(r"\d+", match["sizes"])))
            yield PrintedValue(name, (), sizes, (), 0, is_shape=True)


def parts_of(label: str) -> tuple[str, tuple[int, ...]]:
    """Which result a printed value is of, and which part: of ``dba[4]``, of ``v["dW1"]``."""
    result = re.match(r"\w+(?:\[\"\w+\"\])?", label)
    name = result[0] if result else ""
    return name, tuple(map(int, re.findall(r"\d+", label[len(name) :])))
