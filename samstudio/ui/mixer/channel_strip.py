"""One strip of the console."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from samstudio.audio.playback.mixer import Levels
from samstudio.session.mix import Strip
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.mixer.fader import Fader, PanKnob
from samstudio.ui.mixer.letter_button import LetterButton
from samstudio.ui.mixer.level_scale import format_level, parse_level
from samstudio.ui.mixer.meter import Meter, PeakLamp
from samstudio.ui.parts import ElidedLabel, explain, label
from samstudio.ui.theme import theme

_TABBED = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class LevelField(QLineEdit):
    """A level that can be typed; anything else is reverted."""

    level_typed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(theme().mono_font())
        self.setFixedWidth(round(QFontMetricsF(self.font()).horizontalAdvance("−60.0")) + 20)
        self.setMaximumHeight(26)
        self._level = 0.0
        self.editingFinished.connect(self._finish)

    def show_level(self, level: float) -> None:
        """Show a level in dB, unless one is being typed."""
        self._level = level
        if not self.isModified():
            self.setText(format_level(level))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A first click selects the whole value, ready to be replaced."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            # The press itself is still to come, and sets the cursor.
            QTimer.singleShot(0, self.selectAll)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return takes what was typed, Esc drops it; afterwards Space plays again."""
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.show_level(self._level)
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()

    def _finish(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        try:
            level = parse_level(self.text())
        except ValueError:
            self.show_level(self._level)
            return
        self.show_level(level)
        self.level_typed.emit(level)


class ChannelStrip(QWidget):
    """Shows a Strip and requests changes; the master has only its fader."""

    strip_changed = Signal(object)
    """The requested Strip."""
    solo_alone_requested = Signal()
    """Solo this strip only."""
    touched = Signal()
    """Something in it was clicked or got the focus."""

    def __init__(self, name: str, role: str, *, name_in_text: str = "", is_master: bool = False) -> None:
        """`name_in_text` is the name within a sentence, where that is not the name in lower case."""
        super().__init__()
        self._name_in_text = name_in_text or name.lower()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(188)
        self.setMaximumWidth(460)
        self._strip = Strip()
        self._role = role
        self._is_current = False
        self.name = ElidedLabel(name)
        self.name.setFont(theme().font(bold=True))
        self.fader, self.field = Fader(role), LevelField()
        self.meter, self.lamp = Meter(name), PeakLamp(name)
        self.invert = LetterButton("Ø", "accent")
        self.mute, self.solo = LetterButton("M", "warning"), LetterButton("S", "accent")
        self.pan, self.pan_text = PanKnob(), label(look="caption")
        set_role(self, QAccessible.Role.Grouping)
        self.setAccessibleName(f"{name} strip")
        self._explain(name)
        self._lay_out(is_master)
        self._connect()
        self.show_strip(self._strip)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What can have the focus, in the order of Tab."""
        return self.lamp, self.mute, self.solo, self.fader, self.field, self.invert, self.pan

    @property
    def strip(self) -> Strip:
        """What it shows."""
        return self._strip

    def show_strip(self, strip: Strip) -> None:
        """Show a strip's state; nothing is emitted."""
        self._strip = strip
        self.field.show_level(strip.gain_db)
        with QSignalBlocker(self.fader), QSignalBlocker(self.pan):
            self.fader.set_level(strip.gain_db)
            self.pan.set_pan(strip.pan)
        for button, on in ((self.invert, strip.invert), (self.mute, strip.mute), (self.solo, strip.solo)):
            with QSignalBlocker(button):
                button.setChecked(on)
        self.mute.show_overridden(strip.solo)
        if strip.solo_safe != self.solo.is_ringed:
            self.solo.show_ringed(strip.solo_safe)
            self._explain_solo()
        side = round(abs(strip.pan) * 100)
        self.pan_text.setText("C" if side == 0 else f"{'L' if strip.pan < 0 else 'R'}{side}")

    def toggle_solo_safe(self) -> None:
        """Request that other solos do not silence it, or no longer."""
        self._request(replace(self._strip, solo_safe=not self._strip.solo_safe))

    def show_audible(self, audible: bool) -> None:
        """Show whether its sound reaches the master."""
        self.fader.show_audible(audible)

    def show_levels(self, levels: Levels) -> None:
        """Move the meter."""
        self.meter.show_levels(levels)
        self.lamp.show_levels(levels)

    def reset_peaks(self) -> None:
        """Forget what was heard."""
        self.meter.reset()
        self.lamp.reset()

    def show_current(self, current: bool) -> None:
        """Show whether the keys M and S mean this strip."""
        self._is_current = current
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notices a click in any of its controls, or the focus that came by Tab."""
        tabbed = isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in _TABBED
        pressed = event if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress else None
        if tabbed or pressed:
            self.touched.emit()
        if watched is self.solo and pressed and pressed.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.toggle_solo_safe()
            return True
        # Not Alt: with it some window managers move the window.
        if watched is self.solo and pressed and pressed.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.solo_alone_requested.emit()
            return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click between the controls makes it the current one too."""
        self.touched.emit()

    def sizeHint(self) -> QSize:
        """As wide as a comfortable fader asks for."""
        return QSize(300, super().sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A raised plate with the lane's colour along its left edge; the current one has an accent edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plate = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme().color("accent" if self._is_current else "border"), 1.0))
        painter.setBrush(theme().color("panel_raised"))
        painter.drawRoundedRect(plate, theme().sizes["radius"], theme().sizes["radius"])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(self._role if self.isEnabled() else "text_disabled"))
        top = self.name.geometry().center().y() - 7
        painter.drawRoundedRect(QRectF(theme().space(2), top, 4, 15), 2, 2)

    def _explain(self, name: str) -> None:
        fine = "Ctrl or Shift: finely. Double click: "
        explain(self.fader, f"{name} fader", more=f"{fine}0 dB.")
        explain(self.field, f"{name} level in dB", more="Type a level, such as -6, or -inf for silence.")
        the_key = "The key acts on the outlined strip."
        explain(self.mute, f"Mute {self._name_in_text}", "M", more=f"While the focus is in the mixer. {the_key}")
        turned = f"{the_key} Sound that it has in common with other strips cancels."
        explain(self.invert, f"Invert the phase of {self._name_in_text}", more=turned, action="invert_strip")
        self._explain_solo()
        balance = "A balance: 0 dB in the centre, where the stem passes as it is; the far side falls by the -3 dB law."
        explain(self.pan, f"{name} pan", more=f"{fine}centre.\n{balance}")

    def _explain_solo(self) -> None:
        safe = "Solo-safe: other solos do not silence it." if self.solo.is_ringed else "Ctrl+click: solo-safe."
        more = f"The key acts on the outlined strip. A solo overrides every mute. Shift+click: only this one. {safe}"
        explain(self.solo, f"Solo {self._name_in_text}", more=more, action="solo_strip")

    def _lay_out(self, is_master: bool) -> None:
        unit = theme().space()
        head = QHBoxLayout()
        head.setSpacing(unit)
        head.addSpacing(2 * unit + 1)
        head.addWidget(self.name, 1)
        for button in (self.lamp, self.mute, self.solo):
            head.addWidget(button)
        side = QHBoxLayout()
        side.setSpacing(unit)
        side.addWidget(self.invert)
        side.addStretch(1)
        side.addWidget(self.pan)
        side.addWidget(self.pan_text)
        self.pan_text.setFixedWidth(round(QFontMetricsF(theme().font("caption")).horizontalAdvance("L100")) + 2)
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * unit, round(1.5 * unit), 2 * unit, round(1.5 * unit))
        grid.setHorizontalSpacing(2 * unit)
        grid.setVerticalSpacing(unit // 2)
        grid.addLayout(head, 0, 0, 1, 2)
        grid.addWidget(self.fader, 1, 0)
        grid.addWidget(self.field, 1, 1)
        grid.addWidget(self.meter, 2, 0)
        grid.addLayout(side, 2, 1)
        grid.setColumnStretch(0, 1)
        # The master's rows are as high as the others', though it lacks what makes them so.
        grid.setRowMinimumHeight(0, self.mute.height())
        grid.setRowMinimumHeight(2, self.pan.height())
        for widget in (self.invert, self.mute, self.solo, self.pan, self.pan_text):
            widget.setVisible(not is_master)

    def _connect(self) -> None:
        for widget in self.controls:
            widget.installEventFilter(self)
        self.fader.level_changed.connect(lambda level: self._request(replace(self._strip, gain_db=level)))
        self.field.level_typed.connect(lambda level: self._request(replace(self._strip, gain_db=level)))
        self.invert.toggled.connect(lambda on: self._request(replace(self._strip, invert=on)))
        self.mute.toggled.connect(lambda on: self._request(replace(self._strip, mute=on)))
        self.solo.toggled.connect(lambda on: self._request(replace(self._strip, solo=on)))
        self.pan.valueChanged.connect(lambda _value: self._request(replace(self._strip, pan=self.pan.pan)))

    def _request(self, strip: Strip) -> None:
        self.show_strip(strip)
        self.strip_changed.emit(strip)
