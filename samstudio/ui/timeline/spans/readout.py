"""Spans as text, and the small label that shows it beside the mouse."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from samstudio.dsp.scales import time_label
from samstudio.session.prompt import Sign, Span
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import TimeUnit, time_format
from samstudio.ui.time_text import format_band

SIGNS = {Sign.PLUS: "+", Sign.MINUS: "−"}
_GAP = "  ·  "
_MINUTE = 59.9995
"""Seconds that read as a minute."""


def time_text(seconds: float) -> str:
    """`4.250 s`, from a minute on `1:04.250`."""
    if time_format().unit is not TimeUnit.CLOCK:
        return time_format().text(seconds)
    return f"{seconds:.3f} s" if seconds < _MINUTE else time_label(seconds)


def stretch_text(start: float, end: float) -> str:
    """`1.250 – 3.100 s  ·  1.850 s`."""
    if time_format().unit is not TimeUnit.CLOCK:
        return f"{time_text(start)} – {time_text(end)}{_GAP}{time_format().length_text(end - start)}"
    first = time_text(start).removesuffix(" s") if end < _MINUTE else time_label(start)
    # The length is that of the two rounded times, so that what is read adds up.
    return f"{first} – {time_text(end)}{_GAP}{time_text(round(end, 3) - round(start, 3))}"


def span_text(span: Span) -> str:
    """`+ 1.250 – 3.100 s  ·  1.850 s`, for a box with its frequencies."""
    text = f"{SIGNS[span.sign]} {stretch_text(span.start, span.end)}"
    return f"{text}{_GAP}{format_band(span.low, span.high)}" if span.is_box else text


def suggestion_text(suggestion: Span) -> str:
    """`+? 1.250 – 3.100 s  ·  1.850 s  ·  heard by the model`."""
    sign, heard = ("+", "heard") if suggestion.sign is Sign.PLUS else ("−", "not heard")
    return f"{sign}? {stretch_text(suggestion.start, suggestion.end)}{_GAP}{heard} by the model"


class ReadoutLabel(QGraphicsItem):
    """A line of text on a small plate beside the mouse, in its parent's pixels."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.text = ""
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()

    def show_text(self, text: str, mouse: QPointF, ground: QRectF) -> None:
        """Show `text` beside `mouse`, turned to the other side where `ground` ends."""
        if text != self.text:
            self.prepareGeometryChange()
            self.text = text
        plate = self.boundingRect()
        x = mouse.x() + 14 if mouse.x() + 14 + plate.width() <= ground.right() else mouse.x() - 14 - plate.width()
        y = mouse.y() - 14 - plate.height() if mouse.y() - 14 - plate.height() >= ground.top() else mouse.y() + 18
        x = min(max(x, ground.left()), max(ground.right() - plate.width(), ground.left()))
        y = min(max(y, ground.top()), max(ground.bottom() - plate.height(), ground.top()))
        self.setPos(round(x), round(y))
        self.show()

    def boundingRect(self) -> QRectF:
        """The plate."""
        metrics = QFontMetricsF(theme().font("caption"))
        return QRectF(
            QPointF(0, 0), QSizeF(round(metrics.horizontalAdvance(self.text)) + 17, round(metrics.height()) + 7)
        )

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        """A raised plate with the text."""
        look = theme()
        ground = QColor(look.color("panel_raised"))
        ground.setAlphaF(0.94)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("border"), 1))
        painter.setBrush(ground)
        plate = self.boundingRect()
        painter.drawRoundedRect(
            plate.adjusted(0.5, 0.5, -0.5, -0.5), look.sizes["radius_small"], look.sizes["radius_small"]
        )
        painter.setPen(look.color("text"))
        painter.setFont(look.font("caption"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self.text)
