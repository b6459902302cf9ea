"""One of a row of buttons of which one at a time is on."""

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from samstudio.ui.parts import native_keys, shown_key
from samstudio.ui.theme import notifier, theme

_WORD_AT = 24
"""Logical pixels from the left edge to the word."""


class SegmentButton(QAbstractButton):
    """Its key, a word and the lane's colour. It shows the state; a click only requests a change."""

    def __init__(self, word: str, role: str) -> None:
        super().__init__()
        self.setText(word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._role = role
        notifier.theme_changed.connect(self.update)

    def nextCheckState(self) -> None:
        """A click only requests; the state is set by `setChecked`."""

    def sizeHint(self) -> QSize:
        """Room for key, word and the air round them."""
        return QSize(self._word_width + 44, 32)

    def minimumSizeHint(self) -> QSize:
        """The same with less air: the word is never cut."""
        return QSize(_WORD_AT + self._word_width + 4, 32)

    @property
    def _word_width(self) -> int:
        return ceil(QFontMetricsF(theme().font(bold=True)).horizontalAdvance(self.text()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A plate, the key, the word, and below it the lane's colour when it is on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, enabled = self.isChecked() and self.isEnabled(), self.isEnabled()
        plate = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        hovered = self.underMouse() and enabled
        painter.setPen(QPen(theme().color("focus"), 2.0) if self.hasFocus() else QPen(theme().color("border"), 1.0))
        painter.setBrush(theme().color("pressed" if on else "hover" if hovered else "panel_raised"))
        painter.drawRoundedRect(plate, theme().sizes["radius"], theme().sizes["radius"])
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color(self._role))
            painter.drawRoundedRect(QRectF(plate.left() + 8, plate.bottom() - 4, plate.width() - 16, 3), 1.5, 1.5)
        painter.setFont(theme().mono_font("caption"))
        painter.setPen(theme().color("text_dim" if enabled else "text_disabled"))
        key = native_keys(shown_key(self))
        # A combination of keys is shown in the tooltip only: there is no room for it.
        if len(key) == 1:
            painter.drawText(QRectF(10, 0, 12, self.height()), Qt.AlignmentFlag.AlignCenter, key)
        painter.setFont(theme().font(bold=on))
        painter.setPen(theme().color("text" if enabled else "text_disabled"))
        word = QRectF(_WORD_AT, 0, self.width() - _WORD_AT, self.height())
        painter.drawText(word, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
