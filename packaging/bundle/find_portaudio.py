"""Runs before everything else in a bundle: PortAudio of the system, or else the one that comes with the bundle."""

import ctypes.util
from pathlib import Path

_of_the_system = ctypes.util.find_library


def _find(name: str) -> str | None:
    found = _of_the_system(name)
    if found is None and name == "portaudio":
        beside = sorted(Path(__file__).parent.glob("libportaudio*"))
        return str(beside[0]) if beside else None
    return found


ctypes.util.find_library = _find
