import re
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton, QWidget

from samstudio.app.commands.view.panels import PROMPT_HEIGHT
from samstudio.session.prompt import Span
from samstudio.session.take import Stem
from tests.app.editing import make_window


def messages_of(window) -> list[str]:
    messages: list[str] = []
    window.commands.panels.noted.connect(messages.append)
    return messages


def panel_with_focus(window) -> str:
    field = QApplication.focusWidget()
    names = [name for name, dock in window.docks.items() if field is not None and dock.isAncestorOf(field)]
    return names[0] if names else "timeline"


def test_f6_goes_round_the_open_panels_and_leaves_each_widget_to_its_own_parent(opened):
    opened.timeline.setFocus()
    for _ in opened.docks:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    widgets = {id(widget): widget for widget in opened.findChildren(QWidget)} | {id(opened): opened}
    # As PySide notes it: when an owner is deleted, the wrappers of all that it owns become unusable.
    noted = {number: re.search(r"parent\.+ <.* at 0x(\w+)>", shiboken6.dump(it)) for number, it in widgets.items()}
    owners = {number: widgets.get(int(owner[1], 16)) for number, owner in noted.items() if owner}
    owned = [(owner, widgets[number]) for number, owner in owners.items() if owner is not None]
    assert len(owned) > 100
    assert [(owner, widget) for owner, widget in owned if widget not in owner.findChildren(QWidget)] == []
    # A closed one is left out.
    opened.docks["mixer"].close()
    opened.timeline.setFocus()
    seen = []
    for _ in range(6):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(panel_with_focus(opened))
    assert set(seen) == {"history", "prompt", "spans", "timeline"}
    last = seen[-1]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert panel_with_focus(opened) == last


def test_f6_lands_on_the_strip_of_the_mixer_that_was_used_last(worked_in):
    def enter_mixer() -> QWidget:
        worked_in.timeline.setFocus()
        for _ in worked_in.docks:
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
            if panel_with_focus(worked_in) == "mixer":
                return QApplication.focusWidget()
        raise AssertionError("the mixer is never reached")

    strips = worked_in.mixer_panel.strips
    assert enter_mixer() is strips[Stem.TARGET].fader
    QTest.mouseClick(strips[Stem.RESIDUAL].solo, Qt.MouseButton.LeftButton)
    assert enter_mixer() is strips[Stem.RESIDUAL].fader
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    control = QApplication.focusWidget()
    assert control in strips[Stem.RESIDUAL].controls
    assert enter_mixer() is control


