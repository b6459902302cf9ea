"""The transport: buttons, times, and the stem that plays."""

from math import ceil

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.icons import icon
from samstudio.ui.mixer.segment_button import SegmentButton
from samstudio.ui.parts import explain, label, tool_button
from samstudio.ui.theme import notifier, theme
from samstudio.ui.time_formats import time_format

_BLANK = "–"
_USUAL = "00:00.000"
_SPEEDS = {0.5: "½×", 1.0: "1×", 2.0: "2×", 4.0: "4×", 8.0: "8×"}


class TransportBar(QWidget):
    """Shows the transport's state and requests changes."""

    play_toggled = Signal()
    """Play from the playhead, or stop."""
    start_requested = Signal()
    end_requested = Signal()
    loop_toggled = Signal(bool)
    audition_requested = Signal(object)
    """The Stem to hear alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Transport")
        set_role(self, QAccessible.Role.Grouping)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # It paints its ground itself: without this the window's is painted under every change of the clock.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.to_start = tool_button("start", "Go to the start", action="go_start")
        self.play = tool_button("play", "Play", action="play")
        self.to_end = tool_button("end", "Go to the end", action="go_end")
        self.loop = tool_button("loop", "Loop the selection", action="loop")
        self.loop.setCheckable(True)
        self.clock = self._clock()
        self.speed = self._speed()
        self.selection_times = {name: self._time() for name in ("Start", "End", "Length")}
        self.segments = {stem: SegmentButton(stem.value.capitalize(), f"wave_{stem.value}") for stem in Stem}
        self._lay_out()
        self._connect()
        self.show_position(0.0)
        self.show_speed(1.0)
        self.show_selection(None)
        self.set_stems_available(False)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.play.setIcon(icon("stop" if playing else "play", "accent"))
        explain(self.play, "Stop" if playing else "Play", action="play")

    def show_position(self, seconds: float) -> None:
        """Show the playhead."""
        self._position = seconds
        text = time_format().text(seconds)
        shown = self.clock.text()
        if text == shown:
            return
        if len(text) != len(shown):
            self._fit_clock(text)
        self.clock.setText(text)

    def show_speed(self, speed: float) -> None:
        """Show how fast it plays, below zero backwards; nothing is shown for the normal speed."""
        text = ("−" if speed < 0.0 else "") + _SPEEDS[abs(speed)]
        self.speed.setText("" if speed == 1.0 else text)
        explain(self.speed, f"Speed: {text}", more="Backwards" if speed < 0.0 else "")

    def show_selection(self, selection: Stretch | None) -> None:
        """Show start, end and length of the selection in seconds, or that there is none."""
        values = (None, None, None) if selection is None else (*selection, selection[1] - selection[0])
        self._range = selection
        for (name, field), value in zip(self.selection_times.items(), values, strict=True):
            written = time_format().length_text if name == "Length" else time_format().text
            field.setText(_BLANK if value is None else written(value))
            field.setEnabled(value is not None)
            explain(field, f"Selection {name.lower()}: {'none' if value is None else field.text()}")

    def show_time_format(self) -> None:
        """Write the times in the current format."""
        self.show_position(self._position)
        self.show_selection(self._range)

    def show_loop(self, looping: bool) -> None:
        """Show whether it loops; nothing is emitted."""
        with QSignalBlocker(self.loop):
            self.loop.setChecked(looping)

    def show_audition(self, stem: Stem | None) -> None:
        """Show which stem plays alone, None for a mix."""
        for key, segment in self.segments.items():
            segment.setChecked(key is stem)

    def set_stems_available(self, available: bool) -> None:
        """Without stems there is only the clip to hear."""
        for stem in (Stem.TARGET, Stem.RESIDUAL):
            self.segments[stem].setEnabled(available)
        for stem, segment in self.segments.items():
            more = "Switches at the playhead, without a gap." if available else "Available after the first separation."
            name = "Hear the clip" if stem is Stem.CLIP else f"Hear the {stem.value} alone"
            explain(segment, name, more=more, action=f"hear_{stem.value}")

    def minimumSizeHint(self) -> QSize:
        """The width without the selection's times, which are hidden in a small window."""
        return QSize(self._least_width, super().minimumSizeHint().height())

    @property
    def _least_width(self) -> int:
        """What the parts need that are always shown."""
        hidden = [part for part in (self._selection, self._stem_label) if not part.isHidden()]
        return self._row.minimumSize().width() - sum(part.sizeHint().width() + self._row.spacing() for part in hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the selection's times where they fit, and with more width the title of the segments."""
        super().resizeEvent(event)
        gap = self._row.spacing()
        free_width = self.width() - self._least_width - self._selection.sizeHint().width() - gap
        self._selection.setVisible(free_width >= 0)
        self._stem_label.setVisible(free_width >= self._stem_label.sizeHint().width() + gap)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel's ground with a line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(0, 0, self.width(), 1, theme().color("border"))

    def _clock(self) -> QLabel:
        clock = label()
        clock.setFont(theme().mono_font("headline"))
        # The text itself is the accessible name: a set one would hide it.
        clock.setAccessibleDescription("Playhead")
        clock.setToolTip("The playhead, corrected for the delay of the device")
        return clock

    def _fit_clock(self, text: str) -> None:
        """Fix the clock's size: one that may grow lays out the window sixty times a second."""
        metrics = QFontMetricsF(self.clock.font())
        width = max(metrics.horizontalAdvance(text) for text in (_USUAL, text))
        self.clock.setFixedSize(round(width) + 4, ceil(metrics.height()))

    def _speed(self) -> QLabel:
        speed = label()
        speed.setFont(theme().mono_font("title"))
        # Its place is kept: nothing moves when it comes and goes.
        speed.setFixedWidth(round(QFontMetricsF(speed.font()).horizontalAdvance("−½×")) + 4)
        return speed

    def _time(self) -> QLabel:
        field = label()
        field.setFont(theme().mono_font())
        field.setMinimumWidth(round(QFontMetricsF(field.font()).horizontalAdvance(_USUAL)) + 2)
        return field

    def _lay_out(self) -> None:
        unit = theme().space()
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        row.setSpacing(unit)
        for button in (self.to_start, self.play, self.to_end, self.loop):
            button.setIconSize(QSize(theme().sizes["icon"], theme().sizes["icon"]))
            button.setFixedSize(36 if button is self.play else 32, 32)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.addSpacing(unit)
        row.addWidget(self.clock)
        row.addWidget(self.speed)
        row.addSpacing(unit)
        self._selection = self._selection_part()
        row.addWidget(self._selection)
        row.addStretch(1)
        self._stem_label = label("Hear", "caption")
        row.addWidget(self._stem_label)
        row.addSpacing(unit)
        for segment in self.segments.values():
            row.addWidget(segment)
        self.show_playing(False)

    def _selection_part(self) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space(3))
        grid.setVerticalSpacing(0)
        for column, (name, field) in enumerate(self.selection_times.items()):
            grid.addWidget(label(name if column else "Selection", "caption"), 0, column)
            grid.addWidget(field, 1, column)
        return part

    def _connect(self) -> None:
        self.play.clicked.connect(self.play_toggled.emit)
        self.to_start.clicked.connect(self.start_requested.emit)
        self.to_end.clicked.connect(self.end_requested.emit)
        self.loop.toggled.connect(self.loop_toggled)
        for stem, segment in self.segments.items():
            segment.clicked.connect(lambda _checked=False, stem=stem: self.audition_requested.emit(stem))
        notifier.theme_changed.connect(self.update)
