"""Questions about frames: the newest wins, and a frame is looked at once."""

import threading

import numpy as np
import pytest

from samstudio.controllers.background import Background
from samstudio.controllers.video.looking import Looking, Question
from samstudio.separation.engine import SeparationError
from samstudio.session.video.objects import Click, Mark
from tests.separation.video.colour_finder import ColourSegmenter
from tests.signals import emissions

FRAME = np.zeros((9, 16, 3), np.uint8)


@pytest.fixture
def background(qtbot):
    made = Background(threads=1)
    yield made
    made.shut_down()


def question(x=0.5, frame=FRAME, *, preview=True) -> Question:
    return Question(frame, Mark(0.0, (Click(x, 0.5),)), preview)


def test_only_the_newest_question_of_a_kind_is_answered(background, qtbot):
    go = threading.Event()

    class Slow(ColourSegmenter):
        def look(self, picture):
            go.wait(10)
            return super().look(picture)

    segmenter = Slow()
    looking = Looking(lambda: segmenter, background)
    answers = emissions(looking.answered)
    first, *rest, last = [question(x) for x in (0.1, 0.2, 0.3, 0.4)]
    looking.ask(first)
    for asked in (*rest, last):
        looking.ask(asked)
    marked = question(preview=False)
    looking.ask(marked)
    go.set()
    qtbot.waitUntil(lambda: len(answers) == 3)
    # What is marked comes before what could be.
    assert [asked for asked, _ in answers] == [first, marked, last]
    assert segmenter.looks == 1


def test_looking_ahead_waits_for_every_question(background, qtbot):
    go, seen = threading.Event(), []

    class Slow(ColourSegmenter):
        def look(self, picture):
            seen.append(int(picture[0, 0, 0]))
            go.wait(10)
            return super().look(picture)

    looking = Looking(Slow, background)
    answers, busy = emissions(looking.answered), emissions(looking.busy_changed)
    frames = [FRAME + k for k in range(4)]
    looking.look_ahead(frames[0])
    assert busy == []
    for frame in frames[1:3]:
        looking.look_ahead(frame)
    looking.ask(question(frame=frames[3]))
    go.set()
    qtbot.waitUntil(lambda: looking._job is None)
    assert seen == [0, 3, 2]
    looking.ask(question(frame=frames[2]))
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert seen == [0, 3, 2]


def test_frames_are_kept_by_what_they_show(background, qtbot):
    segmenter = ColourSegmenter()
    looking = Looking(lambda: segmenter, background)
    answers = emissions(looking.answered)
    for frame in (FRAME, FRAME + 1, FRAME.copy(), *(FRAME + k for k in range(2, 20)), FRAME):
        count = len(answers)
        looking.ask(question(frame=frame))
        qtbot.waitUntil(lambda count=count: len(answers) > count)
    # The first one was dropped in the mean time: 16 are kept.
    assert segmenter.looks == 21


def test_a_separation_has_the_processor_alone(background, qtbot):
    looking = Looking(ColourSegmenter, background)
    answers = emissions(looking.answered)
    looking.hold(True)
    looking.ask(question())
    qtbot.wait(20)
    assert answers == []
    looking.hold(False)
    qtbot.waitUntil(lambda: len(answers) == 1)


def test_who_cannot_look_says_why_once(background, qtbot):
    def make():
        raise SeparationError("No weights.")

    looking = Looking(make, background)
    with qtbot.waitSignal(looking.failed) as told:
        looking.ask(question())
        looking.ask(question())
    assert told.args == ["No weights."]
