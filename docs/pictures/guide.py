"""The guide's pictures: states of the window, each with the part of the screen that is photographed."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from docs.pictures import states
from docs.pictures.studio import Studio

SIZE = QSize(1200, 760)
Picture = Callable[[Studio], QWidget]


def _in_window(state: states.State) -> Picture:
    """The whole window in a state."""

    def show(studio: Studio) -> QWidget:
        window = _window(studio)
        state(studio)
        return window

    return show


def _in_dialog(state: states.State) -> Picture:
    """The dialog that a state shows."""

    def show(studio: Studio) -> QWidget:
        _window(studio)
        state(studio)
        return studio.dialog()

    return show


def words(studio: Studio) -> QWidget:
    """The prompt, while a word is typed."""
    _window(studio)
    states.words(studio)
    return studio.window.prompt_panel


def _window(studio: Studio) -> QWidget:
    studio.show_theme("light")
    studio.window.resize(SIZE)
    studio.window.move(40, 60)
    studio.settle()
    studio.do("reset_panels")
    return studio.window


PICTURES: dict[str, Picture] = {
    "demo": _in_window(states.opened_demo),
    "take": _in_window(states.take),
    "words": words,
    "suggested": _in_window(states.suggested),
    "marking": _in_window(states.marks),
    "area": _in_window(states.area),
    "brush": _in_window(states.brush),
    "chain": _in_window(states.chain),
    "queue": _in_window(states.queue),
    "film": _in_window(states.film),
    "models": _in_dialog(states.models),
    "export": _in_dialog(states.export),
    "export-report": _in_dialog(states.export_report),
    "machines": _in_dialog(states.PICTURES["preferences-machines"]),
}
