"""One number of a meter under its name, over its highest."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from samstudio.ui.accessible_roles import set_role
from samstudio.ui.theme import notifier, theme

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Reading(QWidget):
    """Shows a short text under a caption. Painted: a label would lay out the window ten times a second.

    One without a highest may show the caption `aside` for its neighbour's.
    """

    def __init__(self, caption: str, title: str, unit: str, more: str, aside: str = "") -> None:
        super().__init__()
        self._caption, self._title, self._unit = caption, title, unit
        self._font, self._caption_font = theme().mono_font(), theme().font("caption")
        self._line = round(QFontMetricsF(self._caption_font).height())
        self._aside = aside
        self.text = self.highest = ""
        self.is_alarming = False
        set_role(self, QAccessible.Role.Indicator)
        # It paints its ground itself, so that the plate below is not drawn again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setToolTip(f"{title} in {unit}\n{more}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        notifier.theme_changed.connect(self.update)
        self.show_text("–")

    def show_text(self, text: str, highest: str = "", *, alarming: bool = False) -> None:
        """Show another text, and the highest below it; an alarming one stands on the clip lamp's ground."""
        if highest != self.highest:
            self.update(self._foot())
        elif (text, alarming) == (self.text, self.is_alarming):
            return
        if (text, alarming) != (self.text, self.is_alarming):
            self.update(self._number())
        self.text, self.highest, self.is_alarming = text, highest, alarming
        most = f", highest {highest}" if highest else ""
        self.setAccessibleName(f"{self._title}: {text} {self._unit}{most}")

    def sizeHint(self) -> QSize:
        """Room for the widest number between two captions."""
        number = QFontMetricsF(self._font)
        return QSize(round(number.horizontalAdvance("−88.8")) + 6, 2 * self._line + round(number.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The caption, the number and the highest below it; only what is exposed."""
        changed, number = event.rect(), self._number()
        painter = QPainter(self)
        painter.fillRect(changed, theme().color("panel_raised"))
        if not number.contains(changed):
            self._paint_captions(painter)
        if not changed.intersects(number):
            return
        if self.is_alarming:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("clip_lamp"))
            painter.drawRoundedRect(number, 3, 3)
        painter.setFont(self._font)
        painter.setPen(Qt.GlobalColor.white if self.is_alarming else theme().color("text"))
        painter.drawText(number.adjusted(0, 0, -3, 0), _RIGHT, self.text)

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setFont(self._caption_font)
        painter.setPen(theme().color("text_dim"))
        painter.drawText(QRect(0, 0, self.width() - 3, self._line), _RIGHT, self._caption)
        painter.drawText(self._foot().adjusted(0, 0, -3, 0), _RIGHT, self.highest)
        painter.drawText(self._foot(), Qt.AlignmentFlag.AlignVCenter, self._aside)

    def _number(self) -> QRect:
        return QRect(0, self._line, self.width(), self.height() - 2 * self._line)

    def _foot(self) -> QRect:
        return QRect(0, self.height() - self._line, self.width(), self._line)
