"""How well a few typed letters fit a name: by words, by beginnings of words, by initials."""

import re

_WORD = re.compile(r"[^\W_]+|[+−-]")


def score(typed: str, name: str, *, more: str = "") -> float | None:
    """How well `typed` fits, the more the better; None where some typed word is found nowhere.

    Every typed word must be found: best at the beginning of `name`, then at the beginning of one of its words, then
    within a word, then as beginnings of several words in order (`zosel` for "Zoom to the selection"), last in `more`.
    """
    name, more = name.lower(), more.lower()
    words = _WORD.findall(name)
    points = [_points(word, name, words, more) for word in typed.lower().split()]
    if not all(points):
        return None
    # Of two that fit alike the shorter name is the closer one.
    return sum(points) - len(name) / 1000.0


def _points(typed: str, name: str, words: list[str], more: str) -> int:
    """5..1; 0 for not found."""
    found = (
        name.startswith(typed),
        any(word.startswith(typed) for word in words),
        typed in name,
        _begins(typed, words),
        typed in more,
    )
    return next((points for points, fits in zip(range(5, 0, -1), found, strict=True) if fits), 0)


def _begins(typed: str, words: list[str]) -> bool:
    """Whether the letters can be dealt out, in order, to beginnings of the words."""
    if not typed or not words:
        return not typed
    most = next((i for i, (a, b) in enumerate(zip(typed, words[0], strict=False)) if a != b), len(words[0]))
    return any(_begins(typed[count:], words[1:]) for count in range(min(most, len(typed)), -1, -1))
