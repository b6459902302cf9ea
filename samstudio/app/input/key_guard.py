"""Keeps keys without modifiers from firing actions while text is typed."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from samstudio.ui.keys.focus_filter import FocusFilter

_NAVIGATION = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class KeyGuard(FocusFilter):
    """Filters the keys of the focused widget before they trigger shortcuts.

    - While a text field has the focus, every key without Ctrl is typed and triggers nothing.
    - Lists and value boxes keep the arrow keys for themselves.
    - A focused button is pressed with Enter, since Space plays from everywhere, as in any audio editor. In dialogs
      nothing plays: Enter at a check box or radio button is for the default button.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claims a key for the focused widget by accepting its ShortcutOverride."""
        popup = QApplication.activePopupWidget()
        if popup is not None and not _completes(popup, watched):
            # An open list takes its keys at the override already, and no shortcut is triggered beside it.
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._belongs_to_focus(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            focus = QApplication.focusWidget()
            if isinstance(focus, QAbstractButton) and event.key() in _ENTER and not event.modifiers():
                _button_of_enter(focus).animateClick()
                return True
        return super().eventFilter(watched, event)

    @staticmethod
    def _belongs_to_focus(event: QKeyEvent) -> bool:
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QAbstractSpinBox):
            return not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
        # Enter presses, opens and edits here, even where it is the key of an action.
        if isinstance(focus, QAbstractButton | QAbstractItemView | QComboBox) and event.key() in _ENTER:
            return not event.modifiers()
        if isinstance(focus, QAbstractItemView | QComboBox | QAbstractSlider) or _keeps_arrows(focus):
            return event.key() in _NAVIGATION
        return False


def _button_of_enter(focus: QAbstractButton) -> QAbstractButton:
    """What Enter presses while `focus` has the focus.

    In a dialog, where Space sets marks, at a mark that is the default button; some desktops' Qt would set the mark.
    """
    dialog = focus.window()
    if not isinstance(focus, QCheckBox | QRadioButton) or not isinstance(dialog, QDialog):
        return focus
    buttons = dialog.findChildren(QPushButton)
    return next((button for button in buttons if button.isDefault() and button.isVisible()), focus)


def _completes(popup: QWidget, field: QObject) -> bool:
    """Whether a list offers completions of a text field, which is typed into all the same."""
    completer = field.completer() if isinstance(field, QLineEdit) else None
    return completer is not None and completer.popup() is popup


def _keeps_arrows(widget: QWidget | None) -> bool:
    """Whether a painted control says that it is moved with the arrow keys."""
    return widget is not None and bool(widget.property("keeps_arrow_keys"))
