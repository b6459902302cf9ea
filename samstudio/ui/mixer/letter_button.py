"""A button as a console has it: one letter, lit while it is on."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from samstudio.ui.theme import notifier, theme


class LetterButton(QAbstractButton):
    """A small button that stays down: a letter, and a colour when it is on."""

    def __init__(self, letter: str, role: str) -> None:
        super().__init__()
        self.setText(letter)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(24, 20)
        self.is_ringed = self.is_overridden = False
        self._role = role
        notifier.theme_changed.connect(self.update)

    def show_ringed(self, ringed: bool) -> None:
        """Show a line under the letter and a coloured edge: something beside on and off is set."""
        self.is_ringed = ringed
        self.update()

    def show_overridden(self, overridden: bool) -> None:
        """Show that it has no effect while something else is on: an edge in its colour, not filled."""
        self.is_overridden = overridden
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Filled when on, outlined when off."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked() and self.isEnabled()
        lit = is_on and not self.is_overridden
        ground = self._role if lit else "hover" if self.underMouse() and self.isEnabled() else "panel"
        edge = self._role if is_on or self.is_ringed else "border"
        painter.setPen(QPen(theme().color("focus"), 2.0) if self.hasFocus() else QPen(theme().color(edge)))
        painter.setBrush(theme().color(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(theme().font("caption", bold=True))
        letter = theme().color("accent_text" if lit else "text_dim" if self.isEnabled() else "text_disabled")
        painter.setPen(letter)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.is_ringed:
            painter.setPen(QPen(letter, 1.5))
            low = self.height() - 3.5
            painter.drawLine(QPointF(self.width() / 2 - 5, low), QPointF(self.width() / 2 + 5, low))
