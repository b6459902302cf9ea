"""What can be sent to the developers about an error: where in the code it came up, and nothing of the user's.

Messages of errors are left out, because they may hold names of files or words of a prompt; so are folders.
"""

import platform
import re
import traceback
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from samstudio import __version__

_LIBRARIES = ("numpy", "torch", "PySide6-Essentials", "soundfile", "av")
_PACKAGE = "samstudio"
_DUMPED = re.compile(r'File "(?P<file>.*)", line (?P<line>\d+|\?\?\?) in (?P<name>.+)')


def report_of_error(error: BaseException) -> str:
    """The report of an exception and of those that led to it, the first of them first."""
    return _report("An unexpected error", (line for one in reversed(_chain(error)) for line in _places(one)))


def report_of_dump(dump: str) -> str:
    """The report of a process that a fault ended, from what `faulthandler` has written."""
    return _report("The program ended by a fault", _dumped_places(dump))


def code_place(file: str) -> str:
    """A source file's path from the library that it belongs to on, or its name alone: never the folders around it."""
    path: PurePath = PureWindowsPath(file) if "\\" in file else PurePosixPath(file)
    for folder in ("site-packages", "dist-packages"):
        if folder in path.parts:
            return "/".join(path.parts[path.parts.index(folder) + 1 :])
    if _PACKAGE in path.parts[:-1]:
        # The last one: a checkout may lie in a folder of that name.
        last = len(path.parts) - 1 - path.parts[::-1].index(_PACKAGE)
        return "/".join(path.parts[last:])
    return path.name


def _report(title: str, places: Iterator[str]) -> str:
    system = f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {platform.machine()}"
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return "\n".join([f"SAM Studio {__version__}: report of a problem", system, libraries, "", title, *places, ""])


def _chain(error: BaseException) -> list[BaseException]:
    """The error, what it came from, and so on."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None and before not in chain:
        chain.append(before)
    return chain


def _places(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {code_place(frame.filename)}, line {frame.lineno}, in {frame.name}"
    yield type(error).__qualname__


def _dumped_places(dump: str) -> Iterator[str]:
    """The lines that `faulthandler` writes, the paths of source files shortened; unknown lines are left out."""
    for line in dump.splitlines():
        if (place := _DUMPED.search(line)) is not None:
            yield f"  {code_place(place['file'])}, line {place['line']}, in {place['name']}"
        elif line.startswith(("Fatal Python error", "Windows fatal exception", "Current thread", "Thread 0x")):
            yield line
