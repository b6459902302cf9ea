"""Ways in which a file can be wrong. Each takes its bytes and a random generator, and is the same for the same seed."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

NUMBERS = (b"0", b"-1", b"1e999", b"NaN", b"Infinity", b"9" * 30, b"9" * 5000, b"1e-400", b"0.1", b"-0", b"1,5")
WORDS = (
    b"",
    b"\0",
    b"\r",
    b"\r\n\r\n",
    b"\xff\xfe",
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"[" * 3000,
    b"{",
    b"}",
    b"\xf0\x9f",
)
INTEGERS = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    (1 << 63) - 1,
    (1 << 64) - 1,
)
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1, 10**9, 10**18, 10**400, 1e300, float("inf"), float("nan"), "", "x" * 100_000, "a\nb", [], {},
    [1] * 1000, "../../etc/passwd", "//host/share/a.wav", 1 << 62,
)  # fmt: skip


def damaged(data: bytes, random_: random.Random, *, is_json: bool) -> bytes:
    """The file with one to four faults."""
    if is_json and random_.random() < 0.7:
        return _other_values(data, random_)
    for _ in range(random_.choice((1, 1, 1, 2, 3, 4))):
        data = random_.choice(FAULTS)(data, random_)
    return data


def _flipped(data: bytes, random_: random.Random) -> bytes:
    """Some bits."""
    changed = bytearray(data)
    for _ in range(random_.choice((1, 3, 20))):
        if changed:
            changed[random_.randrange(len(changed))] ^= 1 << random_.randrange(8)
    return bytes(changed)


def _header(data: bytes, random_: random.Random) -> bytes:
    """An extreme number among the first bytes, where sizes, rates and counts stand."""
    changed = bytearray(data)
    width, order = random_.choice((1, 2, 4, 8)), random_.choice(("little", "big"))
    if len(changed) >= width:
        at = random_.randrange(min(len(changed), random_.choice((64, 256, 4096))) - width + 1)
        value = random_.choice(INTEGERS) & ((1 << (8 * width)) - 1)
        changed[at : at + width] = value.to_bytes(width, "big" if order == "big" else "little")
    return bytes(changed)


def _cut(data: bytes, random_: random.Random) -> bytes:
    return data[: random_.randrange(len(data) + 1)]


def _doubled(data: bytes, random_: random.Random) -> bytes:
    """A piece that stands there twice, or many times."""
    start = random_.randrange(len(data) + 1)
    piece = data[start : start + random_.choice((1, 16, 500, 5000))]
    return data[:start] + piece * random_.choice((2, 2, 50)) + data[start:]


def _missing(data: bytes, random_: random.Random) -> bytes:
    start = random_.randrange(len(data) + 1)
    return data[:start] + data[start + random_.choice((1, 4, 100, 5000)) :]


def _overwritten(data: bytes, random_: random.Random) -> bytes:
    start = random_.randrange(len(data) + 1)
    length = min(random_.choice((4, 100, 3000)), len(data) - start)
    piece = bytes(length) if random_.random() < 0.4 else random_.randbytes(length)
    return data[:start] + piece + data[start + length :]


def _inserted(data: bytes, random_: random.Random) -> bytes:
    start = random_.randrange(len(data) + 1)
    return data[:start] + random_.choice(WORDS) + data[start:]


def _renumbered(data: bytes, random_: random.Random) -> bytes:
    """Another number in place of one that is written in digits."""
    places = [match.span() for match in re.finditer(rb"\d+(\.\d+)?", data[:200_000])]
    if not places:
        return _flipped(data, random_)
    start, end = random_.choice(places)
    return data[:start] + random_.choice(NUMBERS) + data[end:]


FAULTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped, _header, _header, _cut, _doubled, _missing, _overwritten, _inserted, _renumbered,
)  # fmt: skip


def _other_values(data: bytes, random_: random.Random) -> bytes:
    """JSON that is well formed, with other values in some places."""
    try:
        content = json.loads(data)
    except ValueError:
        return _flipped(data, random_)
    for _ in range(random_.choice((1, 1, 2, 5))):
        places = list(_places(content))
        if places:
            holder, key = random_.choice(places)
            fate = random_.random()
            if fate < 0.15 and isinstance(holder, dict):
                del holder[key]
            elif fate < 0.25 and isinstance(holder, list):
                holder[:] = holder * random_.choice((2, 1000)) if len(holder) < 50 else holder
            else:
                holder[key] = random_.choice(VALUES)
    try:
        return json.dumps(content).encode()
    except ValueError:
        # A number of more digits than Python writes.
        return _renumbered(data, random_)


def _places(value: Any, depth: int = 0) -> Any:
    """Every holder of a value with its key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in list(pairs)[:2000]:
        yield value, key
        if depth < 8:
            yield from _places(part, depth + 1)
