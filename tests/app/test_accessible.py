"""Every window as a screen reader and a keyboard find it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from samstudio.ui.accessible_roles import install_roles
from tests.app.accessible import faults, parts, stops, walk
from tests.app.every_window import OPENING, visit


@pytest.fixture(scope="module", autouse=True)
def _roles(qapp):
    install_roles()


def test_the_first_window_speaks(window):
    assert faults(window) == []


def test_the_window_and_every_panel_speak(worked_in):
    assert faults(worked_in) == []
    # Strips and spans are reported.
    spoken = {(part.role(), part.text(QAccessible.Text.Name)) for part in parts(worked_in)}
    role = QAccessible.Role
    assert (role.Chart, "Timeline") in spoken
    assert (role.Grouping, "Target strip") in spoken
    assert (role.Slider, "Target fader") in spoken
    assert (role.Indicator, "Target level") in spoken
    assert (role.CheckBox, "Mute target") in spoken
    cells = [name for kind, name in spoken if kind is role.Cell]
    assert "plus span from 0:00.250 to 0:00.500" in cells
    # A fader is read and set in decibels.
    strip = worked_in.mixer_panel.master
    strip.fader.set_level(-6.0)
    value = QAccessible.queryAccessibleInterface(strip.fader).valueInterface()
    assert (value.minimumValue(), value.currentValue(), value.maximumValue()) == (-60, -6, 12)
    value.setCurrentValue(-12)
    assert strip.fader.level == -12.0
    assert worked_in.container.mixing.mix.master_db == -12.0
    # Every panel speaks.
    for dock in worked_in.docks.values():
        dock.show()
        dock.raise_()
        assert faults(worked_in) == []


def test_tab_goes_once_round_the_window_and_everywhere(worked_in, qtbot):
    qtbot.wait(50)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        visited = walk(worked_in, key, worked_in.timeline)
        assert [type(widget).__name__ for widget in stops(worked_in) - set(visited)] == []
        assert len(visited) > 25


def test_every_dialog_speaks_and_tab_goes_once_round_it_and_the_palette_speaks(worked_in, qtbot):
    assert visit(worked_in, "command_palette", faults, qtbot) == []

    def look(window):
        qtbot.waitUntil(lambda: has_focus(window))
        wanted = stops(window)
        start = QApplication.focusWidget()
        visited = walk(window, Qt.Key.Key_Tab, start if start in wanted else next(iter(wanted)))
        missed = [f"Tab never comes to {widget.accessibleName()}" for widget in wanted - set(visited)]
        return faults(window) + missed

    opening = [name for name in OPENING if worked_in.actions_by_name[name].isEnabled()]
    assert {"export", "keyboard", "shortcuts", "set_up_models", "spectrogram_settings"} <= set(opening)
    found = {name: visit(worked_in, name, look, qtbot) for name in opening}
    assert {name: errors for name, errors in found.items() if errors} == {}


def has_focus(window):
    window.activateWindow()
    focus = QApplication.focusWidget()
    return focus is not None and focus.window() is window


def test_the_audit_finds_what_it_looks_for(qtbot):
    from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout

    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    label = QLabel("48 kHz")
    label.setAccessibleName("Recording")
    bare = QWidget()
    bare.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for widget in (QLineEdit(), QComboBox(), label, bare):
        column.addWidget(widget)
    window.show()
    kinds = [fault.split(":")[0] for fault in faults(window)]
    assert kinds == [
        "nameless",
        "nameless",
        "no title is tied to it",
        "its text is hidden by its name 'Recording'",
        "nameless",
        "without a role",
    ]
