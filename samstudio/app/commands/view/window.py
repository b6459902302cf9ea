"""The window itself: its layout restored and remembered, closing it, files dropped on it."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QCloseEvent

from samstudio.app.commands.files.files import FileCommands
from samstudio.app.commands.files.labels import LabelCommands
from samstudio.app.commands.files.running_jobs import RunningJobs
from samstudio.app.commands.files.sessions import SessionCommands
from samstudio.app.commands.takes.queue import QueueCommands
from samstudio.app.commands.view.panels import PanelCommands
from samstudio.app.commands.view.screen_fit import fit_on_screen
from samstudio.app.main_window import MainWindow
from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.preferences import Preferences
from samstudio.storage.label_files import LABEL_SUFFIXES

_LAYOUT_VERSION = 2
_GEOMETRY, _DOCKS = "window/geometry", "window/docks"
_REMEMBERED = {
    "snap": True,
    "model_frames": False,
    "colour_bar": True,
    "follow": True,
    "follow_heard": True,
    "return_on_stop": False,
    "match_levels": False,
}
"""Checkable actions whose state lasts, by the name of their preference, and what it is at the first start."""


class WindowCommands(QObject):
    """Acts on what the window reports of itself."""

    def __init__(
        self,
        document: Document,
        preferences: Preferences,
        actions: Mapping[str, QAction],
        sessions: SessionCommands,
        queue: QueueCommands,
        jobs: RunningJobs,
        files: FileCommands,
        labels: LabelCommands,
        panels: PanelCommands,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._document, self._preferences, self._actions = document, preferences, actions
        self._sessions, self._files, self._labels, self._panels = sessions, files, labels, panels
        self._queue, self._jobs, self._window = queue, jobs, window

    def restore(self) -> None:
        """Restore layout and checkable actions of the last start; once, when everything is connected."""
        self._window.restoreGeometry(self._preferences.bytes(_GEOMETRY))
        fit_on_screen(self._window, self._window.minimumSize())
        self._window.restoreState(self._preferences.bytes(self._docks_key), _LAYOUT_VERSION)
        self._window.choose_corners()
        for name, default in _REMEMBERED.items():
            self._actions[name].setChecked(self._preferences.flag(name, default=default))
        self._actions["light_theme"].setChecked(self._preferences.text("theme", "dark") == "light")

    @property
    def _docks_key(self) -> str:
        """A layout is kept for each size of screen: one made on a large screen does not fit on a small one."""
        screen = self._window.screen().size()
        return f"{_DOCKS}/{screen.width()}x{screen.height()}"

    @Slot()
    def arrange_first(self) -> None:
        """The window is shown for the first time: without a remembered layout the docks get their sizes now."""
        if self._preferences.bytes(self._docks_key).isEmpty():
            self._panels.give_first_sizes()

    @Slot(object)
    def close(self, event: QCloseEvent) -> None:
        """Remember the layout; ask first if work would be lost, and let the window stay if that is the answer."""
        if not (self._queue.may_close() and self._sessions.may_close_all() and self._jobs.may_stop()):
            event.ignore()
            return
        self._queue.leave()
        self._preferences.set_bytes(_GEOMETRY, self._window.saveGeometry())
        self._preferences.set_bytes(self._docks_key, self._window.saveState(_LAYOUT_VERSION))

    @Slot(object)
    def open_dropped(self, paths: tuple[Path, ...]) -> None:
        """Open the files that were dropped; labels are added to the recording that is shown."""
        labels = [path for path in paths if path.suffix.lower() in LABEL_SUFFIXES and self._document.clip is not None]
        for path in labels:
            self._labels.import_path(path)
        self._files.open_paths([path for path in paths if path not in labels])
