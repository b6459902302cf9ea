"""A video in the window: its picture at the playhead, and a place in it as part of the prompt."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from samstudio.app.editor import make_container
from samstudio.session.region import Region
from tests.app.editing import make_window
from tests.audio.made_videos import grey_frames, write_video
from tests.separation.sam_audio.golden import TINY_MODEL, needs_golden

KEY = Qt.Key


@pytest.fixture
def video(tmp_path):
    noise = 0.1 * np.random.default_rng(0).standard_normal(96000).astype(np.float32)
    return write_video(tmp_path / "video.mkv", grey_frames(50, 64, 36), sound=noise)


@pytest.fixture
def with_video(window, video, qtbot):
    frames = []
    window.container.video_frames.frame_changed.connect(lambda frame, time: frames.append((time, int(frame[0, 0, 0]))))
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(video)
    qtbot.waitUntil(lambda: bool(frames))
    window.frames = frames
    window.video_panel.bar.rectangles.click()
    return window


def drag(window, start: tuple[float, float], end: tuple[float, float]) -> None:
    view = window.video_panel.rectangles.view
    rect = view.image_rect()
    begin, stop = (
        QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint() for x, y in (start, end)
    )
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    QTest.mouseMove(view, stop)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, stop)


def undo(window) -> str:
    """Undo, and what was undone."""
    name = window.container.document.undo_stack.undoText()
    window.actions_by_name["undo"].trigger()
    return name


def test_beside_the_video_the_timeline_keeps_the_room_for_its_buttons(window, video, qtbot):
    window.setFixedSize(1024, 540)
    window.actions_by_name["reset_panels"].trigger()
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(video)
    qtbot.waitUntil(window.docks["video"].isVisible)
    bar = window.transport_bar
    qtbot.waitUntil(lambda: bar.width() >= bar.minimumSizeHint().width() > 100)


def test_without_a_video_the_view_menu_shows_what_to_do(window, tone_file, qtbot):
    dock = window.docks["video"]
    assert not dock.isVisible()
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(tone_file)
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()
    assert not window.video_panel.objects.view.isVisible()


def test_who_closes_the_dock_is_not_bothered_again(with_video, tone_file, video, qtbot):
    dock = with_video.docks["video"]
    dock.toggleViewAction().trigger()
    assert not dock.isVisible()
    for path in (tone_file, video):
        with qtbot.waitSignal(with_video.container.video_frames.video_changed):
            with_video.commands.files.open_path(path)
    assert with_video.container.video_frames.has_video
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()
    assert with_video.container.preferences.flag("video/shown", default=False)


def test_the_frame_follows_the_playhead_and_the_dock_goes_with_the_video(with_video, tone_file, qtbot):
    with_video.container.transport.seek(1.0)
    qtbot.waitUntil(lambda: with_video.frames[-1] == (1.0, int(grey_frames(50)[25][0, 0, 0])))
    # The dock came with the video and goes with it.
    dock = with_video.docks["video"]
    assert dock.isVisible()
    assert dock.width() >= 300
    with qtbot.waitSignal(with_video.container.clip_loader.completed):
        with_video.commands.files.open_path(tone_file)
    qtbot.waitUntil(lambda: not dock.isVisible())


def test_marking_is_part_of_the_prompt_and_every_gesture_a_step(with_video):
    document, view = with_video.container.document, with_video.video_panel.rectangles.view
    drag(with_video, (0.25, 0.25), (0.75, 0.75))
    (region,) = document.prompt.regions
    assert region.corners == pytest.approx((0.25, 0.25, 0.75, 0.75), abs=0.02)
    view.setFocus()
    for _ in range(3):
        QTest.keyClick(view, KEY.Key_Right)
    assert document.prompt.regions[0].left == pytest.approx(region.left + 0.03)
    QTest.keyClick(view, KEY.Key_Delete)
    assert document.prompt.regions == ()
    assert undo(with_video) == "Clear rectangle"
    assert undo(with_video) == "Move rectangle"
    assert document.prompt.regions == (region,)
    assert undo(with_video) == "Draw rectangle"
    assert document.prompt.regions == ()


def test_a_movement_is_marked_at_the_playhead(with_video, qtbot):
    panel, document = with_video.video_panel.rectangles, with_video.container.document
    drag(with_video, (0.0, 0.0), (0.5, 1.0))
    panel.moves.click()
    with_video.container.transport.seek(1.2)
    qtbot.waitUntil(lambda: with_video.frames[-1][0] == 1.2)
    drag(with_video, (0.25, 0.5), (0.75, 0.5))
    assert [region.time for region in document.prompt.regions] == [0.0, 1.2]
    QTest.mouseClick(panel.previous, Qt.MouseButton.LeftButton)
    assert with_video.container.transport.position == 0.0
    qtbot.waitUntil(lambda: with_video.frames[-1][0] == 0.0)
    with_video.container.transport.seek(0.6)
    qtbot.waitUntil(lambda: with_video.frames[-1][0] == 0.6)
    panel.moves.click()
    (region,) = document.prompt.regions
    assert region.left == pytest.approx(0.25, abs=0.02)
    assert region.time == 0.0
    assert undo(with_video) == "Stop following motion"


def test_arrows_belong_to_the_video_only_while_it_has_the_focus_and_a_mark(with_video):
    view, transport = with_video.video_panel.rectangles.view, with_video.container.transport
    with_video.activateWindow()
    view.setFocus()
    QTest.keyClick(view, KEY.Key_Right)
    assert transport.position == pytest.approx(1.0)
    with_video.commands.video.mark(Region(0.1, 0.1, 0.2, 0.2), False)
    QTest.keyClick(view, KEY.Key_Right)
    assert transport.position == pytest.approx(1.0)
    with_video.timeline.setFocus()
    QTest.keyClick(with_video.timeline, KEY.Key_Left)
    assert transport.position == pytest.approx(0.0)


@needs_golden
@pytest.mark.timeout(300)
def test_sam_audio_looks_at_the_place(qtbot, video):
    container = make_container()
    window = make_window(container)
    qtbot.addWidget(window)
    with qtbot.waitSignal(container.clip_loader.completed):
        window.commands.files.open_path(video)
    window.commands.model_setup.use_model(str(TINY_MODEL))
    settings = window.commands.separation.settings
    choices = settings.options.changed(solver="euler", steps=1, presence_gate=False)
    window.commands.separation.change_settings(replace(settings, options=choices))
    stages = set()
    container.separator.progressed.connect(lambda stage, _fraction, _left: stages.add(stage))
    for region in (Region(0, 0, 0.5, 1), Region(0.5, 0.5, 0.5, 0.5)):
        window.commands.video.mark(region, False)
        with qtbot.waitSignal(container.separator.finished, timeout=240_000):
            window.actions_by_name["separate"].trigger()
    first, second = container.document.takes
    assert "Analysing the video" in stages
    assert first.prompt.regions != second.prompt.regions
    assert np.abs(first.sound.stems.target - second.sound.stems.target).max() > 1e-5
    assert np.abs(first.sound.stems.target + first.sound.stems.residual - container.document.clip.samples).max() < 1e-6
    container.session_state.mark_exported()
    container.shut_down()
