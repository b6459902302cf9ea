"""The list of outputs, the test tone's button, the rolls."""

import pytest

from samstudio.audio.playback.devices import OutputChoice, OutputDevice
from samstudio.ui.preferences.output_form import OutputForm

CARD = OutputDevice(0, "Built-in", 2, 48000, "ALSA", is_default=True)
USB = OutputDevice(2, "USB", 2, 96000, "ALSA")
PHONES = OutputDevice(3, "Headphones", 2, 44100, "JACK", is_default=True)
SPEAKERS = OutputDevice(4, "Speakers", 2, 48000, "Windows WASAPI", is_default=True)
SYSTEM_DEFAULT = OutputChoice()


@pytest.fixture
def form(qtbot):
    made = OutputForm()
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


def test_the_outputs_of_the_chosen_driver_are_listed_and_the_default_is_named(form):
    form.show_outputs((CARD, USB, PHONES), CARD, SYSTEM_DEFAULT)
    assert entries(form.driver) == ["ALSA", "JACK"]
    assert form.driver.currentText() == "ALSA"
    assert entries(form.output) == ["System default (Built-in)", "Built-in · 48 kHz", "USB · 96 kHz"]
    assert form.output.currentIndex() == 0
    form.show_outputs((CARD, USB, PHONES), CARD, OutputChoice(PHONES.key))
    assert form.driver.currentText() == "JACK"
    assert entries(form.output) == ["Default (Headphones)", "Headphones · 44.1 kHz"]
    assert form.output.currentIndex() == 1
    assert form.chosen == []


def test_a_choice_is_reported_by_its_key_and_the_systems_default_by_nothing(form):
    form.show_outputs((CARD, USB, PHONES), CARD, SYSTEM_DEFAULT)
    choose(form.output, "USB · 96 kHz")
    choose(form.output, "System default (Built-in)")
    choose(form.driver, "JACK")
    choose(form.output, "Headphones · 44.1 kHz")
    choose(form.driver, "ALSA")
    assert [choice.key for choice in form.chosen] == [USB.key, "", "JACK: ", PHONES.key, ""]


def test_a_default_called_default_is_not_named_twice(form):
    alsa = OutputDevice(0, "default", 32, 44100, "ALSA", is_default=True)
    form.show_outputs((alsa,), alsa, SYSTEM_DEFAULT)
    assert entries(form.output) == ["System default", "default · 44.1 kHz"]


def test_a_note_takes_room_only_where_there_is_one(form):
    form.show()
    assert not form.note.isVisible()
    form.show_note("Sound: Headphones")
    assert form.note.isVisible()


def test_one_driver_is_no_question(form):
    form.show()
    form.show_outputs((CARD, USB), CARD, SYSTEM_DEFAULT)
    assert not form.driver.isVisible()
    form.show_outputs((CARD, PHONES), CARD, SYSTEM_DEFAULT)
    assert form.driver.isVisible()


def test_exclusive_use_is_offered_where_the_driver_has_it(form):
    form.show()
    form.show_outputs((CARD, SPEAKERS), CARD, OutputChoice(SPEAKERS.key))
    assert form.exclusive.isVisible()
    form.exclusive.click()
    assert form.chosen == [OutputChoice(SPEAKERS.key, exclusive=True)]
    choose(form.driver, "ALSA")
    assert not form.exclusive.isVisible()
    # It waits for the driver that has it.
    choose(form.driver, "Windows WASAPI")
    assert form.chosen[-1] == OutputChoice("Windows WASAPI: ", exclusive=True)
    form.show_outputs((SPEAKERS,), SPEAKERS, OutputChoice("", exclusive=False))
    assert form.exclusive.isVisible()
    assert not form.exclusive.isChecked()


def test_a_chosen_output_that_is_gone_stays_chosen_and_is_shown_as_missing(form):
    form.show_outputs((CARD,), CARD, OutputChoice("ALSA: Studio"))
    assert form.output.currentText() == "Studio · not connected"
    form.show_outputs((CARD,), CARD, OutputChoice(PHONES.key))
    assert form.driver.currentText() == "JACK"
    assert entries(form.output) == ["Not available", "Headphones · not connected"]
    assert form.output.currentIndex() == 1
    form.show_outputs((), None, SYSTEM_DEFAULT)
    assert entries(form.output) == ["System default"]


def test_the_tone_is_asked_for_and_ends_with_the_form(form):
    form.show()
    form.tone.click()
    assert form.tone.text() == "Test tone"
    form.show_tone(True)
    assert form.tone.text() == "Stop the tone"
    form.close()
    assert not form.isVisible()
    assert form.tones == [True, False]


def test_rolls_are_shown_silently_and_reported_when_changed(form):
    form.show_rolls(2.0, 0.5)
    assert form.rolls == []
    form.after.setValue(1.5)
    assert form.rolls == [(2.0, 1.5)]
