"""Exports that meet a full disk or a kill, over files that exist, in a process of their own.

usage: python -m tests.audio.export.driven_export full|kill FOLDER

Prints one line a position: where it was, and what became of the export. Whatever is wrong afterwards is an assertion.
"""

import os
import signal
import sys
from pathlib import Path

import numpy as np

from samstudio.audio import atomic_file
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export import export as module
from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_request import ExportRequest
from samstudio.session.clip import AudioClip
from tests.audio.made_files import noise

POSITIONS = 20
FRAMES = 70_000
FORMATS = (AudioFormat("wav", "32f"), AudioFormat("wav", "24"), AudioFormat("flac", "24"), AudioFormat("aiff", "16"))
LOSSY = (AudioFormat("mp3", "lossy"), AudioFormat("m4a", "lossy"))
_MOVES = {"os.rename", "os.link", "os.remove"}


def request_into(folder: Path, audio_format: AudioFormat, level: float = 0.4) -> ExportRequest:
    """A pair of stems and a recipe, over whatever is there."""
    clip = AudioClip(noise(FRAMES, level=level), 48000, Path("song.wav"))
    target = clip.samples * np.float32(0.25)
    stems = {"target": target, "residual": clip.samples - target}
    return ExportRequest(stems, clip, folder, format=audio_format, existing="replace", record={"engine": "spectral"})


def say(*words: object) -> None:
    """One line."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, the hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fill(disk: Path, room: int = 0) -> None:
    """Leave so many bytes free on the small disk."""
    facts = os.statvfs(disk)
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        free = facts.f_bavail * facts.f_frsize
        while ballast.tell() < free - room:
            ballast.write(bytes(min(1 << 16, free - room - ballast.tell())))


def full_disks(disk: Path) -> None:
    """The disk has room for a part of the files only: each format at each position."""
    module._check_free_space = lambda *_: None
    folder = disk / "stems"
    folder.mkdir()
    for audio_format in (*FORMATS, *LOSSY):
        needed = _bytes_needed(folder, audio_format)
        count = POSITIONS if audio_format in FORMATS else POSITIONS // 4
        for position in range(count):
            # The last one lacks less than a page of the disk's.
            fill(disk, (needed - 4096) * position // (count - 1))
            say(audio_format.container, audio_format.bits, position, _attempt(folder, audio_format))
            (disk / "ballast").unlink()
        for path in folder.iterdir():
            path.unlink()


def disks_that_fill_up(disk: Path) -> None:
    """There was room when the export began; somebody else takes it after some steps."""
    folder = disk / "stems"
    request = request_into(folder, FORMATS[0])
    *steps, _ = export(request)
    before = contents(folder)
    writing = [number for number, step in enumerate(steps) if step.stage.startswith("Writing")]
    # After the last one there is nothing more to write but what the system holds back.
    for number in writing[:-1]:
        work = export(request_into(folder, FORMATS[0], level=0.1))
        try:
            for _ in range(number + 1):
                next(work)
            fill(disk)
            for _ in work:
                pass
            outcome = "written"
        except AudioError as error:
            outcome = str(error)
            assert contents(folder) == before
        (disk / "ballast").unlink()
        say("filling", number, outcome)


def _attempt(folder: Path, audio_format: AudioFormat) -> str:
    before = contents(folder)
    try:
        for _ in export(request_into(folder, audio_format, level=0.1)):
            pass
    except AudioError as error:
        assert contents(folder) == before
        return str(error)
    return "written"


def _bytes_needed(folder: Path, audio_format: AudioFormat) -> int:
    """Whole files of which the attempts shall change nothing, and their size."""
    for _ in export(request_into(folder, audio_format, level=0.1)):
        pass
    needed = sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.iterdir())
    for _ in export(request_into(folder, audio_format)):
        pass
    return needed


def kills(folder: Path) -> None:
    """The process dies at a step of the writing, or at the moment of a move."""
    for audio_format in FORMATS[:1] + FORMATS[2:3]:
        new_folder, old_folder = folder / "new", folder / "old"
        for place, level in ((new_folder, 0.1), (old_folder, 0.4)):
            place.mkdir(exist_ok=True)
            for _ in export(request_into(place, audio_format, level)):
                pass
        old, new = contents(old_folder), contents(new_folder)
        moments = _moments(folder, audio_format, old)
        moves = [number for number, name in enumerate(moments) if name in _MOVES]
        steps = [number for number, name in enumerate(moments) if name not in _MOVES]
        chosen = moves + steps[:: max(1, len(steps) // (POSITIONS - len(moves)))]
        for number in chosen:
            say(audio_format.container, number, moments[number], _killed_at(folder, audio_format, number, old, new))
        for place in (new_folder, old_folder):
            for path in place.iterdir():
                path.unlink()


def _moments(folder: Path, audio_format: AudioFormat, old: dict[str, bytes]) -> list[str]:
    """What happens in the course of an export, in order."""
    goal = _prepared(folder / "goal", old)
    seen: list[str] = []
    watching = [True]
    sys.addaudithook(lambda event, _: seen.append(event) if watching[0] and event in _MOVES else None)
    work = export(request_into(goal, audio_format, level=0.1))
    while not isinstance(next(work), ExportReport):
        seen.append("step")
    watching[0] = False
    return seen


def _killed_at(folder: Path, audio_format: AudioFormat, number: int, old: dict, new: dict) -> str:
    goal = _prepared(folder / "goal", old)
    if not (child := os.fork()):
        _die_at(goal, audio_format, number)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = {name: data for name, data in contents(goal).items() if not name.startswith(atomic_file.PREFIX)}
    assert left.keys() == old.keys()
    # A whole file of either kind; the bext chunk's date and time may differ in a file with one, which these are not.
    changed = [name for name in left if left[name] != old[name]]
    assert all(left[name] == new[name] for name in changed)
    # The next export sweeps what is left.
    stale, atomic_file.STALE_SECONDS = atomic_file.STALE_SECONDS, -1.0
    for _ in export(request_into(goal, audio_format, level=0.1)):
        pass
    atomic_file.STALE_SECONDS = stale
    assert contents(goal) == new
    return f"{len(changed)} changed"


def _die_at(goal: Path, audio_format: AudioFormat, number: int) -> None:
    passed = 0

    def count() -> None:
        nonlocal passed
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    sys.addaudithook(lambda event, _: count() if event in _MOVES else None)
    for step in export(request_into(goal, audio_format, level=0.1)):
        if not isinstance(step, ExportReport):
            count()
    os._exit(0)


def _prepared(goal: Path, files: dict[str, bytes]) -> Path:
    goal.mkdir(exist_ok=True)
    for path in goal.iterdir():
        path.unlink()
    for name, data in files.items():
        (goal / name).write_bytes(data)
    return goal


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "kill":
        kills(where)
    else:
        full_disks(where)
        disks_that_fill_up(where)
