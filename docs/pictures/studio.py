"""The real window, brought into states and photographed."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QRect, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from samstudio.app.commands.files.files import demo_recording
from samstudio.app.editor import Editor, make_container
from samstudio.app.main import make_application
from samstudio.separation.cache.kept_files import KeptFiles
from samstudio.session.areas.area import Area
from samstudio.session.mix import Channel
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem
from samstudio.ui.theme import apply_theme

PATIENCE, STEP = 180_000, 20
"""Milliseconds: how long a state may take to come, and between two looks."""
SESSION = "Trio.samstudio"


def pause(milliseconds: int) -> None:
    """Let the application run for so long; `QTest.qWait` would hold the interpreter, and all threads stand still."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Studio:
    """The application, and what pictures need to do in it. `home` is for files that pictures have in common."""

    def __init__(self, home: Path, *, maximized: bool = False) -> None:
        self.home = home
        # A separation that is to be seen under way would come from there at once.
        KeptFiles().set_most_bytes(0)
        self.app = make_application()
        apply_theme(self.app, "dark")
        self.container = make_container()
        self.editor = Editor(self.container)
        self.window, self.commands = self.editor.window, self.editor.commands
        if maximized:
            self.window.showMaximized()
        else:
            self.window.show()
        self.document, self.selection = self.container.document, self.container.selection
        self.wait(self.window.isActiveWindow)

    # Waiting

    def wait(self, seen: Callable[[], object]) -> None:
        """Let the application run until something is so. Raises TimeoutError."""
        for _ in range(PATIENCE // STEP):
            if seen():
                return
            pause(STEP)
        raise TimeoutError

    def settle(self) -> None:
        """Let everything be drawn that is to be seen."""
        container = self.container
        pause(250)
        self.wait(lambda: not container.timeline_renderer.is_busy and not container.corrector.is_pending)
        pause(150)

    # Doing

    def do(self, action: str) -> None:
        """Do an action of the menus."""
        self.window.actions_by_name[action].trigger()
        pause(STEP)

    def start_over(self) -> None:
        """Close what is open, and go back to how the window is at the start."""
        # A dialog that ends may show another one.
        while others := self.others():
            for window in others:
                window.close()
            pause(STEP)
        if self.container.separator.is_busy:
            self.do("cancel_queue")
            self.wait(lambda: not self.container.separator.is_busy)
        self.container.areas.clear()
        self.document.recordings.close_all()
        self.do("tool_select")
        for action in ("show_share", "loop"):
            self.window.actions_by_name[action].setChecked(False)
        self.window.takes_panel.fold.setChecked(False)
        self.do("reset_panels")
        self.window.status.clearMessage()
        self.window.timeline.setFocus()
        QCursor.setPos(QPoint(self.window.screen().geometry().bottomRight()))

    def open(self, path: Path, prompt: Prompt | None = None) -> None:
        """Open a recording or session beside the others, and wait for it."""
        before = len(self.document.recordings.all)
        self.commands.files.open_path(path, prompt)
        self.wait(lambda: len(self.document.recordings.all) > before)
        recording = self.document.recordings.all[-1]
        self.wait(lambda: recording.clip is not None and not self.container.clip_loader.is_reading(recording))
        self.wait(lambda: not self.container.session_state.is_restoring)

    def open_demo(self) -> None:
        """Open the bundled recording with its marks."""
        self.open(*demo_recording())

    def open_unmarked(self, text: str = "") -> None:
        """Open the bundled recording without marks."""
        self.open(demo_recording()[0], Prompt(text))

    def separate(self) -> None:
        """Separate, and wait for the take."""
        sys.stdout.write("separating ...\n")
        self.do("separate")
        self.wait(lambda: not self.container.separator.is_busy)

    def open_takes(self) -> None:
        """Open the demo with takes: of its spans, with a passage redone, of a word, and out of the first's residual."""
        folder = self.home / SESSION
        if not folder.exists():
            self._make_takes(folder)
        self.open(folder)
        self.document.select_take(0)

    def _make_takes(self, folder: Path) -> None:
        demo, prompt = demo_recording()
        copy = self.home / "Trio by an open window.flac"
        copy.write_bytes(demo.read_bytes())
        self.open(copy, prompt)
        self.separate()
        self.select(10.0, 12.0)
        self.do("redo_stretch")
        self.wait(lambda: not self.container.separator.is_busy)
        self.document.edit_prompt("Clear", Prompt("bird"))
        self.separate()
        self.document.select_take(0)
        self.do("continue_from_residual")
        spans = Span(0.2, 1.6), Span(7.75, 9.7, Sign.MINUS)
        self.document.edit_prompt("Mark", Prompt("double bass", spans))
        self.separate()
        self.do("back_to_recording")
        self.document.edit_prompt("Mark", prompt)
        self.container.session_saver.save(folder)
        self.wait(lambda: not self.container.session_saver.is_saving)
        self.document.recordings.close_all()

    def select(self, start: float, end: float) -> None:
        """Select time."""
        self.selection.select_range((start, end))

    def select_area(self, times: Stretch, band: tuple[float, float], channel: Channel = Stem.TARGET) -> None:
        """Select a rectangle in time (s) and frequency (Hz)."""
        self.container.areas.draw(Area.box(times, band, channel))

    def export(self, dialog: QWidget) -> None:
        """Export what the dialog offers, and wait for the report."""
        goal = self.home / "Stems"
        shutil.rmtree(goal, ignore_errors=True)
        goal.mkdir()
        dialog.form.folder.setText(str(goal))
        dialog.export_button.click()
        self.wait(dialog.report.isVisible)

    def point(self, widget: QWidget, across: float = 0.5, down: float = 0.5) -> None:
        """Put the mouse over a part of a widget."""
        place = widget.mapToGlobal(QPoint(round(across * widget.width()), round(down * widget.height())))
        QCursor.setPos(place)
        pause(100)

    # Looking

    def others(self) -> list[QWidget]:
        """The windows beside the main window, menus too."""
        shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        return [widget for widget in shown if widget is not self.window and not _is_part(widget)]

    def dialog(self) -> QWidget:
        """The dialog or menu that is shown."""
        self.wait(self.others)
        return self.others()[-1]

    def show_theme(self, name: str) -> None:
        """Change the theme as the menu does."""
        self.window.actions_by_name["light_theme"].setChecked(name == "light")

    def save_screen(self, path: Path, part: QWidget | None = None) -> None:
        """Save what the screen shows, or only where one window is."""
        shot = self.app.primaryScreen().grabWindow(0)
        if part is not None:
            ratio = shot.devicePixelRatio()
            shot = shot.copy(QRect(part.mapToGlobal(QPoint()) * ratio, part.size() * ratio))
        # The least bytes.
        if not shot.save(str(path), "PNG", 0):
            raise OSError(f"{path} was not written")

    def close(self) -> None:
        """End the application."""
        self.start_over()
        self.container.shut_down()


def _is_part(widget: QWidget) -> bool:
    """Whether it is a window of the main window's own: a tip, or a panel that floats."""
    return not isinstance(widget, QMenu) and widget.windowTitle() == "" and widget.parentWidget() is None
