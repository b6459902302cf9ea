import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.app.input.key_guard import KeyGuard


@pytest.fixture
def window(qtbot):
    guard = KeyGuard(QApplication.instance())
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    window.fields = {kind: kind() for kind in (QLineEdit, QDoubleSpinBox, QListWidget, QPushButton)}
    for field in window.fields.values():
        layout.addWidget(field)
    window.fields[QListWidget].addItems(["one", "two"])
    window.fired = []
    for key in ("Space", "P", "Left", "Down", "Del", "Ctrl+F", "F1", "Return"):
        QShortcut(QKeySequence(key), window, activated=lambda key=key: window.fired.append(key))
    with qtbot.waitActive(window):
        window.show()
    yield window
    guard.deleteLater()


def press(qtbot, window, kind, key, modifier=Qt.KeyboardModifier.NoModifier):
    window.fields[kind].setFocus()
    qtbot.keyClick(window.fields[kind], key, modifier)


def test_no_bare_key_fires_while_a_text_field_has_the_focus(qtbot, window):
    for kind in (QLineEdit, QDoubleSpinBox):
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Space, Qt.Key.Key_P):
            press(qtbot, window, kind, key)
    assert window.fired == []
    assert window.fields[QLineEdit].text().strip() == "p"


def test_keys_with_ctrl_and_function_keys_fire_even_there(qtbot, window):
    press(qtbot, window, QLineEdit, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, window, QLineEdit, Qt.Key.Key_F1)
    assert window.fired == ["Ctrl+F", "F1"]


def test_a_list_keeps_its_arrows_and_gives_the_rest(qtbot, window):
    press(qtbot, window, QListWidget, Qt.Key.Key_Down)
    press(qtbot, window, QListWidget, Qt.Key.Key_P)
    assert window.fired == ["P"]
    assert window.fields[QListWidget].currentRow() >= 0


def test_space_plays_over_a_button_and_enter_presses_it(qtbot, window):
    with qtbot.waitSignal(window.fields[QPushButton].clicked):
        press(qtbot, window, QPushButton, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(window.fields[QPushButton].clicked, wait=200):
        press(qtbot, window, QPushButton, Qt.Key.Key_Space)
    assert window.fired == ["Space"]


def test_enter_at_a_mark_in_a_dialog_is_for_its_default_button(qtbot, window):
    window.hide()
    dialog = QDialog()
    qtbot.addWidget(dialog)
    box, button = QCheckBox("Mark", dialog), QPushButton("Go", dialog)
    button.setDefault(True)
    with qtbot.waitActive(dialog):
        dialog.show()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert not box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()


def test_a_bare_enter_fires_only_where_it_has_nothing_else_to_do(qtbot, window):
    for kind in (QPushButton, QListWidget, QLineEdit):
        press(qtbot, window, kind, Qt.Key.Key_Return)
    assert window.fired == []
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.fired == ["Return"]


def test_enter_chooses_from_an_open_list(qtbot, window):
    box = QComboBox()
    box.addItems(["one", "two"])
    window.layout().addWidget(box)
    box.setFocus()
    box.showPopup()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is box.view())
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(box.view(), key)
    assert box.currentText() == "two"
    assert not box.view().isVisible()
    assert window.fired == []


def test_enter_fires_nothing_while_a_text_field_offers_completions(qtbot, window):
    field = window.fields[QLineEdit]
    entered = []
    field.returnPressed.connect(lambda: entered.append(field.text()))
    field.setCompleter(QCompleter(["a bird", "a bee"], field))
    press(qtbot, window, QLineEdit, Qt.Key.Key_A)
    qtbot.waitUntil(field.completer().popup().isVisible)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.completer().popup().hide()
    assert window.fired == []
    assert entered == ["a"]
