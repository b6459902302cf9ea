"""Which sound cards there are and which one is meant: a made-up PortAudio."""

import sys

import pytest

from samstudio.audio.errors import AudioError
from samstudio.audio.playback import devices
from samstudio.audio.playback.devices import OutputChoice, OutputDevice, device_status
from tests.audio.playback.fake_portaudio import FakePortAudio, use


@pytest.fixture
def no_portaudio(monkeypatch):
    """`import sounddevice` as it fails where the library is not installed."""

    class Finder:
        @staticmethod
        def find_spec(name, _path=None, _target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])


def test_without_portaudio_the_sentence_says_what_to_install(no_portaudio, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Linux")
    with pytest.raises(AudioError, match="sudo apt install libportaudio2"):
        devices.portaudio()
    assert devices.device_status(OutputChoice()).startswith("PortAudio is missing: nothing can be heard.")


def test_without_portaudio_elsewhere_the_remedy_is_another(no_portaudio, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Windows")
    with pytest.raises(AudioError, match="pip install"):
        devices.portaudio()


def test_outputs_are_listed_inputs_are_not(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in", "USB mic", "Headphones"))
    assert [(device.index, device.name, device.sample_rate) for device in devices.output_devices()] == [
        (0, "Built-in", 44100),
        (2, "Headphones", 44100),
    ]
    assert devices.default_output() == devices.output_devices()[1]
    assert devices.device_status(OutputChoice()) == "Sound: Headphones"


def test_without_a_sound_card_the_status_says_so(monkeypatch):
    use(monkeypatch, FakePortAudio("USB mic"))
    assert devices.default_output() is None
    assert devices.device_status(OutputChoice()) == devices.NO_DEVICE


def test_a_chosen_card_is_found_by_its_name_wherever_it_stands_now(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in", "USB mic", "Headphones", "Monitor"))
    assert [device.key for device in devices.output_devices()] == [
        "ALSA: Built-in",
        "ALSA: Headphones",
        "JACK: Monitor",
    ]
    assert devices.chosen_output(OutputChoice("ALSA: Built-in")).index == 0
    assert devices.device_status(OutputChoice("ALSA: Built-in")) == "Sound: Built-in"


def test_a_hosts_default_is_whatever_that_host_plays_on(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in", "USB mic", "Headphones", "Monitor"))
    assert [device.is_default for device in devices.output_devices()] == [False, True, True]
    choice = OutputChoice(devices.host_default("ALSA"))
    assert (choice.host, choice.name) == ("ALSA", "")
    assert devices.chosen_output(choice).name == "Headphones"
    assert devices.chosen_output(OutputChoice()).name == "Monitor"
    assert devices.device_status(choice) == "Sound: Headphones"


def test_a_chosen_card_that_is_gone_gives_way_to_the_default_and_the_status_says_so(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in"))
    chosen = OutputChoice("ALSA: Headphones")
    assert devices.chosen_output(chosen).name == "Built-in"
    assert devices.device_status(chosen) == "Sound: Built-in (Headphones is not connected)"
    assert devices.device_status(OutputChoice()) == "Sound: Built-in"


def test_a_host_that_is_gone_is_named_too(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in", hosts=("ALSA",)))
    assert devices.device_status(OutputChoice("JACK: ")) == "Sound: Built-in (JACK is not connected)"


def test_exclusive_use_is_for_the_hosts_that_have_it(monkeypatch):
    use(monkeypatch, FakePortAudio("A", "B", "C", "D", hosts=("ALSA", "Windows WASAPI", "Core Audio", "MME")))
    assert [device.can_be_exclusive for device in devices.output_devices()] == [False, True, True, False]
    assert devices.device_status(OutputChoice("Windows WASAPI: B", exclusive=True)) == "Sound: B (exclusive)"
    assert devices.device_status(OutputChoice("Windows WASAPI: B")) == "Sound: B"
    assert devices.device_status(OutputChoice("ALSA: A", exclusive=True)) == "Sound: A"


def test_the_status_names_the_latency_where_the_device_states_it(monkeypatch):
    card = OutputDevice(0, "Built-in", 2, 48000, "ALSA", is_default=True)
    monkeypatch.setattr("samstudio.audio.playback.devices.output_devices", lambda: (card,))
    assert device_status(OutputChoice(card.key)) == "Sound: Built-in"
    assert device_status(OutputChoice(card.key), 0.0926) == "Sound: Built-in · 93 ms latency"
