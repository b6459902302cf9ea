"""Small parts that the panels share: labels, buttons, a notice."""

from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QToolTip,
    QWidget,
)

from samstudio.ui.icons import icon, icon_pixmap
from samstudio.ui.theme import notifier, theme
from samstudio.ui.wheel_guard import guard_wheel

ICON_SIZE = QSize(18, 18)
ANY_SIZE = 16_777_215
"""The greatest width or height of a widget that has none: Qt's QWIDGETSIZE_MAX."""
_ACTION = "explained_action"
MOVED_BY_WHEEL = "moved_by_wheel"
"""The property of a control that the wheel moves without the focus, as a fader of a mixer."""
_keys: dict[str, tuple[str, ...]] = {}
Box = TypeVar("Box", QSpinBox, QDoubleSpinBox)


def label(text: str = "", look: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the looks of studio.qss; it shows plain text only, so that no file name can bring markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look or None)
    made.setWordWrap(wrap)
    if wrap:
        # It takes the width it is given, and the height that its text then needs.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


class ElidedLabel(QLabel):
    """One line of plain text, as much of it as there is room for; all of it in a tooltip where that is not all."""

    def __init__(self, text: str, dots: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text, textFormat=Qt.TextFormat.PlainText)
        self._dots = dots
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def event(self, event: QEvent) -> bool:
        """Tell what has no room, unless it has a tooltip of its own."""
        if isinstance(event, QHelpEvent) and not self.toolTip() and self._shown_text != self.text():
            QToolTip.showText(event.globalPos(), plain_tip(self.text()), self)
            return True
        return super().event(event)

    @property
    def _shown_text(self) -> str:
        return self.fontMetrics().elidedText(self.text(), self._dots, self.width())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text, with dots for what has no room."""
        text = self._shown_text
        self.style().drawItemText(QPainter(self), self.rect(), self.alignment(), self.palette(), self.isEnabled(), text)


def field_title(text: str, field: QWidget, look: str = "dim") -> QLabel:
    """The title beside a field. The two are tied: from that, on Linux, screen readers know what a list is for."""
    title = label(text, look)
    title.setBuddy(field)
    return title


def add_clear_button(field: QLineEdit) -> None:
    """Let a field be cleared by a click, under a name that can be spoken."""
    field.setClearButtonEnabled(True)
    for action in field.findChildren(QAction):
        # The style sheet's icon would keep the colour of the theme in which it was made.
        action.setIcon(icon("close", "text_dim"))
    for button in field.findChildren(QToolButton):
        button.setAccessibleName("Clear the text")


def search_field(name: str, hint: str) -> QLineEdit:
    """A field to search with."""
    field = QLineEdit()
    field.setPlaceholderText(hint)
    add_clear_button(field)
    field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
    explain(field, name)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(button.accessibleName() or name)
    return field


def number_box(kind: type[Box]) -> Box:
    """A field for a number, its text as far from the edge as in the other fields: style sheets do not reach it."""
    box = kind()
    box.lineEdit().setTextMargins(theme().space(2) - 2, 0, 0, 0)
    return box


@cache
def native_keys(keys: str) -> str:
    """`Ctrl+D` as this system writes it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def explain(widget: QWidget, name: str, keys: str = "", more: str = "", *, action: str = "") -> None:
    """Give a control its accessible name and its tooltip, with its shortcut if it has one.

    `keys` belong to the control itself; a control that does what an action of the window does names the `action`, and
    its tooltip follows that action's key. A list, number field or slider without the focus then ignores the wheel.
    """
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(more)
    widget.setProperty(_ACTION, action or None)
    _show_tip(widget, keys or key_of(action))
    if isinstance(widget, QComboBox | QAbstractSpinBox | QSlider) and not widget.property(MOVED_BY_WHEEL):
        if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        guard_wheel(widget)


