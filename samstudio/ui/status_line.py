"""The status line: what is under the mouse, what just happened, the sound output."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QStyle, QStyleOption

from samstudio.ui import announcements
from samstudio.ui.parts import IconLabel, label, plain_tip
from samstudio.ui.theme import theme

_NOTE_MILLISECONDS = 12_000
_LEFT, _GAP = 6, 12
"""Logical pixels before the message, as Qt has them, and after it."""
_BETWEEN = 8
"""What Qt leaves between two parts, generously."""


class StatusLine(QStatusBar):
    """Messages on the left, for a while; the read-out and the sound card on the right, permanently."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self._hover = self._permanent_label("Under the mouse", theme().mono_font("caption"))
        self._clip = self._permanent_label("Recording")
        self._device = self._permanent_label("Sound card")
        self._device_icon = IconLabel("volume", "text_dim", 14)
        for part in (self._hover, self._clip, self._device_icon, self._device):
            self.addPermanentWidget(part)
        self.messageChanged.connect(self._make_room)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A message that is too long ends with an ellipsis, and is whole in the tooltip: Qt would cut it off."""
        message = self.currentMessage()
        parts = (self._hover, self._clip, self._device_icon, self._device)
        right = min((part.x() for part in parts if part.isVisible()), default=self.width())
        area = self.rect().adjusted(_LEFT, 0, right - _GAP - self.width(), 0)
        shown = self.fontMetrics().elidedText(message, Qt.TextElideMode.ElideRight, area.width())
        self.setToolTip(plain_tip(message) if shown != message else "")
        if shown == message:
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option, painter, self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

    @staticmethod
    def _permanent_label(name: str, font: QFont | None = None) -> QLabel:
        text = label(look="caption")
        # The text itself is the accessible name: a set one would hide it.
        text.setAccessibleDescription(name)
        text.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        text.setContentsMargins(theme().space(2), 0, theme().space(2), 0)
        if font is not None:
            text.setFont(font)
        return text

    @Slot(str)
    def show_hover(self, text: str) -> None:
        """What is under the mouse, or being dragged."""
        if text != self._hover.text():
            self._hover.setText(text)
            self._make_room()

    def show_clip(self, text: str) -> None:
        """The recording's format."""
        self._clip.setText(text)
        self._make_room()

    def forget_recording(self) -> None:
        """Another recording, or none: warnings were about the one before."""
        self.clearMessage()

    @Slot(str)
    def show_device(self, text: str) -> None:
        """The sound output, or why there is none."""
        self._device.setText(text)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for other parts."""
        super().resizeEvent(event)
        self._make_room()

    @Slot()
    def _make_room(self) -> None:
        """A message comes before the parts on the right; what it says already is not said there as well."""
        message, device = self.currentMessage(), self._device.text()
        parts: list[tuple[QLabel, ...]] = [(self._clip,), (self._device_icon, self._device), (self._hover,)]
        if not device or message.endswith(device):
            self._device.hide()
            self._device_icon.hide()
            del parts[1]
        room = self.width() - _LEFT - _GAP - self.fontMetrics().horizontalAdvance(message)
        widths = [sum(part.sizeHint().width() + _BETWEEN for part in group) for group in parts]
        for number, group in enumerate(parts):
            # The first ones give way first.
            is_shown = not message or sum(widths[number:]) <= room
            for part in group:
                part.setVisible(is_shown)

    @Slot(str)
    def show_note(self, text: str) -> None:
        """A message that disappears after a while; screen readers announce it."""
        self.showMessage(text, _NOTE_MILLISECONDS)
        announcements.announce(self, text)

    @Slot(str)
    def withdraw(self, text: str) -> None:
        """Take a message away, unless another one has taken its place."""
        if self.currentMessage() == text:
            self.clearMessage()

    @Slot(str)
    def show_progress(self, text: str) -> None:
        """Progress; not announced at every step."""
        self.showMessage(text, _NOTE_MILLISECONDS)

    @Slot(str)
    def show_warning(self, text: str) -> None:
        """A warning; it stays until the next message."""
        self.showMessage(f"⚠ {text}")
        announcements.announce(self, text)
