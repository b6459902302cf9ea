"""One number of a meter under its name."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import notifier, theme


class Reading(QWidget):
    """Shows a short text under a caption. Painted: a label would lay the window out anew ten times a second."""

    def __init__(self, caption: str, title: str, unit: str, more: str) -> None:
        super().__init__()
        self._caption, self._title, self._unit = caption, title, unit
        self._font, self._caption_font = theme().mono_font(), theme().font("caption")
        self._line = round(QFontMetricsF(self._caption_font).height())
        self.text = ""
        self.is_alarming = False
        set_role(self, QAccessible.Role.Indicator)
        # It paints its ground itself, so that the plate below is not drawn again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setToolTip(f"{title} in {unit}\n{more}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        notifier.theme_changed.connect(self.update)
        self.show_text("–")

    def show_text(self, text: str, *, alarming: bool = False) -> None:
        """Show another text; an alarming one stands on the clip lamp's ground."""
        if (text, alarming) == (self.text, self.is_alarming):
            return
        self.text, self.is_alarming = text, alarming
        self.setAccessibleName(f"{self._title}: {text} {self._unit}")
        self.update(self._number())

    def sizeHint(self) -> QSize:
        """Room for the widest number under the caption."""
        number = QFontMetricsF(self._font)
        return QSize(round(number.horizontalAdvance("−88.8")) + 6, self._line + round(number.height()) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The caption, where it has to be drawn anew, and the number below it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().color("panel_raised"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if event.rect().top() < self._line:
            painter.setFont(self._caption_font)
            painter.setPen(theme().color("text_dim"))
            painter.drawText(QRect(0, 0, self.width() - 3, self._line), right, self._caption)
        if self.is_alarming:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("clip_lamp"))
            painter.drawRoundedRect(self._number(), 3, 3)
        painter.setFont(self._font)
        painter.setPen(Qt.GlobalColor.white if self.is_alarming else theme().color("text"))
        painter.drawText(self._number().adjusted(0, 0, -3, 0), right, self.text)

    def _number(self) -> QRect:
        return QRect(0, self._line, self.width(), self.height() - self._line)
