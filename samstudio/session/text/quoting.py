"""Foreign values in messages: what a file, a label or a command line holds may be long and contain line breaks."""

from collections.abc import Sequence
from itertools import islice
from math import ceil

MOST = 80
"""Characters that are echoed of a value."""
MOST_LISTED = 8
_DEPTH = 3
_ITEMS = 8


def quoted(value: object, most: int = MOST) -> str:
    """A value as it stands in a message: on one line, in quotes if it is a text, with "..." where it is cut.

    The work is bounded, whatever the value: a number of a million digits is not written out.
    """
    if isinstance(value, str):
        text = repr(value[:most])
        return text if len(value) <= most and len(text) <= 2 * most else text[: 2 * most].rstrip("'\"") + "...'"
    text = _plain(value, most, _DEPTH)
    return text if len(text) <= most else text[:most] + "..."


def one_line(text: str, most: int = 300) -> str:
    """A sentence that a library or a file gave: line breaks and control characters become spaces, and it is cut."""
    cleaned = "".join(c if c.isprintable() else " " for c in text[: 2 * most])
    words = " ".join(cleaned.split())
    return words if len(words) <= most and len(text) <= 2 * most else words[:most].rstrip() + "..."


def size_text(size: float) -> str:
    """A number of bytes, rounded up so that it is never shown as none: `12 kB`, `3.4 GB`."""
    for unit, factor in (("kB", 1e3), ("MB", 1e6)):
        if size < 999.5 * factor:
            return f"{max(1, ceil(size / factor))} {unit}"
    return f"{ceil(size / 1e8) / 10:.1f} GB"


def listed(parts: Sequence[str], between: str = ", ") -> str:
    """Some parts of a sentence; of very many the first ones, and how many more there are."""
    if len(parts) <= MOST_LISTED:
        return between.join(parts)
    return between.join((*parts[:MOST_LISTED], f"and {len(parts) - MOST_LISTED} more"))


def and_list(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _plain(value: object, most: int, depth: int) -> str:
    """The repr of a JSON value, of the first items and digits only."""
    if isinstance(value, str):
        return quoted(value, most)
    if isinstance(value, int) and value.bit_length() > 256:
        return f"a number of about {round(value.bit_length() * 0.30103)} digits"
    if isinstance(value, dict | list | tuple):
        if not depth:
            return "..."
        items = value.items() if isinstance(value, dict) else value
        shown = [_item(item, most, depth, pair=isinstance(value, dict)) for item in islice(items, _ITEMS)]
        inner = ", ".join(shown) + (", ..." if len(value) > _ITEMS else "")
        return f"{{{inner}}}" if isinstance(value, dict) else f"[{inner}]"
    return repr(value)


def _item(item: object, most: int, depth: int, *, pair: bool) -> str:
    if pair and isinstance(item, tuple):
        return f"{quoted(item[0], most)}: {_plain(item[1], most, depth - 1)}"
    return _plain(item, most, depth - 1)
