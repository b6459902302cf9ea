"""Questions to the user, in plain text: names in it may come from foreign files."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget

Role = QMessageBox.ButtonRole
_LEAST_WIDTH = 340


def make_question(parent: QWidget, text: str, more: str, name: str) -> QMessageBox:
    """A question without its answers; `more` is what depends on them."""
    box = QMessageBox(QMessageBox.Icon.Question, "SAM Studio", text, parent=parent)
    box.setObjectName(name)
    box.setInformativeText(more)
    for part in box.findChildren(QLabel):
        part.setTextFormat(Qt.TextFormat.PlainText)
        if part.objectName() == "qt_msgbox_informativelabel":
            # Qt would break it after three words.
            part.setMinimumWidth(_LEAST_WIDTH)
    return box


def add_answer(box: QMessageBox, text: str, role: QMessageBox.ButtonRole, tooltip: str) -> QPushButton:
    """A button of the question."""
    button = box.addButton(text, role)
    button.setToolTip(tooltip)
    return button


def ask(
    parent: QWidget, text: str, more: str, name: str, answers: tuple[tuple[str, str, Callable[[], object]], ...]
) -> QMessageBox:
    """Ask without blocking the window; answers are (text, tooltip, what to do).

    The first is Enter's, the last Esc's.
    """
    box = make_question(parent, text, more, name)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    buttons = []
    for label, tooltip, order in answers:
        role = Role.RejectRole if label == answers[-1][0] else Role.ActionRole
        button = add_answer(box, label, role, tooltip)
        button.clicked.connect(order)
        buttons.append(button)
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])
    box.setWindowModality(Qt.WindowModality.NonModal)
    # Some window managers put it into a corner where nobody has moved it.
    box.adjustSize()
    box.move(parent.window().geometry().center() - box.rect().center())
    box.show()
    return box
