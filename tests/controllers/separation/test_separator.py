import threading
from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio.video.video_file import VideoFile
from samstudio.controllers.background import Background
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.settings.machines import Machines
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.engine import Notice, Progress, SeparationError, StemChunk
from samstudio.separation.remote.extra import LineLostError
from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings


@pytest.fixture
def separator(document, tmp_path):
    separator = Separator(document, PaceHistory(tmp_path / "paces.json"))
    yield separator
    separator.shut_down()


def start(separator, clip):
    separator.start(clip, Prompt("tone"), SeparationSettings(), "take 1")


def test_a_take_arrives_whole_with_progress_and_notices(separator, fake_engine, tone_clip, qtbot):
    fractions, grown, notices = [], [], []
    separator.progressed.connect(lambda _stage, fraction, _left: fractions.append(fraction))
    separator.stems_grew.connect(grown.append)
    separator.notice_added.connect(notices.append)
    with qtbot.waitSignal(separator.finished) as finished:
        start(separator, tone_clip)
    (take,) = finished.args
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, tone_clip.samples)
    assert np.array_equal(take.sound.stems.target, tone_clip.samples * np.float32(0.5))
    assert grown == [24000, 48000, 72000, 96000]
    assert fractions == [0.25, 0.5, 0.75, 1.0]
    assert notices == ["Halved, not separated."]
    assert take.notices == ("Halved, not separated.",)
    assert take.frames_done == tone_clip.frames


def test_a_machine_that_is_lost_keeps_what_came(document, tmp_path, tone_clip, qtbot):
    class Lost:
        def separate(self, request):
            part = request.samples[:1000]
            yield StemChunk(0, part * np.float32(0.25), part * np.float32(0.75))
            raise LineLostError("The line to box was lost. What came before is kept.")

    asked = []
    machines = Machines(Preferences(), Background())
    machines.engine_on = lambda device: asked.append(device) or Lost()
    separator = Separator(document, PaceHistory(tmp_path / "paces.json"), machines=machines)
    with qtbot.waitSignal(separator.finished) as finished:
        separator.start(tone_clip, Prompt("tone"), SeparationSettings(device="remote:box"), "take 1")
    (take,) = finished.args
    assert asked == ["remote:box"]
    assert (take.frames_done, take.notices) == (1000, ("The line to box was lost. What came before is kept.",))
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, tone_clip.samples)
    separator.shut_down()


def test_cancel_keeps_what_is_finished_and_the_rest_stays_in_the_residual(separator, tone_clip, qtbot, monkeypatch):
    reached, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    class Halting:
        def separate(self, request):
            try:
                yield StemChunk(0, request.samples[:1000] * np.float32(0.25), request.samples[:1000] * np.float32(0.75))
                reached.set()
                assert go_on.wait(10)
                yield Progress("more", 1, 2)
                pytest.fail("walked on after the cancel")
            finally:
                closed.set()

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Halting())
    with qtbot.waitSignal(separator.finished) as finished:
        start(separator, tone_clip)
        assert reached.wait(10)
        separator.cancel()
        go_on.set()
    (take,) = finished.args
    assert closed.is_set()
    assert take.frames_done == 1000
    assert not take.sound.stems.target[1000:].any()
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, tone_clip.samples)


def test_cancel_before_anything_is_finished_makes_no_take(separator, tone_clip, qtbot, monkeypatch):
    class Slow:
        def separate(self, request):
            separator.cancel()
            yield Progress("Learning", 0, 1)
            yield StemChunk(0, request.samples, request.samples)

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Slow())
    with qtbot.waitSignal(separator.stopped), qtbot.assertNotEmitted(separator.finished):
        start(separator, tone_clip)
    assert not separator.is_running


def test_a_marked_place_brings_the_video_along_and_a_missing_video_is_reported(
    separator, tone_clip, qtbot, monkeypatch
):
    asked = []

    class Looking:
        def separate(self, request):
            asked.append(request)
            yield Progress("Looking", 0, 1)
            next(request.video.frames_at([0.0]))

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Looking())
    prompt = Prompt().with_region(Region(0, 0, 0.5, 0.5))
    with qtbot.waitSignal(separator.failed) as failed:
        separator.start(tone_clip, prompt, SeparationSettings(), "take 1")
    assert asked[0].video == VideoFile(tone_clip.path)
    assert "There is no file “tone.wav”" in failed.args[0]


