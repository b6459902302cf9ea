"""Objects clicked and followed in the window, with a segmenter and a tracker that see colours."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from samstudio.app.commands.marking import follow as follow_commands
from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.video.objects import Click, Mark, VideoObject
from tests.audio.made_videos import write_video
from tests.separation.video.colour_finder import ColourSegmenter, ColourTracker

KEY, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
ALT, LEFT, RIGHT = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def film(tmp_path):
    """Two seconds: a red square that turns blue after one, on grey that changes from frame to frame."""
    frames = []
    for k in range(50):
        frame = np.full((36, 64, 3), 60 + k, np.uint8)
        frame[9:27, 4:20] = (220, 20, 20) if k < 25 else (20, 20, 220)
        frames.append(frame)
    noise = 0.1 * np.random.default_rng(0).standard_normal(96000).astype(np.float32)
    return write_video(tmp_path / "film.mkv", frames, sound=noise)


@pytest.fixture
def opened(window, film, qtbot):
    # The window is made; what it looks with is not.
    window.container.looking._make = ColourSegmenter
    window.container.following._make = ColourTracker
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(film)
    qtbot.waitUntil(lambda: window.commands.object_display.frame is not None)
    with qtbot.waitActive(window):
        window.activateWindow()
    return window


def at(window, x: float, y: float) -> QPoint:
    rect = window.video_panel.objects.view.image_rect()
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()


def click(window, x: float, y: float, button=LEFT, modifiers=NONE) -> None:
    QTest.mouseClick(window.video_panel.objects.view, button, modifiers, at(window, x, y))


def marks(window) -> tuple[Mark, ...]:
    return window.container.document.prompt.objects[0].marks


def go(window, time: float, qtbot) -> None:
    window.container.transport.seek(time)
    qtbot.waitUntil(lambda: window.commands.object_display.time == time)


def shown(window):
    return window.video_panel.objects.view._mask


def follow(window, qtbot) -> None:
    following = window.container.following
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        QTest.keyClick(window.video_panel.objects.view, KEY.Key_F)


def test_hovering_shows_what_a_click_takes_and_the_click_takes_it_and_nothing_else_happens(opened, qtbot):
    page = opened.video_panel.objects
    QTest.mouseMove(page.view, at(opened, 0.2, 0.5))
    qtbot.waitUntil(lambda: page.view._preview is not None)
    assert page.view._preview.sum() == 18 * 16
    assert opened.container.document.prompt.objects == ()
    click(opened, 0.2, 0.5)
    qtbot.waitUntil(lambda: shown(opened) is not None)
    assert shown(opened).sum() == 18 * 16
    assert [(known.x, known.y) for known in marks(opened)[0].clicks] == [pytest.approx((0.2, 0.5), abs=0.01)]
    assert "Object 1, left middle, 12 % of the picture" in page.view.accessibleDescription()
    assert "Marked here" in page.caption
    QTest.mouseMove(page.view, QPoint(1, 1))
    qtbot.waitUntil(lambda: page.view._preview is None)
    # This engine does not look at the video: the object is not followed by itself.
    assert not opened.container.following.is_running
    assert opened.container.following.track is None


def test_clicks_choices_and_backspace_are_steps(opened, qtbot):
    view, document = opened.video_panel.objects.view, opened.container.document
    view.setFocus()
    click(opened, 0.2, 0.5)
    qtbot.waitUntil(lambda: shown(opened) is not None)
    QTest.keyClick(view, KEY.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: shown(opened) is not None and shown(opened).sum() == 16)
    QTest.keyClick(view, KEY.Key_Tab)
    qtbot.waitUntil(lambda: shown(opened) is not None and shown(opened).sum() == 18 * 16)
    click(opened, 0.1875, 0.5, LEFT, ALT)
    click(opened, 0.2, 0.6, RIGHT)
    assert [known.positive for known in marks(opened)[0].clicks] == [True, False, False]
    QTest.keyClick(view, KEY.Key_Backspace)
    qtbot.waitUntil(lambda: shown(opened) is not None and shown(opened).sum() in (18 * 7, 18 * 8, 18 * 9))
    names = []
    while document.undo_stack.canUndo():
        names.append(document.undo_stack.undoText())
        opened.actions_by_name["undo"].trigger()
    assert names == [
        "Take back the click",
        "Exclude in the video",
        "Exclude in the video",
        "Larger mask",
        "Smaller mask",
        "Click in the video",
    ]
    assert document.prompt.objects == ()
    assert shown(opened) is None


def test_followed_lost_and_mended_with_one_click(opened, qtbot):
    page, strip = opened.video_panel.objects, opened.timeline.certainty
    assert not strip.isVisible()
    click(opened, 0.2, 0.5)
    assert strip.isVisible()
    page.view.setFocus()
    follow(opened, qtbot)
    assert page.check.text() == "1 place to check"
    assert page.check.isVisible()
    QTest.keyClick(page.view, KEY.Key_BracketRight)
    qtbot.waitUntil(lambda: opened.commands.object_display.time > 1.2)
    assert opened.commands.object_display.time == pytest.approx(1.48, abs=0.05)
    assert "Lost here" in page.caption
    assert shown(opened) is None
    following = opened.container.following
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        click(opened, 0.2, 0.5)
    assert not page.check.isVisible()
    go(opened, 1.8, qtbot)
    assert shown(opened).sum() == 18 * 16
    assert "Followed here" in page.caption
    # Undo moves the marks; the masks that belong to them are there again.
    opened.actions_by_name["undo"].trigger()
    assert page.check.isVisible()
    assert "Lost here" in page.caption


def test_for_an_engine_that_sees_it_is_followed_by_itself_around_the_click(opened, qtbot, monkeypatch):
    following, looking = opened.container.following, opened.container.looking
    assert looking._segmenter is None
    opened.commands.separation.choose_engine("sam-audio")
    monkeypatch.setattr(follow_commands, "AROUND", 0.4)
    go(opened, 1.0, qtbot)
    # Looked at ahead, before anything is pointed at.
    qtbot.waitUntil(lambda: looking._segmenter is not None and looking._segmenter.looks == 1)
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        click(opened, 0.2, 0.5)
    assert looking._segmenter.looks == 1
    assert (min(following.track.times), max(following.track.times)) == (0.6, 1.36)
    # Where it was not followed to yet, it is by the next click; the rest is left to F.
    go(opened, 0.08, qtbot)
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        click(opened, 0.2, 0.5)
    assert min(following.track.times) == 0.0
    assert max(following.track.times) == 1.36


def test_other_objects_are_shown_dimmer_with_their_numbers(opened, qtbot):
    bar, view = opened.video_panel.bar, opened.video_panel.objects.view
    click(opened, 0.2, 0.5)
    view.setFocus()
    follow(opened, qtbot)
    bare = view.grab().toImage()
    QTest.mouseClick(bar.add, LEFT)
    ((number, mask),) = view._others
    assert (number, mask.sum()) == (1, 18 * 16)
    assert view.grab().toImage() != bare
    bar.list.activated.emit(0)
    assert view._others == ()
    # Lost, it is not drawn.
    QTest.mouseClick(bar.add, LEFT)
    go(opened, 1.48, qtbot)
    assert not view._others[0][1].any()
    # As after a new start: the masks of all objects are there again.
    opened.container.following._tracks.clear()
    opened.commands.follow.recall()
    opened.commands.objects.show_others()
    assert view._others == ()
    qtbot.waitUntil(lambda: bool(view._others))


def test_its_motion_suggests_spans_once_it_is_followed(window, tmp_path, qtbot):
    """A red square jumps once a second, with a noise; half a second later there is a noise without it."""
    frames, rate = [], 48000
    for k in range(75):
        frame = np.full((36, 64, 3), 90, np.uint8)
        down = 9 + (k % 25 in (2, 3)) * 4
        frame[down : down + 16, 4:20] = (220, 20, 20)
        frames.append(frame)
    sound, noise = np.zeros(3 * rate, np.float32), np.random.default_rng(0).standard_normal(rate // 5)
    for start in (second * rate + round(at * rate) for second in range(3) for at in (0.08, 0.6)):
        sound[start : start + len(noise)] += 0.2 * noise
    path = write_video(tmp_path / "struck.mkv", frames, sound=sound)
    window.container.looking._make, window.container.following._make = ColourSegmenter, ColourTracker
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(path)
    qtbot.waitUntil(lambda: window.commands.object_display.frame is not None)
    click(window, 0.2, 0.5)
    with qtbot.waitSignal(window.commands.follow.noted) as noted:
        window.actions_by_name["spans_from_motion"].trigger()
    assert "Follow the object first" in noted.args[0]
    window.video_panel.objects.view.setFocus()
    follow(window, qtbot)
    with qtbot.waitSignal(window.commands.follow.offered):
        window.actions_by_name["spans_from_motion"].trigger()
    told = [(str(span.sign), span.start) for span in window.container.suggested_spans.spans]
    assert [sign for sign, _ in told] == ["+", "-"] * 3
    assert [start for _, start in told] == pytest.approx([0.08, 0.6, 1.08, 1.6, 2.08, 2.6], abs=0.081)
    # Dashed until they are accepted; accepted they are part of the prompt.
    window.actions_by_name["accept_all_suggestions"].trigger()
    assert len(window.container.document.prompt.spans) == 6


def test_said_to_be_absent_it_is_not_lost(opened, qtbot):
    page = opened.video_panel.objects
    click(opened, 0.2, 0.5)
    page.view.setFocus()
    follow(opened, qtbot)
    go(opened, 1.48, qtbot)
    following = opened.container.following
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        QTest.keyClick(page.view, KEY.Key_N)
    assert marks(opened)[1] == Mark(1.48, absent=True)
    assert "Marked as not in the picture" in page.caption
    assert following.track.certainty_at(1.9) == 1.0
    QTest.keyClick(page.view, KEY.Key_N)
    assert len(marks(opened)) == 1


def test_only_the_selected_time_is_followed(opened, qtbot):
    click(opened, 0.2, 0.5)
    opened.container.selection.select_range((0.2, 0.8))
    opened.video_panel.objects.view.setFocus()
    follow(opened, qtbot)
    assert (min(opened.container.following.track.times), max(opened.container.following.track.times)) == (0.2, 0.76)
    # A click mends all that was followed, whatever is selected by then.
    opened.container.selection.select_range((0.4, 0.5))
    go(opened, 0.6, qtbot)
    following = opened.container.following
    with qtbot.waitSignal(following.running_changed, check_params_cb=lambda running: not running):
        click(opened, 0.2, 0.5)
    assert (min(following.track.times), max(following.track.times)) == (0.2, 0.76)


def test_of_several_objects_one_is_marked_and_separated(opened, qtbot):
    bar, document = opened.video_panel.bar, opened.container.document
    click(opened, 0.2, 0.5)
    QTest.mouseClick(bar.add, LEFT)
    click(opened, 0.9, 0.9)
    first, second = document.prompt.objects
    assert (first.muted, second.muted) == (True, False)
    assert document.prompt.active_objects == (second,)
    field = bar.list.lineEdit()
    field.selectAll()
    QTest.keyClicks(field, "wall")
    QTest.keyClick(field, KEY.Key_Return)
    assert document.prompt.objects[1].name == "wall"
    bar.list.activated.emit(0)
    assert [known.muted for known in document.prompt.objects] == [False, True]
    assert [bar.list.itemText(k) for k in range(2)] == ["Object 1", "wall"]
    opened.actions_by_name["remove_object"].trigger()
    assert [(known.name, known.muted) for known in document.prompt.objects] == [("wall", False)]


def test_what_is_said_before_anything_is_marked_and_keys_alone_mark_and_step(opened, qtbot):
    # For an engine without eyes it says what objects are for.
    assert "does not look at the video: SAM Audio does" in opened.video_panel.objects.caption
    # What is not marked yet cannot be less.
    with qtbot.waitSignal(opened.commands.objects.noted) as noted:
        click(opened, 0.2, 0.5, RIGHT)
    assert "Click what makes the sound" in noted.args[0]
    assert opened.container.document.prompt.objects == ()
    view, transport = opened.video_panel.objects.view, opened.container.transport
    view.setFocus()
    before = transport.position
    QTest.keyClick(view, KEY.Key_Left)
    for _ in range(5):
        QTest.keyClick(view, KEY.Key_Left)
    assert transport.position == before
    QTest.keyClick(view, KEY.Key_Return)
    ((known,),) = (mark.clicks for mark in marks(opened))
    assert (known.x, known.y, known.positive) == (pytest.approx(0.4), 0.5, True)
    QTest.keyClick(view, KEY.Key_Return, ALT)
    assert not marks(opened)[0].clicks[1].positive
    QTest.keyClick(view, KEY.Key_Delete)
    assert marks(opened) == ()
    QTest.keyClick(view, KEY.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert transport.position == pytest.approx(before + 0.04)


def test_what_follows_stops_for_a_separation(opened, qtbot):
    click(opened, 0.2, 0.5)
    opened.video_panel.objects.view.setFocus()
    opened.actions_by_name["follow_object"].trigger()
    assert opened.container.following.is_running
    opened.commands.follow.make_way(True)
    assert not opened.container.following.is_running
    assert opened.video_panel.objects.follow.isVisible()


def test_f6_leads_to_the_picture_where_a_drag_is_a_box_and_old_rectangles_show(opened, qtbot):
    view = opened.video_panel.objects.view
    for _ in range(8):
        opened.commands.panels.next_panel()
        if opened.docks["video"].isAncestorOf(opened.focusWidget()):
            break
    assert view.hasFocus()
    # A drag is a box.
    view = opened.video_panel.objects.view
    begin, end = at(opened, 0.1, 0.25), at(opened, 0.3, 0.75)
    QTest.mousePress(view, LEFT, NONE, begin)
    QTest.mouseMove(view, (begin + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, NONE, end)
    assert marks(opened)[0].box == pytest.approx((0.1, 0.25, 0.2, 0.5), abs=0.02)
    qtbot.waitUntil(lambda: shown(opened) is not None)
    # Rectangles of old sessions show as boxes.
    opened.container.document.edit_prompt("Open", Prompt().with_regions(Region(0.1, 0.1, 0.4, 0.4)))
    panel = opened.video_panel
    assert panel.bar.rectangles.isChecked()
    assert panel.rectangles.isVisible()
    opened.container.document.edit_prompt("Other", Prompt().with_objects(VideoObject((Mark(0.0, (Click(0.4, 0.5),)),))))
    assert not panel.bar.rectangles.isChecked()
    assert panel.objects.isVisible()


def test_a_session_brings_marks_and_masks_back(opened, film, qtbot):
    click(opened, 0.2, 0.5)
    opened.video_panel.objects.view.setFocus()
    follow(opened, qtbot)
    document, following = opened.container.document, opened.container.following
    known = following.track
    prompt = document.prompt
    # As after a new start: nothing in memory.
    document.edit_prompt("Remove", prompt.without_objects())
    following._tracks.clear()
    document.edit_prompt("Bring back", prompt)
    assert following.track is None
    opened.commands.follow.recall()
    qtbot.waitUntil(lambda: following.track is not None)
    assert following.track.masks == known.masks
    assert opened.video_panel.objects.check.text() == "1 place to check"


def test_a_rectangle_beside_an_object_is_what_is_separated(opened):
    click(opened, 0.2, 0.5)
    QTest.mouseClick(opened.video_panel.bar.rectangles, LEFT)
    opened.video_panel.rectangles.view.setFocus()
    QTest.keyClick(opened.video_panel.rectangles.view, KEY.Key_Return)
    document = opened.container.document
    assert [(known.follows, known.muted) for known in document.prompt.objects] == [(True, True), (False, False)]
    assert opened.video_panel.rectangles.isVisible()
    # A click after that is of another object again.
    QTest.mouseClick(opened.video_panel.bar.rectangles, LEFT)
    click(opened, 0.9, 0.9)
    assert [known.muted for known in document.prompt.objects] == [True, True, False]


@pytest.mark.parametrize("size", [(1280, 600), (860, 560)])
def test_in_a_small_window_a_film_comes_to_the_front_of_the_panels_that_share_its_place(window, film, size, qtbot):
    window.resize(*size)
    window.actions_by_name["reset_panels"].trigger()
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(film)
    view = window.video_panel.objects.view
    qtbot.waitUntil(lambda: not view.visibleRegion().isEmpty())
    assert window.tabifiedDockWidgets(window.docks["video"])


def test_the_help_does_not_cover_the_picture_that_is_pointed_at(opened):
    view = opened.video_panel.objects.view
    place = at(opened, 0.5, 0.5)
    event = QHelpEvent(QEvent.Type.ToolTip, place, view.mapToGlobal(place))
    assert view.event(event)
    assert not QToolTip.isVisible()
