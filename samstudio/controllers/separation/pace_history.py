"""What separations took on this computer, for the first estimate of the next one."""

import json
from contextlib import suppress
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any

from samstudio.session.private_files import private_folder

MOST = 9
"""Separations that are remembered of each engine on each device: the median of few follows a faster computer soon."""


class PaceHistory:
    """Seconds for each unit of an engine's work, and for each second of sound, kept in a file.

    What cannot be read or written is as if nothing was known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runs: dict[str, list[tuple[float, float, float]]] = {}
        with suppress(OSError, ValueError):
            self._runs = _checked(json.loads(path.read_text("utf-8")))

    def seconds_per_unit(self, key: str) -> float | None:
        """The median over the latest runs; `key` names engine and device."""
        return median(seconds / units for seconds, units, _ in self._runs[key]) if key in self._runs else None

    def seconds_per_second(self, key: str) -> float | None:
        """Seconds of computing for a second of sound, likewise."""
        return median(seconds / sound for seconds, _, sound in self._runs[key]) if key in self._runs else None

    def add(self, key: str, seconds: float, units: float, sound: float) -> None:
        """Remember that `units` of work, on so many seconds of `sound`, took so many seconds."""
        if min(seconds, units, sound) <= 0.0:
            return
        self._runs[key] = [*self._runs.get(key, []), (seconds, units, sound)][-MOST:]
        part = self._path.with_name(f"{self._path.name}.part")
        with suppress(OSError):
            private_folder(self._path.parent)
            part.write_text(json.dumps(self._runs), "utf-8")
            part.replace(self._path)


def _checked(facts: Any) -> dict[str, list[tuple[float, float, float]]]:
    """What a file holds, without all that it cannot mean."""
    if not isinstance(facts, dict):
        return {}
    found = {key: [run for run in map(_run, runs) if run] for key, runs in facts.items() if isinstance(runs, list)}
    return {key: runs[-MOST:] for key, runs in found.items() if runs}


def _run(value: Any) -> tuple[float, float, float] | None:
    with suppress(TypeError, ValueError):
        seconds, units, sound = map(float, value)
        if all(isfinite(number) and number > 0.0 for number in (seconds, units, sound)):
            return seconds, units, sound
    return None
