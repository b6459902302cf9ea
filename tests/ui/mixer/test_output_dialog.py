"""The list of outputs, the test tone's button, the rolls."""

import pytest

from samstudio.audio.playback.devices import OutputChoice, OutputDevice
from samstudio.ui.mixer.output_dialog import OutputDialog

CARD = OutputDevice(0, "Built-in", 2, 48000, "ALSA", is_default=True)
USB = OutputDevice(2, "USB", 2, 96000, "ALSA")
PHONES = OutputDevice(3, "Headphones", 2, 44100, "JACK", is_default=True)
SPEAKERS = OutputDevice(4, "Speakers", 2, 48000, "Windows WASAPI", is_default=True)
SYSTEM_DEFAULT = OutputChoice()


@pytest.fixture
def dialog(qtbot):
    made = OutputDialog()
    qtbot.addWidget(made)
    made.chosen, made.tones, made.rolls = [], [], []
    made.output_chosen.connect(made.chosen.append)
    made.tone_toggled.connect(made.tones.append)
    made.rolls_changed.connect(lambda before, after: made.rolls.append((before, after)))
    return made


def entries(box):
    return [box.itemText(index) for index in range(box.count())]


def choose(box, text):
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def test_the_outputs_of_the_chosen_driver_are_listed_and_the_default_is_named(dialog):
    dialog.show_outputs((CARD, USB, PHONES), CARD, SYSTEM_DEFAULT)
    assert entries(dialog.driver) == ["ALSA", "JACK"]
    assert dialog.driver.currentText() == "ALSA"
    assert entries(dialog.output) == ["System default (Built-in)", "Built-in · 48 kHz", "USB · 96 kHz"]
    assert dialog.output.currentIndex() == 0
    dialog.show_outputs((CARD, USB, PHONES), CARD, OutputChoice(PHONES.key))
    assert dialog.driver.currentText() == "JACK"
    assert entries(dialog.output) == ["Default (Headphones)", "Headphones · 44.1 kHz"]
    assert dialog.output.currentIndex() == 1
    assert dialog.chosen == []


def test_a_choice_is_reported_by_its_key_and_the_systems_default_by_nothing(dialog):
    dialog.show_outputs((CARD, USB, PHONES), CARD, SYSTEM_DEFAULT)
    choose(dialog.output, "USB · 96 kHz")
    choose(dialog.output, "System default (Built-in)")
    choose(dialog.driver, "JACK")
    choose(dialog.output, "Headphones · 44.1 kHz")
    choose(dialog.driver, "ALSA")
    assert [choice.key for choice in dialog.chosen] == [USB.key, "", "JACK: ", PHONES.key, ""]


def test_a_default_called_default_is_not_named_twice(dialog):
    alsa = OutputDevice(0, "default", 32, 44100, "ALSA", is_default=True)
    dialog.show_outputs((alsa,), alsa, SYSTEM_DEFAULT)
    assert entries(dialog.output) == ["System default", "default · 44.1 kHz"]


def test_a_note_takes_room_only_where_there_is_one(dialog):
    dialog.show()
    assert not dialog.note.isVisible()
    dialog.show_note("Sound: Headphones")
    assert dialog.note.isVisible()


def test_one_driver_is_no_question(dialog):
    dialog.show()
    dialog.show_outputs((CARD, USB), CARD, SYSTEM_DEFAULT)
    assert not dialog.driver.isVisible()
    dialog.show_outputs((CARD, PHONES), CARD, SYSTEM_DEFAULT)
    assert dialog.driver.isVisible()


def test_exclusive_use_is_offered_where_the_driver_has_it(dialog):
    dialog.show()
    dialog.show_outputs((CARD, SPEAKERS), CARD, OutputChoice(SPEAKERS.key))
    assert dialog.exclusive.isVisible()
    dialog.exclusive.click()
    assert dialog.chosen == [OutputChoice(SPEAKERS.key, exclusive=True)]
    choose(dialog.driver, "ALSA")
    assert not dialog.exclusive.isVisible()
    # It waits for the driver that has it.
    choose(dialog.driver, "Windows WASAPI")
    assert dialog.chosen[-1] == OutputChoice("Windows WASAPI: ", exclusive=True)
    dialog.show_outputs((SPEAKERS,), SPEAKERS, OutputChoice("", exclusive=False))
    assert dialog.exclusive.isVisible()
    assert not dialog.exclusive.isChecked()


def test_a_chosen_output_that_is_gone_stays_chosen_and_is_shown_as_missing(dialog):
    dialog.show_outputs((CARD,), CARD, OutputChoice("ALSA: Studio"))
    assert dialog.output.currentText() == "Studio · not connected"
    dialog.show_outputs((CARD,), CARD, OutputChoice(PHONES.key))
    assert dialog.driver.currentText() == "JACK"
    assert entries(dialog.output) == ["Not available", "Headphones · not connected"]
    assert dialog.output.currentIndex() == 1
    dialog.show_outputs((), None, SYSTEM_DEFAULT)
    assert entries(dialog.output) == ["System default"]


def test_the_tone_is_asked_for_and_ends_with_the_dialog(dialog):
    dialog.show()
    dialog.tone.click()
    assert dialog.tone.text() == "Test tone"
    dialog.show_tone(True)
    assert dialog.tone.text() == "Stop the tone"
    dialog.close()
    assert not dialog.isVisible()
    assert dialog.tones == [True, False]


def test_rolls_are_shown_silently_and_reported_when_changed(dialog):
    dialog.show_rolls(2.0, 0.5)
    assert dialog.rolls == []
    dialog.after.setValue(1.5)
    assert dialog.rolls == [(2.0, 1.5)]
