"""The folder of a listening test: a folder of sound files for each system, and one table with everyone's answers."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samstudio.audio.files import AUDIO_SUFFIXES
from samstudio.session.comparing.listening_test import COLUMNS, Trial, TrialResult, line_of, read_results, result_line
from samstudio.session.text.quoting import one_line
from samstudio.storage.json_values import SessionError

if sys.platform != "win32":
    import fcntl

TABLE = "listening_test.csv"
REFERENCE = "reference"
"""The folder of the recordings themselves, which may be missing."""
_TARGET, _RESIDUAL = "_target", "_residual"
"""Endings of the files that the command line writes: the target is heard."""
_MOST_BYTES = 64 << 20
NO_SYSTEMS = (
    "“{folder}” is no listening test: it must hold a folder for each engine or setting, two at least, with sound files "
    "of the same names in them, and may hold the recordings in one called “{reference}”."
)


@dataclass(frozen=True)
class TrialFiles:
    """The files of a trial; the recording may be missing."""

    x: Path
    y: Path
    recording: Path | None


class ListeningFolder:
    """Finds the sounds, and keeps the answers."""

    def __init__(self, folder: Path) -> None:
        """Raises SessionError where the folder holds nothing to compare."""
        self.folder, self.table = folder, folder / TABLE
        try:
            places = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
            found = {path.name: _sounds(path) for path in places}
        except OSError as error:
            raise SessionError(f"“{folder}” cannot be read ({error.strerror}).") from error
        self._recordings = found.pop(REFERENCE, {})
        self._sounds = {name: sounds for name, sounds in found.items() if sounds}
        common = set.intersection(*(set(sounds) for sounds in self._sounds.values())) if self._sounds else set()
        self.systems, self.clips = tuple(self._sounds), tuple(sorted(common))
        if len(self.systems) < 2 or not self.clips:
            raise SessionError(NO_SYSTEMS.format(folder=folder.name, reference=REFERENCE))

    def files(self, trial: Trial) -> TrialFiles:
        """The files of a trial."""
        x, y = (self._sounds[system][trial.clip] for system in (trial.x, trial.y))
        return TrialFiles(x, y, self._recordings.get(trial.clip))

    def read(self) -> tuple[tuple[TrialResult, ...], int]:
        """All answers so far, and how many lines of the table are none. Raises SessionError."""
        try:
            with self.table.open("rb") as file:
                data = file.read(_MOST_BYTES)
        except FileNotFoundError:
            return (), 0
        except OSError as error:
            raise self._unusable("read", error) from error
        return read_results(data.decode("utf-8", errors="replace").removeprefix("\ufeff"))

    def append(self, result: TrialResult) -> None:
        """Add an answer to the end of the table; it is on the disk when this returns. Raises SessionError.

        Others may write the same table meanwhile: a line is written whole, and nothing else of the file is touched.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            table = os.open(self.table, flags, 0o666)
            try:
                with _locked(table):
                    _write_whole(table, (_before_line(table) + result_line(result)).encode())
                    os.fsync(table)
            finally:
                os.close(table)
        except OSError as error:
            raise self._unusable("written", error) from error

    def _unusable(self, verb: str, error: OSError) -> SessionError:
        reason = one_line(error.strerror or str(error))
        return SessionError(f"“{self.table}” could not be {verb} ({reason}): the answer was not kept.")


def _sounds(folder: Path) -> dict[str, Path]:
    """The sound files of a folder by their names without `_target`."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in AUDIO_SUFFIXES)
    return {path.stem.removesuffix(_TARGET): path for path in files if not path.stem.endswith(_RESIDUAL)}


def _before_line(table: int) -> str:
    """What must stand before the next line: the names of the columns, or the end of a line that was cut off."""
    size = os.lseek(table, 0, os.SEEK_END)
    if not size:
        return line_of(COLUMNS)
    os.lseek(table, size - 1, os.SEEK_SET)
    return "" if os.read(table, 1) == b"\n" else "\n"


def _write_whole(table: int, data: bytes) -> None:
    """All of it, or nothing: what a full disk took of a line is taken back."""
    size = os.lseek(table, 0, os.SEEK_END)
    try:
        while data:
            data = data[os.write(table, data) :]
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(table, size)
        raise


@contextlib.contextmanager
def _locked(table: int) -> Iterator[None]:
    """While it is written no one else writes it. Where files cannot be locked, appending is all there is."""
    if sys.platform == "win32":
        yield
        return
    with contextlib.suppress(OSError):
        fcntl.flock(table, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(table, fcntl.LOCK_UN)
