"""The format in which times are shown, everywhere at once."""

import contextlib
import json
from dataclasses import asdict, replace

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.ui.preferences.time_format_form import UNIT_TITLES, TimeFormatForm
from samstudio.ui.time_formats import FRAME_RATES, TimeFormat, TimeUnit

_KEY = "time_format"


class TimeFormatCommands(QObject):
    """Holds the format, remembers it, and lets the user choose another."""

    format_changed = Signal(object)
    """TimeFormat."""
    settings_requested = Signal()
    """Everything that can be chosen of the format."""

    def __init__(self, document: Document, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._preferences, self._window = preferences, window
        self.format = self._remembered()
        document.clip_changed.connect(self._follow_clip)

    def attach(self, form: TimeFormatForm) -> None:
        """Let a form show the format and change it."""
        form.show_format(self.format)
        form.format_changed.connect(self.change)
        self.format_changed.connect(form.show_format)

    @Slot(object)
    def change(self, time_format: TimeFormat) -> None:
        """Show times in this format from now on, and at the next start."""
        self.format = time_format
        self._preferences.set_text(_KEY, json.dumps(asdict(time_format)))
        self.format_changed.emit(time_format)

    @Slot(QPoint)
    def show_menu(self, place: QPoint) -> None:
        """The units to choose from, under the mouse."""
        menu = QMenu(self._window)
        group = QActionGroup(menu)
        for unit, title in UNIT_TITLES.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(unit is self.format.unit)
            action.setData(unit)
            group.addAction(action)
        menu.addSeparator()
        more = menu.addAction("Time format…")
        chosen = menu.exec(place)
        if chosen is more:
            self.settings_requested.emit()
        elif chosen is not None:
            self.change(replace(self.format, unit=TimeUnit(chosen.data())))

    @Slot(object)
    def _follow_clip(self, clip: AudioClip | None) -> None:
        """Samples are counted at the recording's own rate."""
        if clip is not None and clip.sample_rate != self.format.sample_rate:
            self.change(replace(self.format, sample_rate=clip.sample_rate))

    def _remembered(self) -> TimeFormat:
        # A settings file that was edited by hand is no reason for an error.
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            facts = json.loads(self._preferences.text(_KEY, "{}"))
            made = TimeFormat(**{**facts, "unit": TimeUnit(facts.get("unit", "clock"))})
            if made.frame_rate in FRAME_RATES and made.tempo > 0 and made.beats_per_bar > 0 and made.sample_rate > 0:
                return made
        return TimeFormat()