def test_a_panel_is_floated_docked_closed_and_put_back(opened):
    # Without a panel in focus nothing is closed.
    messages = messages_of(opened)
    opened.timeline.setFocus()
    opened.actions_by_name["close_panel"].trigger()
    opened.actions_by_name["float_panel"].trigger()
    assert len(messages) == 2
    assert all("No panel has the focus" in sentence for sentence in messages)
    assert not any(dock.isFloating() for dock in opened.docks.values())
    # With one it is floated and docked again.
    opened.prompt_panel.field.setFocus()
    opened.actions_by_name["float_panel"].trigger()
    assert opened.docks["prompt"].isFloating()
    opened.actions_by_name["float_panel"].trigger()
    assert not opened.docks["prompt"].isFloating()
    # A closed one says how it comes back.
    messages = messages_of(opened)
    opened.prompt_panel.field.setFocus()
    opened.actions_by_name["close_panel"].trigger()
    assert opened.docks["prompt"].isHidden()
    assert messages == ["Prompt is closed: View → Panels opens it again."]
    opened.docks["prompt"].toggleViewAction().trigger()
    assert opened.docks["prompt"].isVisible()
    # All are put back.
    opened.docks["prompt"].setFloating(True)
    opened.docks["mixer"].close()
    opened.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, opened.docks["spans"])
    opened.actions_by_name["reset_panels"].trigger()
    assert not opened.docks["prompt"].isFloating()
    assert opened.docks["mixer"].isVisible()
    assert opened.dockWidgetArea(opened.docks["spans"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert opened.docks["video"].isHidden()


def test_floated_and_moved_panels_come_back_at_the_next_start(opened, qtbot):
    opened.docks["takes"].setFloating(True)
    opened.docks["takes"].move(QPoint(80, 60))
    opened.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, opened.docks["spans"])
    opened.container.session_state.mark_exported()
    opened.close()
    again = make_window(opened.container)
    qtbot.addWidget(again)
    assert again.docks["takes"].isFloating()
    assert again.dockWidgetArea(again.docks["spans"]) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_on_a_wide_screen_the_panels_are_wider_and_in_a_small_window_they_share_places(window):
    for width, takes, prompt in ((1280, 224, 320), (1920, 240, 336), (3840, 384, 384)):
        window.resize(width, 1000)
        window.actions_by_name["reset_panels"].trigger()
        QApplication.processEvents()
        assert window.docks["takes"].width() == pytest.approx(takes, abs=1)
        assert window.docks["prompt"].width() == pytest.approx(prompt, abs=1)
    assert not window.tabifiedDockWidgets(window.docks["prompt"])
    mixer, spans = window.docks["mixer"].geometry(), window.docks["spans"].geometry()
    assert spans.bottom() == mixer.bottom(), "the mixer needs less than the width between the panels"
    window.resize(1920, 1000)
    QApplication.processEvents()
    assert window.docks["mixer"].geometry().right() == window.docks["spans"].geometry().right()
    window.resize(1024, 640)
    window.actions_by_name["reset_panels"].trigger()
    assert window.tabifiedDockWidgets(window.docks["prompt"]) == [window.docks["spans"]]


def test_a_layout_is_kept_for_the_size_of_screen_that_it_was_made_on(opened, qtbot, monkeypatch):
    opened.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, opened.docks["spans"])
    opened.container.session_state.mark_exported()
    opened.close()
    again = make_window(opened.container)
    qtbot.addWidget(again)
    assert again.dockWidgetArea(again.docks["spans"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    size = again.screen().size() / 2
    monkeypatch.setattr(QScreen, "size", lambda _screen: size)
    smaller = make_window(opened.container)
    qtbot.addWidget(smaller)
    assert smaller.dockWidgetArea(smaller.docks["spans"]) == Qt.DockWidgetArea.RightDockWidgetArea


def test_a_layout_of_the_time_when_the_options_came_and_went_shows_the_tools(opened, qtbot):
    opened.area_options.setObjectName("area_options")
    opened.area_options.hide()
    opened.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, opened.docks["spans"])
    opened.container.session_state.mark_exported()
    opened.close()
    again = make_window(opened.container)
    qtbot.addWidget(again)
    again.show()
    assert again.dockWidgetArea(again.docks["spans"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert again.area_options.isVisible()
    assert again.area_options.y() > again.menuBar().geometry().bottom() + again.area_options.height() // 2


def test_in_a_low_window_the_lists_at_the_left_share_a_place_and_their_tabs_are_read_whole(window):
    window.resize(1280, 600)
    window.actions_by_name["reset_panels"].trigger()
    assert window.docks["recordings"].isHidden()
    assert window.docks["video"].isHidden()
    assert window.docks["queue"].isHidden()
    for name in ("recordings", "queue", "video"):
        window.docks[name].show()
    beside_takes = window.tabifiedDockWidgets(window.docks["takes"])
    assert {dock.objectName() for dock in beside_takes} == {"recordings", "history", "queue", "video"}
    # The tabs of all are read whole.
    window.docks["video"].hide()
    window.resize(1280, 600)
    window.actions_by_name["reset_panels"].trigger()
    window.docks["queue"].setWindowTitle("Queue (5)")
    for name in ("recordings", "queue"):
        window.docks[name].show()
    QApplication.processEvents()
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count() == 4]
    assert len(bars) == 1
    last = max(bars[0].tabRect(place).right() for place in range(4))
    assert min(bars[0].tabRect(place).left() for place in range(4)) >= 0
    assert last < bars[0].width()


def test_the_prompt_gives_the_spans_the_room_back_that_it_does_not_need(opened, qtbot):
    opened.resize(1440, 1000)
    opened.actions_by_name["reset_panels"].trigger()
    spans_of_it = tuple(Span(0.02 * place, 0.02 * place + 0.01) for place in range(30))
    opened.container.document.edit_prompt("Mark spans", replace(opened.container.document.prompt, spans=spans_of_it))
    prompt, spans = opened.docks["prompt"], opened.docks["spans"]
    # What the edit asks for comes first.
    QApplication.processEvents()
    whole = prompt.height() + spans.height()
    opened.resizeDocks([prompt, spans], [whole - 200, 200], Qt.Orientation.Vertical)
    QApplication.processEvents()
    view, before = opened.span_list.view, spans.height()
    assert view.lack > 0
    opened.prompt_panel.show_notices(())
    qtbot.waitUntil(lambda: prompt.height() == pytest.approx(PROMPT_HEIGHT, abs=2))
    assert spans.height() > before
    assert opened.prompt_panel.lack <= 0


def test_no_tab_is_out_of_sight_where_all_panels_share_a_place(window, qtbot):
    window.setFixedSize(853, 460)
    window.actions_by_name["reset_panels"].trigger()
    assert window.docks["history"].isHidden(), "the View menu and the palette show it"
    window.docks["queue"].setWindowTitle("Queue (12)")
    for name in ("recordings", "queue", "history", "video"):
        window.docks[name].show()
    shared = {"prompt", "spans", "takes", "recordings", "queue", "history"}

    def sees_all_tabs():
        for bar in window.findChildren(QTabBar):
            rects = [bar.tabRect(place) for place in range(bar.count())] if bar.isVisible() else []
            if len(rects) >= len(shared):
                assert not any(button.isVisible() for button in bar.findChildren(QToolButton)), "scroll buttons"
                return all(bar.rect().contains(rect) and rect.width() > 20 for rect in rects)
        return False

    for is_light in (True, False):
        window.actions_by_name["light_theme"].setChecked(is_light)
        qtbot.waitUntil(sees_all_tabs)


def test_the_takes_reach_down_beside_the_mixer_where_that_has_room(window, qtbot):
    takes, mixer = window.docks["takes"], window.docks["mixer"]
    for width, is_beside in ((1366, True), (1280, False)):
        window.setFixedSize(width, 720)
        window.actions_by_name["reset_panels"].trigger()
        assert mixer.isVisible()
        qtbot.waitUntil(lambda is_beside=is_beside: (takes.geometry().bottom() > mixer.y()) is is_beside)
        assert (mixer.x() > takes.geometry().right()) is is_beside