def _show_tip(widget: QWidget, keys: str) -> None:
    name, more = widget.accessibleName(), widget.accessibleDescription()
    title = f"{name} ({native_keys(keys)})" if keys else name
    widget.setToolTip(plain_tip(f"{title}\n{more}" if more else title))


def plain_tip(text: str) -> str:
    """The text of a tooltip without markup: names from files could otherwise load what they refer to."""
    return text.replace("<", "‹")


def key_of(action: str) -> str:
    """The first key of an action of the window, portable; empty where it has none."""
    return next(iter(_keys.get(action, ())), "")


def shown_key(widget: QWidget) -> str:
    """The key of the action that a control was explained with, portable; empty where there is none."""
    return key_of(widget.property(_ACTION) or "")


class KeyLabel(QLabel):
    """The key of an action of the window, as it is now."""

    def __init__(self, action: str) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText)
        self.setProperty("look", "caption")
        self._action = action
        self.show_key()

    def show_key(self) -> None:
        """Another key."""
        self.setText(native_keys(key_of(self._action)))


def follow_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Update every tooltip that names an action's key."""
    if keys == _keys:
        return
    _keys.clear()
    _keys.update(keys)
    for widget in QApplication.allWidgets():
        if action := widget.property(_ACTION):
            _show_tip(widget, key_of(action))
            widget.update()
        elif isinstance(widget, KeyLabel):
            widget.show_key()


def tool_button(icon_name: str, name: str, keys: str = "", role: str | None = None, *, action: str = "") -> QToolButton:
    """A flat icon button; `keys` and `action` as in `explain`."""
    button = QToolButton()
    button.setIcon(icon(icon_name, role))
    button.setIconSize(ICON_SIZE)
    explain(button, name, keys, action=action)
    return button


def primary_button(text: str, icon_name: str = "") -> QPushButton:
    """The main button of a panel."""
    button = QPushButton(text)
    button.setProperty("look", "primary")
    if icon_name:
        button.setIcon(icon(icon_name, "accent_text"))
        button.setIconSize(ICON_SIZE)
    return button


def set_look(widget: QWidget, look: str) -> None:
    """Change a widget's look and have the style sheet read again."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def make_panel(widget: QWidget) -> None:
    """Give a plain widget a panel's ground; without the attribute a style sheet paints none on it."""
    widget.setProperty("look", "panel")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class ScrolledPage(QWidget):
    """What a scroll area holds: as tall as its wrapped lines need at the width they have, and no taller."""

    def minimumSizeHint(self) -> QSize:
        """The layout's own would be as tall as at the least width, and scroll where everything fits."""
        return QSize(super().minimumSizeHint().width(), 0)


class IconLabel(QLabel):
    """An icon that follows theme and screen."""

    def __init__(self, name: str, role: str, size: int = 18) -> None:
        super().__init__()
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)
        notifier.theme_changed.connect(self._draw)
        self._draw()

    def show_icon(self, name: str, role: str) -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(icon_pixmap(self._name, self._role, self._size, self.devicePixelRatioF()))


class NoticeBar(QFrame):
    """One sentence with an icon, kept until dismissed."""

    dismissed = Signal()

    def __init__(self, kind: str = "error") -> None:
        super().__init__()
        self._icon = IconLabel(kind, kind)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        close = tool_button("close", "Dismiss the message")
        close.setIconSize(QSize(14, 14))
        close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().space(2), theme().space(1), theme().space(1), theme().space(1))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.setProperty("look", kind)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence, or empty."""
        return self._text.text()

    def show_text(self, sentence: str | None, kind: str = "error") -> None:
        """Show a sentence (`error`, `warning` or `success`), or nothing."""
        self._text.setText(sentence or "")
        self.setAccessibleName(f"{kind.title()}: {sentence}" if sentence else "")
        self._icon.show_icon("check" if kind == "success" else kind, kind)
        set_look(self, kind)
        self.setVisible(bool(sentence))

    def _dismiss(self) -> None:
        self.show_text(None)
        self.dismissed.emit()
