"""What the area tools are set to, and the row that shows it."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QToolButton

from samstudio.session.areas.area import Area
from samstudio.session.correction import Direction
from samstudio.ui import theme as themes
from samstudio.ui.icons import icon
from samstudio.ui.timeline.areas.area_options import NUMBERS, AreaOptions, AreaTool
from samstudio.ui.timeline.areas.options_bar import AreaOptionsBar


@pytest.fixture
def bar(qtbot):
    made = AreaOptionsBar()
    qtbot.addWidget(made)
    return made


def test_options_are_kept_as_text():
    options = AreaOptions(Direction.RESTORE, 50, 20, 9, 12, 55, False, 80, 5, 15)
    assert AreaOptions.of_text(options.text()) == options


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", '{"size": "large", "direction": "up"}', '{"size": 1e99}']
)
def test_what_cannot_be_used_is_the_default(text):
    assert AreaOptions.of_text(text) == AreaOptions()


def test_numbers_stay_inside_their_bounds():
    options = AreaOptions.of_text('{"size": 9999, "strength": -5}')
    assert (options.size, options.strength) == (400, 1)
    assert options.with_number("feather_ms", -3).feather_ms == 0


def test_what_the_tools_take_of_them():
    options = AreaOptions(size=40, hardness=25, feather_ms=30, feather_hz=50, harmonics=7, width=80)
    assert (options.tip.radius, options.tip.hardness) == (20.0, 0.25)
    assert (options.feather.seconds, options.feather.hz) == (0.03, 50.0)
    assert (options.bands.count, options.bands.width) == (7, 80.0)
    assert options.turned is Direction.TO_RESIDUAL
    assert AreaOptions(direction=Direction.RESTORE).turned is Direction.TO_TARGET


@pytest.mark.parametrize("tool", AreaTool)
def test_each_tool_shows_its_own(bar, tool, qtbot):
    bar.resize(1600, 48)
    bar.show()
    bar.show_tool(tool)
    wanted = {field for field, number in NUMBERS.items() if tool in number.tools}
    # A toolbar arranges itself when events come to it.
    qtbot.waitUntil(lambda: {field for field, box in bar.numbers.items() if box.isVisible()} == wanted)
    assert bar.direction.isVisible() is (tool is AreaTool.BRUSH)
    assert bar.ridge.isVisible() is (tool is AreaTool.HARMONICS)
    bar.show_tool(None)
    qtbot.waitUntil(lambda: not any(box.isVisible() for box in bar.numbers.values()))
    assert not bar.title.isVisible(), "there is nothing to do with an option"
    bar.show_area(Area.box((0.0, 1.0), (100.0, 200.0)))
    qtbot.waitUntil(bar.title.isVisible)


def test_a_change_is_reported_and_showing_is_not(bar, qtbot):
    with qtbot.assertNotEmitted(bar.options_changed):
        bar.show_options(AreaOptions(size=99, direction=Direction.TO_RESIDUAL, follows_ridge=False))
    assert (bar.numbers["size"].value(), bar.direction.currentIndex(), bar.ridge.isChecked()) == (99, 1, False)
    with qtbot.waitSignal(bar.options_changed) as changed:
        bar.numbers["strength"].setValue(40)
    assert (changed.args[0].strength, changed.args[0].size) == (40, 99)
    with qtbot.waitSignal(bar.options_changed) as changed:
        bar.direction.setCurrentIndex(2)
    assert changed.args[0].direction is Direction.RESTORE
    with qtbot.waitSignal(bar.options_changed) as changed:
        bar.ridge.setChecked(True)
    assert changed.args[0].follows_ridge


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_return_and_esc_give_the_keys_back(bar, qtbot, key):
    bar.show_tool(AreaTool.BRUSH)
    with qtbot.waitSignal(bar.finished):
        QTest.keyClick(bar.numbers["size"], key)


def test_in_a_narrow_window_what_is_done_with_an_area_stays_in_sight(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = AreaOptionsBar(window)
    bar.add_tools([[QAction(icon("plus"), "Tool", window) for _ in range(count)] for count in (6, 5)])
    done = [QAction(icon("plus"), "Do", window) for _ in range(4)]
    bar.add_actions(done)
    window.addToolBar(bar)
    bar.show_tool(AreaTool.BOX)
    window.resize(853, 300)
    window.show()
    QApplication.processEvents()
    buttons = [button for button in bar.findChildren(QToolButton) if button.defaultAction() in done]
    assert all(button.isVisible() for button in buttons)
    assert bar.numbers["strength"].isVisible()
    assert not bar.title.isVisible()
    window.resize(1300, 300)
    QApplication.processEvents()
    assert bar.title.isVisible()
    assert bar.numbers["feather_hz"].isVisible()


@pytest.mark.parametrize("width", [853, 1024])
def test_all_that_the_brush_has_is_in_sight_in_a_narrow_window(qapp, qtbot, width):
    themes.apply_theme(qapp, "dark")
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = AreaOptionsBar(window)
    bar.add_tools([[QAction(icon("plus"), "Tool", window) for _ in range(count)] for count in (6, 5)])
    window.addToolBar(bar)
    window.setFixedSize(width, 300)
    window.show()
    bar.show_tool(AreaTool.BRUSH)
    shown = [bar.numbers[field] for field in ("size", "hardness", "strength")]
    qtbot.waitUntil(lambda: all(box.isVisible() for box in shown))
    for box in shown:
        text = box.textFromValue(box.maximum()) + box.suffix()
        assert box.lineEdit().width() - 8 >= box.fontMetrics().horizontalAdvance(text), box.accessibleName()
    assert bar.direction.itemData(1, Qt.ItemDataRole.AccessibleTextRole) == "To the residual"
    window.setFixedSize(1300, 300)
    QApplication.processEvents()
    assert bar.direction.currentText() == "+  To the target"
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    themes._current.clear()


@pytest.fixture
def themed(qapp):
    themes.apply_theme(qapp, "dark")
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    themes._current.clear()


@pytest.mark.parametrize("width", [1024, 1280])
@pytest.mark.parametrize("tool", AreaTool)
def test_all_options_of_each_tool_are_in_sight_in_a_small_window(themed, qtbot, tool, width):
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = AreaOptionsBar(window)
    bar.setIconSize(QSize(20, 20))
    bar.add_tools([[QAction(icon("plus"), "Tool", window) for _ in range(count)] for count in (6, 5)])
    bar.add_actions([QAction(icon("plus"), "Do", window) for _ in range(4)])
    window.addToolBar(bar)
    window.setFixedSize(width, 300)
    window.show()
    bar.show_tool(tool)
    bar.show_area(Area.box((0.0, 1.0), (100.0, 200.0)))
    wanted = [bar.numbers[field] for field, number in NUMBERS.items() if tool in number.tools]
    wanted += [bar.ridge] if tool is AreaTool.HARMONICS else []
    qtbot.waitUntil(lambda: all(part.isVisible() for part in wanted))
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert not more.isVisible()
    for part in wanted:
        assert bar.rect().contains(part.mapTo(bar, part.rect().bottomRight())), part.accessibleName()
    titles = [bar._titles[field].isVisible() for field, number in NUMBERS.items() if tool in number.tools]
    assert width < 1280 or titles.count(False) <= 1, "with more room than that they are named"
