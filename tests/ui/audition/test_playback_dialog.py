"""The list of outputs, the test tone's button, the rolls."""

import pytest

from samstudio.audio.devices import OutputDevice
from samstudio.ui.audition.playback_dialog import PlaybackDialog

CARD = OutputDevice(0, "Built-in", 2, 48000, "ALSA")
PHONES = OutputDevice(3, "Headphones", 2, 44100, "JACK")


@pytest.fixture
def dialog(qtbot):
    made = PlaybackDialog()
    qtbot.addWidget(made)
    made.chosen, made.tones, made.rolls = [], [], []
    made.output_chosen.connect(made.chosen.append)
    made.tone_toggled.connect(made.tones.append)
    made.rolls_changed.connect(lambda before, after: made.rolls.append((before, after)))
    return made


def entries(dialog):
    return [dialog.output.itemText(index) for index in range(dialog.output.count())]


def test_the_outputs_are_listed_with_their_systems_and_the_default_is_named(dialog):
    dialog.show_outputs((CARD, PHONES), CARD, PHONES.key)
    assert entries(dialog) == ["System default (Built-in)", "Built-in · ALSA · 48 kHz", "Headphones · JACK · 44.1 kHz"]
    assert dialog.output.currentIndex() == 2
    assert dialog.chosen == []


def test_a_choice_is_told_by_its_key_and_the_default_by_nothing(dialog):
    dialog.show_outputs((CARD, PHONES), CARD, "")
    for index in (2, 0):
        dialog.output.setCurrentIndex(index)
        dialog.output.activated.emit(index)
    assert dialog.chosen == [PHONES.key, ""]


def test_a_chosen_output_that_is_gone_stays_chosen_and_is_said_to_be_missing(dialog):
    dialog.show_outputs((CARD,), CARD, PHONES.key)
    assert dialog.output.currentText() == "Headphones · not connected"
    dialog.show_outputs((), None, "")
    assert entries(dialog) == ["System default"]


def test_the_tone_is_asked_for_and_ends_with_the_dialog(dialog):
    dialog.show()
    dialog.tone.click()
    assert dialog.tone.text() == "Test tone"
    dialog.show_tone(True)
    assert dialog.tone.text() == "Stop the tone"
    dialog.close()
    assert not dialog.isVisible()
    assert dialog.tones == [True, False]


def test_rolls_are_shown_silently_and_told_when_changed(dialog):
    dialog.show_rolls(2.0, 0.5)
    assert dialog.rolls == []
    dialog.after.setValue(1.5)
    assert dialog.rolls == [(2.0, 1.5)]
