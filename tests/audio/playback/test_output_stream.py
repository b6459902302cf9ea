"""One stream to the sound card: a made-up PortAudio, and the real one playing into a file."""

import ctypes.util
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from samstudio.audio.errors import AudioError
from samstudio.audio.playback import output_stream
from samstudio.audio.playback.devices import OutputChoice
from samstudio.audio.playback.output_stream import close_stream, open_stream
from tests.audio.playback.fake_portaudio import FakePortAudio, use

SYSTEM_DEFAULT = OutputChoice()


@pytest.mark.parametrize("is_portaudio_missing", [False, True])
def test_without_a_sound_card_a_clock_asks_for_the_sound_in_real_time_until_it_is_closed(
    monkeypatch, is_portaudio_missing
):
    use(monkeypatch, FakePortAudio("USB mic"))
    if is_portaudio_missing:
        monkeypatch.setattr(output_stream, "portaudio", _missing)
    asked, enough = [], threading.Event()

    def callback(out, frames, times, _status):
        assert out.shape == (frames, 2)
        asked.append(frames)
        if sum(asked) >= 4800:
            enough.set()

    begun = time.monotonic()
    stream = open_stream(48000, callback, SYSTEM_DEFAULT)
    assert stream.active
    assert enough.wait(60)
    # Never ahead of the time but by the block that is being asked for.
    assert sum(asked[:-1]) / 48000 <= time.monotonic() - begun
    close_stream(stream)
    assert not stream.active
    count = len(asked)
    assert not stream._thread.is_alive()
    assert len(asked) == count


def _missing():
    raise AudioError("PortAudio is missing")


def test_a_card_connected_meanwhile_is_found(monkeypatch):
    module = use(monkeypatch, FakePortAudio())
    module.appears = "Headphones"
    open_stream(48000, print, SYSTEM_DEFAULT)
    assert module.opened[0][1]["device"] == 0