@pytest.mark.parametrize(
    ("error", "shown"),
    [(SeparationError("Mark a + span first."), "Mark a + span first."), (ZeroDivisionError(), "unexpected")],
)
def test_errors_arrive_as_one_sentence(separator, tone_clip, qtbot, monkeypatch, error, shown):
    class Failing:
        def separate(self, request):
            yield Progress("Learning", 0, 1)
            raise error

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Failing())
    with qtbot.waitSignal(separator.failed) as failed:
        start(separator, tone_clip)
    assert shown in failed.args[0]
    assert not separator.is_running


def test_a_second_start_while_running_does_nothing(separator, fake_engine, tone_clip, qtbot):
    takes = []
    separator.finished.connect(takes.append)
    with qtbot.waitSignal(separator.finished):
        start(separator, tone_clip)
        start(separator, tone_clip)
    qtbot.wait(100)
    assert len(takes) == 1


def test_the_take_is_in_the_document_when_it_is_finished(separator, document, fake_engine, tone_clip, qtbot):
    seen = []
    separator.started.connect(lambda stems: seen.append((stems is separator.stems, document.held is tone_clip.samples)))
    separator.finished.connect(lambda take: seen.append((document.takes == (take,), separator.stems, document.held)))
    with qtbot.waitSignal(separator.finished):
        start(separator, tone_clip)
    assert seen == [(True, True), (True, None, None)]


@pytest.fixture
def halting(monkeypatch):
    """An engine that makes 1000 frames, and the next when it is told to go on."""
    begun, go_on = threading.Event(), threading.Event()

    class Halting:
        def separate(self, request):
            quiet = request.samples[:1000] * np.float32(0.0)
            yield Notice("Heard")
            yield StemChunk(0, request.samples[:1000], quiet)
            begun.set()
            assert go_on.wait(10)
            yield Progress("Separating", 0.5, 1)
            yield StemChunk(1000, request.samples[1000:2000], quiet)

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Halting())
    return begun, go_on


def test_a_separation_goes_on_for_its_recording_while_another_one_is_shown(
    separator, document, tone_clip, qtbot, halting
):
    begun, go_on = halting
    first = document.recording
    shown = []
    separator.running_changed.connect(shown.append)
    start(separator, tone_clip)
    assert begun.wait(10)
    document.open(replace(tone_clip))
    second = document.recording
    assert (separator.is_busy, separator.is_running) == (True, False)
    assert shown == [True, False]
    with (
        qtbot.waitSignal(separator.ended) as ended,
        qtbot.assertNotEmitted(separator.finished),
        qtbot.assertNotEmitted(separator.progressed),
        qtbot.assertNotEmitted(separator.stems_grew),
        qtbot.assertNotEmitted(separator.notice_added),
    ):
        go_on.set()
    assert ended.args == [first, first.current_take, ""]
    assert len(first.takes) == 1
    assert second.takes == document.takes == ()
    document.recordings.show(first)
    assert document.current_take is first.takes[0]


def test_who_comes_back_to_a_recording_sees_how_far_its_separation_is(separator, document, tone_clip, qtbot, halting):
    _, go_on = halting
    first = document.recording
    with qtbot.waitSignal(separator.stems_grew):
        start(separator, tone_clip)
    document.open(replace(tone_clip))
    with (
        qtbot.waitSignal(separator.running_changed, check_params_cb=bool),
        qtbot.waitSignal(separator.progressed),
        qtbot.waitSignal(separator.started) as started,
    ):
        document.recordings.show(first)
    assert started.args[0] is separator.stems
    assert separator.frames_ready == 1000
    with qtbot.waitSignal(separator.finished):
        go_on.set()


def test_what_is_separated_of_a_recording_that_is_closed_is_dropped(separator, document, tone_clip, qtbot, halting):
    begun, go_on = halting
    first = document.recording
    with qtbot.waitSignal(separator.stopped), qtbot.assertNotEmitted(separator.finished):
        start(separator, tone_clip)
        assert begun.wait(10)
        document.open(replace(tone_clip))
        document.recordings.close(first)
        go_on.set()
    assert document.takes == first.takes == ()
    assert separator.stems is None
    assert not separator.is_busy


class Panic(BaseException):
    """What a library written in Rust raises where its own code fails: no Exception."""


def test_the_engine_thread_survives_a_panic_and_separates_again(separator, tone_clip, qtbot, monkeypatch):
    class Panicking:
        def separate(self, request):
            yield Progress("Reading the words", 0, 1)
            raise Panic("index out of bounds")

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Panicking())
    for _ in range(2):
        with qtbot.waitSignal(separator.failed) as failed:
            start(separator, tone_clip)
        assert "unexpected" in failed.args[0]
        assert not separator.is_running
