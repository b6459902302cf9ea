"""What is heard, lit and shown when the first take of a recording comes."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from samstudio.session.take import Stem


def lit(window) -> list[Stem]:
    return [stem for stem, segment in window.transport_bar.segments.items() if segment.isChecked()]


def separate(window, qtbot) -> None:
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name["separate"].trigger()


def test_the_first_target_is_heard_lit_and_shown_without_a_key(opened, qtbot):
    opened.commands.spans.change_text("tone")
    lit_at_the_start = []
    opened.container.separator.started.connect(lambda _: lit_at_the_start.append(lit(opened)))
    separate(opened, qtbot)
    assert lit_at_the_start == [[Stem.CLIP]]
    assert lit(opened) == [Stem.TARGET]
    assert opened.timeline.stack.spectrogram.title == "Spectrogram: target"
    message = opened.status.currentMessage()
    assert message.startswith("Take 1 · tone is ready")
    assert message.endswith("Space plays the target; 1 is the clip, 3 the residual.")
    QTest.keyClick(opened.timeline, Qt.Key.Key_3)
    assert lit(opened) == [Stem.RESIDUAL]
    opened.commands.spans.change_text("hum")
    separate(opened, qtbot)
    assert lit(opened) == [Stem.RESIDUAL], "it is the user who chooses now"
    assert "Press 2 for the target alone" in opened.status.currentMessage()


def test_what_plays_goes_on_as_it_is(card, opened, qtbot):
    QTest.keyClick(opened.timeline, Qt.Key.Key_Space)
    assert opened.container.transport.playing
    separate(opened, qtbot)
    assert lit(opened) == [Stem.CLIP]
    assert opened.timeline.stack.spectrogram.title == "Spectrogram: clip"
    assert "Press 2 for the target alone" in opened.status.currentMessage()


def test_what_was_chosen_before_the_take_came_stays(opened, qtbot):
    opened.container.separator.started.connect(lambda _: QTest.keyClick(opened.timeline, Qt.Key.Key_3))
    separate(opened, qtbot)
    assert lit(opened) == [Stem.RESIDUAL]
