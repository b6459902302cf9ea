"""The README's pictures: each function brings the window into a state and says which window is photographed."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from docs.pictures.studio import Studio

SIZE = QSize(1440, 900)
Picture = Callable[[Studio], QWidget]


def take_dark(studio: Studio) -> QWidget:
    """A take; the bird alone is heard and seen."""
    window = _window(studio, "dark")
    studio.open_takes()
    studio.do("hear_target")
    return window


def correct_light(studio: Studio) -> QWidget:
    """An area in the target's spectrogram."""
    window = _window(studio, "light")
    studio.open_takes()
    studio.do("hear_target")
    studio.do("tool_area_box")
    studio.select_area((8.2, 9.6), (2200.0, 5200.0))
    return window


def marks_light(studio: Studio) -> QWidget:
    """The demo's marks."""
    window = _window(studio, "light")
    studio.open_demo()
    return window


def export_dark(studio: Studio) -> QWidget:
    """What was measured on the exported files."""
    _window(studio, "dark")
    studio.open_takes()
    studio.do("export")
    dialog = studio.dialog()
    studio.export(dialog)
    return dialog


def _window(studio: Studio, theme: str) -> QWidget:
    studio.show_theme(theme)
    studio.window.resize(SIZE)
    studio.window.move(40, 60)
    studio.settle()
    studio.do("reset_panels")
    return studio.window


PICTURES: dict[str, Picture] = {
    "take-dark": take_dark,
    "correct-light": correct_light,
    "marks-light": marks_light,
    "export-dark": export_dark,
}