def test_every_opening_looks_again_so_that_another_default_is_followed(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in"))
    module.appears = "Headphones"
    open_stream(48000, print, SYSTEM_DEFAULT)
    # The default of this made-up PortAudio is the card that came last.
    assert module.opened[-1][1]["device"] == 1


def test_the_chosen_card_is_opened_and_the_default_where_it_is_gone(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in", "USB mic", "Headphones", "Monitor"))
    for key, index in (("ALSA: Built-in", 0), ("ALSA: ", 2), ("ALSA: Gone", 3)):
        open_stream(48000, print, OutputChoice(key))
        assert module.opened[-1][1]["device"] == index


def test_the_stream_is_stereo_float32_at_the_asked_rate_with_the_safe_latency(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in"))
    assert open_stream(96000, print, SYSTEM_DEFAULT).started
    ((rate, options),) = module.opened
    assert rate == 96000
    assert (options["channels"], options["dtype"], options["latency"]) == (2, "float32", 0.1)
    assert options["callback"] is print
    assert options["extra_settings"] is None


def test_a_refused_rate_falls_back_to_the_cards_own(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in", refuses=lambda rate, _: rate == 96000))
    open_stream(96000, print, SYSTEM_DEFAULT)
    assert module.opened[0][0] == 44100


def test_a_card_that_cannot_be_used_is_named_with_what_to_do(monkeypatch):
    use(monkeypatch, FakePortAudio("Built-in", refuses=lambda *_: True))
    with pytest.raises(AudioError, match=r"Built-in cannot be used \(Invalid sample rate\): close other programs"):
        open_stream(96000, print, SYSTEM_DEFAULT)


def test_a_card_that_does_not_start_is_let_go(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in", refused_start=True))
    with pytest.raises(AudioError, match=r"Built-in cannot be used \(Device unavailable\)"):
        open_stream(96000, print, SYSTEM_DEFAULT)
    assert module.closed == len(module.opened) == 2


def test_a_dead_card_that_cannot_be_let_go_of_holds_nobody_up(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Built-in"))
    monkeypatch.setattr(output_stream, "_TIMEOUT", 0.02)
    released, closed = threading.Event(), threading.Event()
    # What PortAudio does when a JACK server has ended.
    dead = SimpleNamespace(active=False, abort=released.wait, close=closed.set)
    begun = threading.active_count()
    output_stream.close_stream(dead)
    assert not closed.is_set()
    # To list devices anew would wait as well; the others can be used.
    module.appears = "Headphones"
    assert open_stream(48000, print, SYSTEM_DEFAULT).started
    assert module.names == ["Built-in"]
    released.set()
    assert closed.wait(20.0)
    while threading.active_count() > begun:
        threading.Event().wait(0.005)
    open_stream(48000, print, SYSTEM_DEFAULT)
    assert module.names == ["Built-in", "Headphones"]


def ramp(out, _frames, _times, _status):
    """Left rises by 1, right by 10."""
    out[:] = np.arange(1, len(out) + 1)[:, np.newaxis] * (1.0, 10.0)


def called(options, frames):
    """What the opened stream's callback writes."""
    out = np.full((frames, options["channels"]), np.nan, np.float32)
    options["callback"](out, frames, None, None)
    return out


def test_one_channel_gets_the_mean_of_both_sides(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Mono speaker"))
    open_stream(48000, ramp, SYSTEM_DEFAULT)
    ((_, options),) = module.opened
    assert options["channels"] == 1
    for frames in (4, 7, 2):
        assert called(options, frames)[:, 0] == pytest.approx(5.5 * np.arange(1, frames + 1))


def test_of_more_channels_the_first_two_are_opened(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Eight outs"))
    open_stream(48000, ramp, SYSTEM_DEFAULT)
    ((_, options),) = module.opened
    assert (options["channels"], options["callback"]) == (2, ramp)


def test_a_card_that_takes_all_its_channels_or_none_is_silent_on_the_others(monkeypatch):
    module = use(monkeypatch, FakePortAudio("Eight outs", refuses=lambda _, options: options["channels"] != 8))
    open_stream(48000, ramp, SYSTEM_DEFAULT)
    ((rate, options),) = module.opened
    assert rate == 48000
    out = called(options, 3)
    assert np.array_equal(out[:, :2], [[1, 10], [2, 20], [3, 30]])
    assert not out[:, 2:].any()


@pytest.mark.parametrize(
    ("host", "settings"),
    [
        ("Windows WASAPI", {"exclusive": True}),
        ("Core Audio", {"change_device_parameters": True, "fail_if_conversion_required": True}),
        ("ALSA", None),
    ],
)
def test_exclusive_use_is_asked_for_as_the_host_has_it(monkeypatch, host, settings):
    module = use(monkeypatch, FakePortAudio("Built-in", hosts=(host,)))
    open_stream(48000, print, OutputChoice("", exclusive=True))
    open_stream(48000, print, SYSTEM_DEFAULT)
    assert [options["extra_settings"] for _, options in module.opened] == [settings, None]


def test_a_card_that_refuses_exclusive_use_is_not_shared_instead(monkeypatch):
    use(
        monkeypatch,
        FakePortAudio("DAC", hosts=("Windows WASAPI",), refuses=lambda _, options: options["extra_settings"]),
    )
    with pytest.raises(AudioError) as caught:
        open_stream(48000, print, OutputChoice("Windows WASAPI: DAC", exclusive=True))
    assert str(caught.value) == (
        "The sound card DAC cannot be used exclusively (Invalid sample rate): "
        "close other programs that use it, or untick Exclusive use in Edit > Preferences."
    )
    assert open_stream(48000, print, OutputChoice("Windows WASAPI: DAC")).started


ALSA = Path("/usr/share/alsa/alsa.conf")
PLAY = """
import sys, time
import numpy as np
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.tracks import Track
from samstudio.audio.playback.player import Player

samples = np.load(sys.argv[1])
mixer = Mixer(48000)
mixer.set_tracks((Track(samples),))
player = Player()
player.load(mixer, len(samples))
player.play(0)
until = time.monotonic() + 20.0
while player._renderer.rendered < len(samples) + 9600 and time.monotonic() < until:
    time.sleep(0.01)
player.close()
"""


@pytest.mark.slow
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
