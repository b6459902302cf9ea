"""Run inside a bundle (`samstudio -c`): the real window on the demo; says what it shows, a word a line.

`smoke.sh` reads the words, and where to press, and does it. With the argument `start` it ends when the window is shown.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from samstudio.app import main as app_main
from samstudio.app.editor import Editor
from samstudio.session.prompt import Prompt

INTERVAL = 20


def focus() -> str:
    """The accessible name of what has the focus."""
    return getattr(QApplication.focusWidget(), "accessibleName", str)()


def button(text: str) -> str:
    """Where the middle of a button with this text is on the screen; empty while it cannot be pressed."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, QPushButton) and widget.text() == text and widget.isVisible() and widget.isEnabled():
            middle = widget.mapToGlobal(widget.rect().center())
            return f"{middle.x()} {middle.y()}"
    return ""


class SmokeEditor(Editor):
    """The editor, watched: each state is waited for and said once, in this order."""

    def __init__(self, container) -> None:
        super().__init__(container)
        document = container.document
        states: list[tuple[str, Callable[[], bool | str]]] = [
            ("shown", lambda: self.window.isVisible() and self.window.windowHandle().isExposed()),
            ("opened", lambda: document.clip is not None and not container.clip_loader.is_reading(document.recording)),
            ("cleared", self._clear),
            ("asked", lambda: focus().startswith("What is the sound")),
            ("typed", lambda: getattr(QApplication.focusWidget(), "text", str)() == "bird"),
            ("taken", lambda: bool(document.takes) and not container.separator.is_running),
            ("exporting", lambda: button("Export")),
            ("exported", lambda: button("Show in folder")),
        ]
        self._states = states[: 1 if sys.argv[1:] == ["start"] else None]
        self._watch = QTimer(self.window, interval=INTERVAL)
        self._watch.timeout.connect(self._look)
        self._watch.start()

    def _clear(self) -> bool:
        # The demo has marks, which decide over words: here the word alone shall do it.
        self.container.document.edit_prompt("Clear", Prompt())
        return True

    def _look(self) -> None:
        name, reached = self._states[0]
        if place := reached():
            print(name, place if isinstance(place, str) else "", flush=True)
            self._states.pop(0)
            if not self._states:
                self._watch.stop()
                QApplication.exit(0)


app_main.Editor = SmokeEditor
sys.exit(app_main.run_window((), demo=True))
