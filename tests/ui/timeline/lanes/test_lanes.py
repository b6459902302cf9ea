"""What lanes show, which there are, how high they and their waveforms are, and their menus."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from samstudio.session.prompt import Prompt
from samstudio.session.session import LaneContent, LaneView
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take
from samstudio.ui.takes.take_text import part_role
from samstudio.ui.theme import theme
from samstudio.ui.timeline.lanes.gutter import HEADER_WIDTH
from samstudio.ui.timeline.lanes.lane_header import LaneHeader
from samstudio.ui.timeline.lanes.lane_menu import lane_menu
from tests.ui.timeline.whole import RATE, Whole, clip_of, is_colour, seen, wheel

LOW, HIGH = 500.0, 2500.0


def tone(hz: float, level: float = 0.4) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(10 * RATE) / RATE)).astype(np.float32)[:, None]


@pytest.fixture
def whole(qtbot):
    """A low tone, the target, and a high one, the residual."""
    target, residual = tone(LOW), tone(HIGH)
    made = Whole(qtbot, clip_of(target + residual))
    made.timeline.resize(1000, 800)
    made.show_stems(Stems(target, residual))
    made.timeline.show_playhead(None)
    made.settle()
    yield made
    made.pictures.close()


def stack(whole):
    return whole.timeline.stack


def show(whole, name, **changes):
    stack(whole).change_view(name, replace(stack(whole).lanes[name].view, **changes))
    whole.settle()


def lit(whole, name, hz) -> bool:
    """Whether a lane shows a tone in the middle of the view."""
    canvas = stack(whole).lanes[name].canvas
    pixels = seen(canvas).astype(int).sum(axis=2)
    row = round((1.0 - whole.timeline.frequency_scale.position(hz)) * len(pixels))
    return bool(pixels[max(0, row - 2) : row + 3, whole.x(5.0) - 20 : whole.x(5.0) + 20].max(axis=0).min() > 300)


@pytest.mark.parametrize("content", [LaneContent.SPECTROGRAM, LaneContent.BOTH])
def test_a_stem_shows_its_own_spectrogram(whole, content):
    show(whole, Stem.TARGET, content=content)
    show(whole, Stem.RESIDUAL, content=content)
    assert lit(whole, Stem.TARGET, LOW)
    assert lit(whole, Stem.RESIDUAL, HIGH)
    if content is LaneContent.SPECTROGRAM:
        assert not lit(whole, Stem.TARGET, HIGH)
        assert not lit(whole, Stem.RESIDUAL, LOW)


def test_a_waveform_over_its_spectrogram_lets_it_show_through(whole):
    show(whole, Stem.TARGET, content=LaneContent.SPECTROGRAM)
    without = seen(stack(whole).lanes[Stem.TARGET].canvas).astype(int)
    show(whole, Stem.TARGET, content=LaneContent.BOTH)
    both = seen(stack(whole).lanes[Stem.TARGET].canvas).astype(int)
    middle = len(both) // 2
    assert (both[middle].sum(axis=1) > without[middle].sum(axis=1) + 60).all(), "the waveform is there"
    assert np.array_equal(both[1], without[1]), "beyond its height only the spectrogram"
    assert len(np.unique(both[middle - 8 : middle + 8], axis=0)) > 1


def test_only_pictures_that_are_shown_are_requested(whole):
    asked = []
    whole.timeline.view_changed.connect(asked.append)
    channels = []
    for name, content in ((Stem.TARGET, LaneContent.BOTH), ("spectrogram", LaneContent.WAVEFORM)):
        show(whole, name, content=content)
        channels.append([view.channel for view in asked[-1]])
    assert channels == [["clip", "target"], ["target"]]
    assert {view.height for view in asked[-1]} == {stack(whole).lanes[Stem.TARGET].canvas.height()}


def test_the_main_spectrogram_follows_what_is_heard(whole):
    assert stack(whole).spectrogram.title == "Spectrogram: clip"
    assert lit(whole, "spectrogram", LOW)
    assert lit(whole, "spectrogram", HIGH)
    whole.timeline.sounds.show_heard(Stem.TARGET)
    whole.settle()
    assert stack(whole).spectrogram.title == "Spectrogram: target"
    assert stack(whole).spectrogram.header.accessibleName() == "Spectrogram: target: lane menu"
    assert lit(whole, "spectrogram", LOW)
    assert not lit(whole, "spectrogram", HIGH)
    whole.timeline.sounds.follow_heard(False)
    whole.settle()
    assert stack(whole).spectrogram.title == "Spectrogram: clip"
    assert lit(whole, "spectrogram", HIGH)


def test_what_is_separated_next_is_shown_where_several_are_heard(whole):
    sounds, clip = whole.timeline.sounds, stack(whole).lanes[Stem.CLIP].wave
    sounds.show_heard(None)
    assert (stack(whole).spectrogram.title, clip.opacity()) == ("Spectrogram: clip", 1.0)
    sounds.show_ground(Stem.RESIDUAL)
    assert stack(whole).spectrogram.title == "Spectrogram: residual"
    assert clip.opacity() < 0.5, "it is not the clip that is separated"
    sounds.show_heard(Stem.CLIP)
    assert stack(whole).spectrogram.title == "Spectrogram: clip"
    sounds.show_heard(None)
    sounds.show_ground(Stem.CLIP)
    assert (stack(whole).spectrogram.title, clip.opacity()) == ("Spectrogram: clip", 1.0)


def test_two_lanes_never_read_the_same(whole):
    def read(lane, room):
        name, font = lane.header._fitted(theme().font("caption", bold=True), room)
        return QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, room)

    whole.timeline.sounds.show_heard(Stem.RESIDUAL)
    for room in range(30, 200, 7):
        names = [read(lane, room) for lane in stack(whole).lanes.values()]
        assert len(set(names)) == len(names), names
    # The spectrogram says of what it is, down to the lowest lane.
    for room in (200, 120, 90, 66):
        assert "resid" in read(stack(whole).spectrogram, room)


@pytest.mark.parametrize("height", [36, 44, 90, 200])
def test_every_header_shows_that_it_has_a_menu(qtbot, height):
    header = LaneHeader("wave_target")
    qtbot.addWidget(header)
    header.show_name(("Spectrogram: residual", "Resid."), "wave_residual")
    header.resize(HEADER_WIDTH, height)
    bare = LaneHeader("wave_target")
    qtbot.addWidget(bare)
    bare._paint_arrow = lambda *_, **__: None
    bare.show_name(("Spectrogram: residual", "Resid."), "wave_residual")
    bare.resize(HEADER_WIDTH, height)
    rows, columns = np.nonzero((seen(header) != seen(bare)).any(axis=2))
    assert len(rows) >= 12
    corner = seen(bare)[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert np.ptp(corner.astype(int)) < 80, "the arrow lies on the name"


def test_what_was_shown_before_is_there_at_once_when_it_is_heard_again(whole):
    for channel in (Stem.TARGET, Stem.CLIP):
        whole.timeline.sounds.show_heard(channel)
        whole.settle()
    whole.pictures.close()
    whole.timeline.sounds.show_heard(Stem.TARGET)
    assert lit(whole, "spectrogram", LOW)
    assert not lit(whole, "spectrogram", HIGH)


def test_without_stems_the_main_spectrogram_shows_the_clip(whole):
    whole.timeline.sounds.show_heard(Stem.TARGET)
    whole.show_stems(None)
    whole.settle()
    assert stack(whole).spectrogram.title == "Spectrogram: clip"
    assert lit(whole, "spectrogram", HIGH)


def test_the_targets_share_tints_the_clips_spectrogram(whole):
    def colourful(hz):
        pixels = seen(stack(whole).spectrogram.canvas).astype(int)
        row = round((1.0 - whole.timeline.frequency_scale.position(hz)) * len(pixels))
        line = pixels[row - 2 : row + 3, whole.x(5.0)]
        brightest = line[line.sum(axis=1).argmax()]
        return int(np.ptp(brightest))

    whole.timeline.sounds.show_share(True)
    whole.settle()
    assert colourful(HIGH) < 10, "what is all residual is grey"
    assert colourful(LOW) > 25
    assert "target's share" in stack(whole).spectrogram.title
    item = stack(whole).spectrogram.spectrogram
    assert item.share_at(5.0, whole.timeline.frequency_scale.position(LOW)) == pytest.approx(1.0, abs=0.01)
    assert item.share_at(5.0, whole.timeline.frequency_scale.position(HIGH)) == pytest.approx(0.0, abs=0.01)
    whole.timeline.sounds.show_heard(Stem.TARGET)
    assert "share" not in stack(whole).spectrogram.title


def take(name: str, level: float) -> Take:
    return Take(
        name, Prompt(name), SeparationSettings(), Sound(Stems(tone(LOW, level), tone(HIGH, level))), 0.0, 10 * RATE
    )


def test_earlier_targets_have_lanes_named_after_their_takes(whole):
    bell, horn = take("Take 1 · bell & co", 0.2), take("Take 2 · horn", 0.1)
    whole.show_earlier((bell, horn))
    whole.settle()
    lanes = stack(whole).lanes
    assert list(lanes)[-2:] == [bell.id, horn.id]
    assert lanes[bell.id].isVisible()
    assert lanes[bell.id].accessibleName() == "1 · bell & co lane"
    whole.show_earlier((bell, horn))
    waves = is_colour(seen(lanes[horn.id].canvas), theme().color(part_role(horn) or "wave_target"), 40)
    assert waves.any(axis=0).mean() > 0.9
    show(whole, horn.id, content=LaneContent.SPECTROGRAM)
    assert lit(whole, horn.id, LOW)
    whole.show_earlier((bell,))
    assert list(lanes)[-1] == bell.id
    whole.show_earlier((bell, horn))
    assert lanes[horn.id].has_picture, "it comes back as it was"
    assert len(whole.timeline.lane_boxes()) == 6


def test_earlier_targets_are_told_apart_by_their_number_where_their_words_are_the_same(whole):
    bark, again = take("Take 1 · dog barking", 0.2), take("Take 12 · dog barking (redone)", 0.1)
    bark, again = (replace(one, prompt=Prompt("dog barking")) for one in (bark, again))
    wind, old = replace(take("Take 13 · wind", 0.1), prompt=Prompt("wind")), take("Take 14 · redone", 0.1)
    whole.show_earlier((bark, again, wind, replace(old, prompt=Prompt("rain"))))
    assert [lane.names for lane in stack(whole).lanes.values()][4:] == [
        ("1 · dog barking", "Take 1"),
        ("12 · dog barking (redone)", "Take 12"),
        ("13 · wind", "wind", "Take 13"),
        ("14 · redone", "Take 14"),
    ]


def test_lanes_of_earlier_takes_come_and_go_without_moving_the_separators_for_good(whole):
    stack(whole).setSizes([200, 250, 120, 120])
    before = stack(whole).heights
    for _ in range(3):
        whole.show_earlier((take("Take 1", 0.2), take("Take 2", 0.1)))
        QApplication.processEvents()
        assert min(stack(whole).heights.values()) > 40
        whole.show_earlier(())
        QApplication.processEvents()
    assert stack(whole).heights == pytest.approx(before, abs=12)


def test_more_lanes_than_there_is_room_for_scroll(whole):
    whole.timeline.resize(1000, 500)
    whole.show_earlier(tuple(take(f"Take {number}", 0.1) for number in range(12)))
    whole.settle()
    bar = whole.timeline._scroll.bar
    assert bar.isVisible()
    assert whole.timeline.height() == 500
    assert min(lane.height() for lane in stack(whole).visible_lanes) >= 36
    last = stack(whole).visible_lanes[-1]
    assert last.visibleRegion().isEmpty()
    bar.setValue(bar.maximum())
    assert not last.visibleRegion().isEmpty()
    canvas, ruler = last.canvas, whole.timeline.ruler
    origin = QPoint(0, 0)
    assert canvas.mapTo(whole.timeline, origin).x() == ruler.mapTo(whole.timeline, origin).x()
    assert canvas.width() == ruler.width() == whole.timeline.overview.width()


def test_hidden_lanes_leave_their_height_to_the_others_and_come_back_as_high(whole):
    before = stack(whole).heights
    show(whole, Stem.CLIP, is_hidden=True)
    assert "clip" not in stack(whole).heights
    assert sum(stack(whole).heights.values()) >= sum(before.values())
    show(whole, Stem.CLIP, is_hidden=False)
    assert stack(whole).heights == pytest.approx(before, abs=3)


def test_the_last_lane_cannot_be_hidden(whole):
    for name in list(stack(whole).lanes):
        show(whole, name, is_hidden=True)
    assert [lane.name for lane in stack(whole).visible_lanes] == ["spectrogram"]


def test_the_wheel_over_the_scale_changes_one_waveform_and_with_ctrl_all(whole):
    gutter = stack(whole).lanes[Stem.TARGET].amplitudes
    wheel(gutter, QPoint(20, 20), 2)
    gains = {name: view.gain for name, view in stack(whole).views.items()}
    assert gains == {"clip": 1.0, "spectrogram": 1.0, "target": pytest.approx(2.0), "residual": 1.0}
    wheel(gutter, QPoint(20, 20), 2, Qt.KeyboardModifier.ControlModifier)
    gains = {name: view.gain for name, view in stack(whole).views.items()}
    assert gains == pytest.approx({"clip": 2.0, "spectrogram": 2.0, "target": 4.0, "residual": 2.0})
    QTest.mouseDClick(gutter, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 20))
    assert stack(whole).lanes[Stem.TARGET].view.gain == 1.0
    assert stack(whole).lanes[Stem.CLIP].view.gain == pytest.approx(2.0)


def opened_menu(whole, name) -> QMenu:
    return lane_menu(stack(whole), name, whole.timeline)


def choose(menu: QMenu, text: str) -> None:
    for action in menu.actions():
        if action.menu() is not None:
            if text in [other.text() for other in action.menu().actions()]:
                return choose(action.menu(), text)
        elif action.text() == text:
            assert action.isEnabled()
            return action.trigger()
    raise AssertionError(f"no {text}")


@pytest.mark.parametrize("ask", ["click", "return", "menu key"])
def test_the_header_asks_for_the_menu(whole, ask):
    asked = []
    stack(whole).menu_requested.connect(lambda name, place: asked.append(name))
    header = stack(whole).lanes[Stem.TARGET].header
    if ask == "click":
        QTest.mouseClick(header, Qt.MouseButton.LeftButton)
    else:
        header.setFocus()
        assert header.hasFocus()
        if ask == "return":
            QTest.keyClick(header, Qt.Key.Key_Return)
        else:
            place = QPoint(1, 1)
            event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, header.mapToGlobal(place))
            QApplication.sendEvent(header, event)
    assert asked == ["target"]


def test_the_menu_changes_its_lane(whole):
    choose(opened_menu(whole, Stem.TARGET), "Waveform over spectrogram")
    choose(opened_menu(whole, Stem.TARGET), "Show spans")
    choose(opened_menu(whole, Stem.TARGET), "Increase waveform height")
    choose(opened_menu(whole, Stem.RESIDUAL), "Hide lane")
    views = stack(whole).views
    assert views["target"] == LaneView(LaneContent.BOTH, gain=pytest.approx(2**0.5), has_spans=False)
    assert views["residual"] == LaneView(is_hidden=True)
    assert whole.timeline.bare_boxes() == (stack(whole).lanes[Stem.TARGET].box,)
    assert not stack(whole).lanes[Stem.RESIDUAL].isVisible()
    choose(opened_menu(whole, Stem.TARGET), "Residual")
    assert stack(whole).lanes[Stem.RESIDUAL].isVisible()
    choose(opened_menu(whole, Stem.CLIP), "Hide lane")
    choose(opened_menu(whole, Stem.TARGET), "All lanes")
    assert len(stack(whole).visible_lanes) == 4


def test_who_listens_for_pictures_hears_of_every_change(whole):
    changes = []
    whole.timeline.picture_boxes_changed.connect(
        lambda: changes.append([channel for channel, _ in whole.timeline.picture_boxes()])
    )
    show(whole, Stem.TARGET, content=LaneContent.SPECTROGRAM)
    whole.timeline.sounds.show_heard(Stem.RESIDUAL)
    show(whole, Stem.TARGET, is_hidden=True)
    show(whole, Stem.CLIP, gain=2.0)
    assert changes == [["clip", "target"], ["residual", "target"], ["residual"]]
