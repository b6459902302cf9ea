"""The page on storage: how much the program's own folders hold, and clearing what can be made again."""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from samstudio.app.folders import cache_folder, data_folder
from samstudio.app.log import log_file
from samstudio.controllers.background import Background
from samstudio.controllers.persistence.stem_drag_out import StemDragOut
from samstudio.separation.cache.kept_files import KeptFiles
from samstudio.separation.models.entries import library_folder
from samstudio.session.text.quoting import size_text
from samstudio.ui.preferences.storage_page import StoragePage, StoredFolder

_STEMS, _RESULTS = "stems", "results"


class StorageCommands(QObject):
    """Measures the folders in the pool, whenever the page is to be shown."""

    def __init__(self, stem_drag_out: StemDragOut, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._stem_drag_out, self._background = stem_drag_out, background
        self._results = KeptFiles()
        self._folders = _folders(self._results)

    @cached_property
    def page(self) -> StoragePage:
        """Made when it is first to be shown: the window starts sooner without it."""
        page = StoragePage(self._folders)
        page.clear_requested.connect(self._clear)
        page.limit_chosen.connect(self._limit)
        page.folder_requested.connect(_show_folder)
        return page

    def measure(self) -> None:
        """Bring the sizes up to date."""
        self._background.run(_measured(self._folders), done=self._on_measured)

    @Slot(object)
    def _on_measured(self, folders: tuple[StoredFolder, ...]) -> None:
        self._folders = folders
        self.page.show_folders(folders)

    @Slot(str)
    def _clear(self, name: str) -> None:
        if name == _STEMS:
            self._stem_drag_out.clear()
            self.measure()
        elif name == _RESULTS:
            self._background.run(_clearing(self._results), done=self.measure, failed=self._on_failure)

    @Slot(str, object)
    def _limit(self, _name: str, most: int) -> None:
        self._folders = tuple(
            replace(folder, most=most) if folder.name == _RESULTS else folder for folder in self._folders
        )
        self._background.run(_limiting(self._results, most), done=self.measure, failed=self._on_failure)

    @Slot(str)
    def _on_failure(self, sentence: str) -> None:
        box = QMessageBox(QMessageBox.Icon.Warning, "SAM Studio", sentence, parent=self.page.window())
        box.setObjectName("error_box")
        box.open()


def _folders(results: KeptFiles) -> tuple[StoredFolder, ...]:
    data = data_folder()
    return (
        StoredFolder(
            "scratch",
            "Working sound",
            "Recordings and takes while they are open. Another folder is chosen by the environment variable TMPDIR.",
            Path(tempfile.gettempdir()),
        ),
        StoredFolder(
            "autosave",
            "Autosaved work",
            "Unsaved work, offered after a crash. Saving or discarding the work deletes it.",
            data / "autosave",
        ),
        StoredFolder(
            _STEMS,
            "Copied stems",
            "Stems that were dragged or copied to other programs, which have their own copies by now.",
            cache_folder() / "stems",
            may_clear=True,
        ),
        StoredFolder(
            _RESULTS,
            "Earlier results",
            "What was separated before is answered with at once, here and on the command line.",
            results.folder,
            may_clear=True,
            most=results.most_bytes,
        ),
        StoredFolder("models", "Models", "Downloaded models. To delete one, use Set up models.", library_folder()),
        StoredFolder("log", "Log", "What went wrong, for error reports.", log_file().parent),
    )


def _measured(folders: tuple[StoredFolder, ...]) -> Generator[tuple[StoredFolder, ...], None, None]:
    # What lies in the temporary folder belongs to all programs, and ours have no names.
    free = shutil.disk_usage(folders[0].path).free
    scratch = replace(folders[0], size=0, note=f"{size_text(free)} free")
    yield (scratch, *(replace(folder, size=_size(folder.path)) for folder in folders[1:]))


def _clearing(results: KeptFiles) -> Generator[None, None, None]:
    results.clear()
    yield


def _limiting(results: KeptFiles, most: int) -> Generator[None, None, None]:
    results.set_most_bytes(most)
    yield


def _size(folder: Path) -> int:
    """Bytes of all files in a folder; of what vanishes meanwhile none."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += (Path(place) / name).lstat().st_size
    return size


def _show_folder(path: Path) -> None:
    # The file manager shows the nearest folder that is there.
    there = next((place for place in (path, *path.parents) if place.is_dir()), path)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(there)))
