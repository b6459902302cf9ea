"""The sound card as PortAudio shows it: a made-up PortAudio, and the real one playing into a file."""

import ctypes.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from samstudio.audio import devices
from samstudio.audio.errors import AudioError


class FakePortAudio(ModuleType):
    """As much of sounddevice as devices.py uses."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *names, refused_rates=(), refused_start=False, appear_on_rescan=False):
        super().__init__("sounddevice")
        self.names, self.refused_rates, self.refused_start = list(names), refused_rates, refused_start
        self.appear_on_rescan = appear_on_rescan
        self.opened = []

    def query_devices(self, kind=None):
        found = [
            {
                "index": index,
                "name": name,
                "max_output_channels": 0 if "mic" in name else 2,
                "default_samplerate": 44100.0,
                "hostapi": index % 2,
            }
            for index, name in enumerate(self.names)
        ]
        if kind is None:
            return found
        outputs = [device for device in found if device["max_output_channels"]]
        if not outputs:
            raise self.PortAudioError("Error querying device -1")
        return outputs[-1]

    def query_hostapis(self):
        return ({"name": "ALSA"}, {"name": "JACK"})

    def OutputStream(self, samplerate, **options):
        if samplerate in self.refused_rates:
            raise self.PortAudioError("Error opening OutputStream: Invalid sample rate [PaErrorCode -9997]")
        self.opened.append((samplerate, options))
        stream = FakeOutputStream()
        stream.refused = self.refused_start and self.PortAudioError("Device unavailable [PaErrorCode -9985]")
        return stream

    def _terminate(self):
        if self.appear_on_rescan:
            self.names.append("Headphones")

    def _initialize(self):
        pass


class FakeOutputStream:
    started = False

    def start(self):
        if self.refused:
            raise self.refused
        self.started = True


def use(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module


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
    assert devices.device_status().startswith("PortAudio is missing: everything but sound works.")
    with pytest.raises(AudioError, match="PortAudio is missing"):
        devices.open_stream(48000, print)


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
    assert devices.device_status() == "Sound: Headphones"


def test_without_a_sound_card_the_status_says_so(monkeypatch):
    use(monkeypatch, FakePortAudio("USB mic"))
    assert devices.default_output() is None
    assert devices.device_status() == devices.NO_DEVICE
    with pytest.raises(AudioError) as caught:
        devices.open_stream(48000, print)
    assert str(caught.value) == devices.NO_DEVICE


def test_a_card_connected_meanwhile_is_found(monkeypatch):
    module = use(monkeypatch, FakePortAudio(appear_on_rescan=True))
    devices.open_stream(48000, print)
    assert module.opened[0][1]["device"] == 0


def test_a_chosen_card_is_found_by_its_name_wherever_it_stands_now(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in", "USB mic", "Headphones", "Monitor"))
    assert [device.key for device in devices.output_devices()] == [
        "ALSA: Built-in",
        "ALSA: Headphones",
        "JACK: Monitor",
    ]
    devices.open_stream(48000, print, "ALSA: Headphones")
    assert module.opened[-1][1]["device"] == 2
    assert devices.device_status("ALSA: Headphones") == "Sound: Headphones"


def test_a_chosen_card_that_is_gone_gives_way_to_the_default_and_the_status_says_so(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in"))
    devices.open_stream(48000, print, "ALSA: Headphones")
    assert module.opened[-1][1]["device"] == 0
    assert devices.device_status("ALSA: Headphones") == "Sound: Built-in (Headphones is not connected)"
    assert devices.device_status("") == "Sound: Built-in"


def test_every_opening_looks_anew_so_that_another_default_is_followed(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in", appear_on_rescan=True))
    devices.open_stream(48000, print)
    # The default of this made-up PortAudio is the card that came last.
    assert module.opened[-1][1]["device"] == 1


def test_the_stream_is_stereo_float32_at_the_asked_rate_with_the_safe_latency(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in"))
    assert devices.open_stream(96000, print).started
    ((rate, options),) = module.opened
    assert rate == 96000
    assert (options["channels"], options["dtype"], options["latency"]) == (2, "float32", 0.1)


def test_a_refused_rate_falls_back_to_the_cards_own(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in", refused_rates=(96000,)))
    devices.open_stream(96000, print)
    assert module.opened[0][0] == 44100


def test_a_card_that_cannot_be_used_is_named_with_what_to_do(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in", refused_rates=(96000, 44100)))
    with pytest.raises(AudioError, match=r"Built-in cannot be used \(Invalid sample rate\): close other programs"):
        devices.open_stream(96000, print)
    use(monkeypatch, FakePortAudio("Built-in", refused_start=True))
    with pytest.raises(AudioError, match=r"Built-in cannot be used \(Device unavailable\)"):
        devices.open_stream(96000, print)


ALSA = Path("/usr/share/alsa/alsa.conf")
PLAY = """
import sys, time
import numpy as np
from samstudio.audio.mixer import Mixer, Track
from samstudio.audio.player import Player

samples = np.load(sys.argv[1])
mixer = Mixer(48000)
mixer.set_tracks((Track(samples),))
player = Player()
player.load(mixer, len(samples))
player.play(0)
until = time.monotonic() + 20.0
while player._deck.rendered < len(samples) + 9600 and time.monotonic() < until:
    time.sleep(0.01)
player.close()
"""


@pytest.mark.skipif(
    ctypes.util.find_library("portaudio") is None or not ALSA.exists(), reason="needs PortAudio and ALSA's settings"
)
def test_the_real_portaudio_gets_the_clip_bit_for_bit(tmp_path):
    samples = (0.2 * np.random.default_rng(5).standard_normal((48000, 2))).astype(np.float32)
    np.save(tmp_path / "clip.npy", samples)
    (tmp_path / "asound.conf").write_text(
        f"<{ALSA}>\n"
        "pcm.nullout { type null }\n"
        f'pcm.!default {{ type file slave.pcm "nullout" file "{tmp_path}/out.raw" format "raw" }}\n'
    )
    env = os.environ | {"ALSA_CONFIG_PATH": str(tmp_path / "asound.conf")}
    subprocess.run([sys.executable, "-c", PLAY, str(tmp_path / "clip.npy")], env=env, check=True, timeout=60)
    heard = np.fromfile(tmp_path / "out.raw", np.float32)
    heard = heard[: len(heard) // 2 * 2].reshape(-1, 2)
    first = int(np.argmax(heard.any(axis=1)))
    assert np.array_equal(heard[first : first + len(samples)], samples)
    assert not heard[first + len(samples) :].any()
