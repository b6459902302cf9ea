"""Spans found, moved and resized with the keyboard alone."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from samstudio.session import span_edits
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.timeline.spans.span_keyboard import BOX_HINT, HINT, SpanKeyboard
from tests.signals import emissions
from tests.ui.timeline.drawn_lanes import Lanes

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
CTRL, SHIFT, ALT = MODIFIER.ControlModifier, MODIFIER.ShiftModifier, MODIFIER.AltModifier


class Bench:
    """A timeline with a text field behind it; what is asked for is done at once, as the window does."""

    def __init__(self, qtbot) -> None:
        self.lanes = Lanes(qtbot)
        self.window, self.timeline, self.field = QWidget(), QWidget(), QLineEdit()
        qtbot.addWidget(self.window)
        row = QHBoxLayout(self.window)
        row.addWidget(self.timeline)
        row.addWidget(self.field)
        self.timeline.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.keyboard = SpanKeyboard(self.lanes.layer, self.timeline)
        self.runs: list[bool] = []
        self.statuses: list[str] = []
        self.keyboard.spans_nudged.connect(self._nudge)
        self.keyboard.span_stepped.connect(self.select)
        self.keyboard.status_changed.connect(self.statuses.append)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.timeline.setFocus()

    @property
    def spans(self) -> tuple[Span, ...]:
        return self.lanes.layer.context.spans

    @property
    def selected(self) -> tuple[int, ...]:
        return self.lanes.layer.context.selected

    def show(self, *spans: Span) -> None:
        self.lanes.layer.show_prompt(Prompt(spans=spans))
        self.keyboard.follow_prompt()

    def select(self, *indices: int) -> None:
        self.lanes.layer.show_selected_spans(indices)
        self.keyboard.follow_selection(indices)

    def _nudge(self, changes: dict[int, Span], begins: bool) -> None:
        self.runs.append(begins)
        self.show(*span_edits.put(self.spans, changes))

    def press(self, key: Qt.Key, modifiers=MODIFIER.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)

    def edges(self, index: int = 0) -> tuple[float, float]:
        return pytest.approx((self.spans[index].start, self.spans[index].end), abs=1e-9)


@pytest.fixture
def bench(qtbot) -> Bench:
    return Bench(qtbot)


def test_tab_goes_from_span_to_span_in_time_and_on_behind_the_last(bench):
    bench.show(Span(5, 6), Span(1, 2), Span(3, 4))
    order = []
    for _ in range(3):
        bench.press(KEY.Key_Tab)
        order.append(bench.selected)
    assert order == [(1,), (2,), (0,)]
    bench.press(KEY.Key_Backtab, SHIFT)
    assert bench.selected == (2,)
    bench.press(KEY.Key_Tab)
    bench.press(KEY.Key_Tab)
    assert bench.field.hasFocus()


def test_without_spans_tab_goes_on_at_once(bench):
    bench.press(KEY.Key_Tab)
    assert bench.field.hasFocus()


def test_arrows_are_not_claimed_before_editing_begins(bench):
    bench.show(Span(1, 2))
    bench.select(0)
    bench.press(KEY.Key_Right)
    assert bench.runs == []
    bench.keyboard.edit()
    assert bench.statuses == [HINT]
    for key in (KEY.Key_Left, KEY.Key_Up, KEY.Key_Escape, KEY.Key_Return):
        override = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, MODIFIER.NoModifier)
        override.ignore()
        QApplication.sendEvent(bench.timeline, override)
        assert override.isAccepted()


@pytest.mark.parametrize(
    ("key", "modifiers", "edges"),
    [
        (KEY.Key_Right, MODIFIER.NoModifier, (2.01, 4)),
        (KEY.Key_Left, MODIFIER.NoModifier, (1.99, 4)),
        (KEY.Key_Right, CTRL, (2.1, 4)),
        (KEY.Key_Right, SHIFT, (2, 4.01)),
        (KEY.Key_Left, CTRL | SHIFT, (2, 3.9)),
        (KEY.Key_Left, ALT, (1.99, 3.99)),
        (KEY.Key_Right, CTRL | ALT, (2.1, 4.1)),
        (KEY.Key_Up, MODIFIER.NoModifier, (2, 4)),
    ],
)
def test_arrows_move_the_start_the_end_or_the_whole(bench, key, modifiers, edges):
    bench.show(Span(2, 4))
    bench.select(0)
    bench.keyboard.edit()
    bench.press(key, modifiers)
    assert bench.edges() == edges


def test_a_run_of_one_kind_is_one_and_another_kind_begins_again(bench):
    bench.show(Span(2, 4))
    bench.select(0)
    bench.keyboard.edit()
    for modifiers in (MODIFIER.NoModifier, CTRL, MODIFIER.NoModifier, SHIFT, SHIFT, ALT):
        bench.press(KEY.Key_Right, modifiers)
    assert bench.runs == [True, False, False, True, False, True]
    bench.keyboard.edit()
    bench.press(KEY.Key_Right, ALT)
    assert bench.runs[-1] is True


def test_up_and_down_move_the_frequencies_of_a_box(bench):
    bench.show(Span(2, 4, low=1000, high=4000))
    bench.select(0)
    bench.keyboard.edit()
    assert bench.statuses == [BOX_HINT]
    bench.press(KEY.Key_Up, CTRL)
    assert (bench.spans[0].low, bench.spans[0].high) == (2000, 4000)
    bench.press(KEY.Key_Up, CTRL | SHIFT)
    assert (bench.spans[0].low, bench.spans[0].high) == (2000, 8000)
    bench.press(KEY.Key_Down, CTRL | ALT)
    assert (bench.spans[0].low, bench.spans[0].high) == (1000, 4000)
    bench.press(KEY.Key_Down)
    assert bench.spans[0].low == pytest.approx(1000 / 2 ** (1 / 12))
    for _ in range(4):
        bench.press(KEY.Key_Up, CTRL | SHIFT)
    assert bench.spans[0].high == 20000


def test_the_whole_of_several_moves_together_an_edge_alone(bench):
    bench.show(Span(0.05, 1), Span(3, 4, Sign.MINUS), Span(6, 7))
    bench.select(0, 2)
    bench.keyboard.edit()
    bench.press(KEY.Key_Left, CTRL | ALT)
    assert [span.start for span in bench.spans] == [0, 3, pytest.approx(5.95)]
    bench.press(KEY.Key_Right)
    assert [span.start for span in bench.spans] == [0, 3, pytest.approx(5.96)]


@pytest.mark.parametrize("key", [KEY.Key_Escape, KEY.Key_Return, KEY.Key_Enter])
def test_escape_and_enter_end_the_editing(bench, key):
    bench.show(Span(2, 4))
    bench.select(0)
    bench.keyboard.edit()
    bench.press(key)
    assert not bench.keyboard.is_editing
    assert bench.statuses[-1] == ""
    bench.press(KEY.Key_Right)
    assert bench.runs == []


def test_editing_ends_with_the_focus_another_selection_or_the_span(bench):
    bench.show(Span(2, 4), Span(5, 6))
    for end in (bench.field.setFocus, lambda: bench.select(0), lambda: bench.show(Span(2, 4))):
        bench.show(Span(2, 4), Span(5, 6))
        bench.select(1)
        bench.keyboard.edit()
        assert bench.keyboard.is_editing
        end()
        assert not bench.keyboard.is_editing


def test_nothing_selected_nothing_edited(bench):
    bench.show(Span(2, 4))
    bench.keyboard.edit()
    assert not bench.keyboard.is_editing


def test_the_readout_beside_the_span_follows_the_keys(bench):
    bench.show(Span(2, 4))
    bench.select(0)
    bench.keyboard.edit()
    bench.press(KEY.Key_Right, SHIFT)
    wave = bench.lanes.wave
    labels = [child.text for item in wave.childItems() for child in item.childItems() if child.isVisible()]
    assert labels == ["+ 2.000 – 4.010 s  ·  2.010 s"]
    bench.keyboard.leave()
    assert not [child for item in wave.childItems() for child in item.childItems() if child.isVisible()]


def test_the_menu_key_asks_for_the_menu_and_a_right_click_does_not(bench):
    asked = emissions(bench.keyboard.menu_requested)
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        QApplication.sendEvent(bench.timeline, QContextMenuEvent(reason, QPoint(), QPoint()))
    assert len(asked) == 1
