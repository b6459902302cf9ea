"""Stems as files for other programs: written in the background, and kept within a limit of disk space."""

import secrets
import shutil
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.atomic_file import clear_errors
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_measures import ExportProgress
from samstudio.audio.export.export_request import ExportRequest
from samstudio.audio.export.file_names import fill_template
from samstudio.controllers.background import Background, Job
from samstudio.separation.registry import settings_table
from samstudio.session.clip import AudioClip
from samstudio.session.private_files import private_folder
from samstudio.session.take import Stem, Stems, Take
from samstudio.session.text.recipe import recipe_text

MOST_BYTES = 8 << 30
"""Of the files that are kept; the oldest ones are removed first."""
MOST_SECONDS = 7 * 24 * 3600.0
"""The age at which a file is removed: another program has its own copy by then."""


class StemDragOut(QObject):
    """Writes stems as WAV files of 32-bit floats into `folder`, each once."""

    ready = Signal(object)
    """Path of a file that is complete."""
    failed = Signal(str)

    def __init__(self, background: Background, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._folder = background, folder
        self._goals: WeakKeyDictionary[Stems, dict[str, Path]] = WeakKeyDictionary()
        self._jobs: dict[Job, Path] = {}
        background.run(_ageing(folder))

    def prepare(self, clip: AudioClip, take: Take, stem: Stem) -> Path:
        """Write the file unless it exists, and emit `ready`. It appears when it is complete."""
        name = fill_template("{clip}_{take}_{stem}", {"clip": clip.name, "take": take.name, "stem": str(stem)})
        goals = self._goals.setdefault(take.sound.stems, {})
        goal = goals.setdefault(name, self._folder / secrets.token_hex(4) / f"{name}.wav")
        if goal.exists():
            self.ready.emit(goal)
        elif goal not in self._jobs.values():
            steps = _writing(goal, clip, take, stem, self._folder)
            job = self._background.run(steps, done=self._on_done, failed=self.failed, ended=self._on_ended)
            self._jobs[job] = goal
        return goal

    def clear(self) -> None:
        """Delete the files, but for those that are being written; what is dragged again is written again."""
        busy = {goal.parent for goal in self._jobs.values()}
        for folder in self._folder.glob("*"):
            if folder not in busy:
                shutil.rmtree(folder, ignore_errors=True)

    @Slot()
    def _on_done(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self.ready.emit(self._jobs[job])

    @Slot()
    def _on_ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            del self._jobs[job]


def _writing(
    goal: Path, clip: AudioClip, take: Take, stem: Stem, cache: Path
) -> Generator[ExportProgress | ExportReport, None, None]:
    sound = take.sound.stems.target if stem is Stem.TARGET else take.sound.stems.residual
    request = ExportRequest(
        {str(stem): sound},
        clip,
        goal.parent,
        # The name is filled in already: braces in it are not to be replaced.
        template="{take}",
        take=goal.stem,
        recipe=recipe_text(
            take.prompt, take.settings, settings_table(take.settings.engine), take.stretch, take.sound.correction
        ),
    )
    _free_space_for(cache, sound.nbytes)
    with clear_errors(goal):
        private_folder(cache.parent)
        private_folder(cache)
        goal.parent.mkdir(exist_ok=True)
    try:
        yield from export(request)
    except (AudioError, GeneratorExit):
        with suppress(OSError):
            goal.parent.rmdir()
        raise


def _ageing(cache: Path) -> Generator[None, None, None]:
    """Remove files that were written long ago, and what a crash left of others."""
    for folder in _folders(cache):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > MOST_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        yield


def _folders(cache: Path) -> list[Path]:
    try:
        return [path for path in cache.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def _free_space_for(cache: Path, wanted: int) -> None:
    """Remove the oldest files until another one of `wanted` bytes fits."""
    files = []
    for path in cache.glob("*/*.wav"):
        with suppress(OSError):
            facts = path.stat()
            files.append((facts.st_mtime, facts.st_size, path))
    kept = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if kept + wanted <= MOST_BYTES:
            return
        shutil.rmtree(path.parent, ignore_errors=True)
        kept -= size
