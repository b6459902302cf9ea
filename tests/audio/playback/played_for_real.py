"""A program of its own that plays scenes through the real player, so that PortAudio begins with the test's server.

`python -m tests.audio.playback.played_for_real FOLDER SECONDS SCENE...`: scenes are told apart by the silence between.
What must be heard lies in FOLDER/SCENE.npy afterwards; FOLDER/facts.json says how often the sound card went short.
"""

import json
import random
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from samstudio.audio.export.bounce import bounce
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.output_stream import open_stream
from samstudio.audio.playback.playback_renderer import PlaybackRenderer, PlayCommand
from samstudio.audio.playback.player import Player
from samstudio.audio.playback.tracks import StemSet, tracks_of
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem, Stems

RATE = 48000
PAUSE = 0.4
"""Seconds of silence between two scenes."""
SHORT = 0.3
"""Seconds of a scene that only has to be the same samples."""
SLOW, FAST = 110.0, 187.0
"""Hz of target and residual in the scene of switches."""
LEVEL = 0.4


def noise(seed, frames):
    # Whole steps of 2^-23, as a file of 24 bits has them: target + residual is the clip to the last bit.
    steps = np.random.default_rng(seed).integers(-(2**20), 2**20, (frames, 2))
    return (steps / 2.0**23).astype(np.float32)


class Stage:
    """One player on the real device."""

    def __init__(self, folder):
        self.folder = folder
        self.underflows = 0
        self.callbacks = 0
        self.player = Player(self._open)

    def _open(self, rate, callback, output):
        def counting(out, frames, times, status):
            self.callbacks += 1
            self.underflows += bool(status.output_underflow)
            callback(out, frames, times, status)

        return open_stream(rate, counting, output)

    def load(self, clip, stem_set, mix):
        # The stream stays open from scene to scene: a start may cut the first 20 ms.
        mixer = Mixer(RATE)
        self.order(mixer, clip, stem_set, mix)
        stream, self.player._stream = self.player._stream, None
        self.player.load(mixer, clip.frames)
        self.player._stream = stream
        if stream is not None:
            self.player._render = self.player._renderer.render
        return mixer

    @staticmethod
    def order(mixer, clip, stem_set, mix):
        mixer.set_tracks(tuple(tracks_of(mix, clip, stem_set).values()), Strip(mix.master_db).amplitude)

    def play_out(self):
        self.player.play(0)
        self.wait_for_the_end()

    def wait_for_the_end(self):
        while self.player.playing:
            time.sleep(0.02)
        time.sleep(PAUSE)

    def keep(self, name, samples):
        np.save(self.folder / f"{name}.npy", samples)


def made(seed, seconds):
    clip = AudioClip(noise(seed, round(seconds * RATE)), RATE)
    target = (clip.samples * np.float32(0.5)).astype(np.float32)
    return clip, Stems(target, clip.samples - target)


def warm(stage, _seconds):
    """Silence while the stream starts; torch is loaded first, as at the window's start: it holds the interpreter."""
    import samstudio.separation.spectral.engine  # noqa: F401

    clip = AudioClip(np.zeros((RATE // 2, 2), np.float32), RATE)
    stage.load(clip, None, Mix())
    stage.play_out()
    # PulseAudio stalls while it starts; nothing but silence is on its way then.
    stage.underflows = 0


def _play_mix(stage, name, mix, seconds):
    clip, stems = made(len(name), seconds)
    _play_stem_set(stage, name, mix, clip, StemSet(stems))
    return clip, stems


def _play_stem_set(stage, name, mix, clip, stem_set):
    stage.load(clip, stem_set, mix)
    stage.play_out()
    *_, (_, bounced) = bounce(mix, clip, stem_set)
    stage.keep(name, bounced)
    return bounced


def clip(stage, _seconds):
    sound, _ = _play_mix(stage, "clip", Mix().soloed(Stem.CLIP), SHORT)
    assert np.array_equal(np.load(stage.folder / "clip.npy"), sound.samples)


def target(stage, _seconds):
    _, stems = _play_mix(stage, "target", Mix().soloed(Stem.TARGET), SHORT)
    assert np.array_equal(np.load(stage.folder / "target.npy"), stems.target)


def residual(stage, _seconds):
    _, stems = _play_mix(stage, "residual", Mix().soloed(Stem.RESIDUAL), SHORT)
    assert np.array_equal(np.load(stage.folder / "residual.npy"), stems.residual)


def both(stage, _seconds):
    """Target + residual, which is the clip."""
    sound, _ = _play_mix(stage, "both", Mix(), SHORT)
    assert np.array_equal(np.load(stage.folder / "both.npy"), sound.samples)


def mix(stage, _seconds):
    strips = {Stem.TARGET: Strip(-4.5, pan=0.3), Stem.RESIDUAL: Strip(2.0, pan=-0.6, invert=True)}
    wished = Mix(master_db=-1.5)
    for stem, strip in strips.items():
        wished = wished.with_strip(stem, strip)
    _play_mix(stage, "mix", wished, SHORT)


def chain(stage, _seconds):
    """Two takes: what the earlier one took out has a strip beside the stems of what it left."""
    sound, first = made(17, SHORT)
    target = first.residual * np.float32(0.25)
    stems = Stems(target, first.residual - target)
    strips = {"first": Strip(-7.5, pan=-0.4), Stem.TARGET: Strip(1.5, pan=0.8), Stem.RESIDUAL: Strip(invert=True)}
    wished = Mix(master_db=-1.0)
    for channel, strip in strips.items():
        wished = wished.with_strip(channel, strip)
    bounced = _play_stem_set(stage, "chain", wished, sound, StemSet(stems, {"first": first.target}))
    parts = {"first": first.target, Stem.TARGET: stems.target, Stem.RESIDUAL: stems.residual}
    added = sum(part * np.float32(wished.gains(channel)) for channel, part in parts.items())
    assert np.allclose(bounced, added, atol=1e-6)


def _shuttle(stage, name, start, speed):
    sound, _ = made(13, 4.0)
    mixer = stage.load(sound, None, Mix())
    stage.player.seek(start)
    stage.player.shuttle(speed)
    stage.wait_for_the_end()
    renderer, rendered = PlaybackRenderer(mixer, sound.frames), np.empty((RATE, 2), np.float32)
    renderer.command = PlayCommand(1, start, True, speed=speed)
    renderer.render(rendered)
    stage.keep(name, rendered)


def twice_as_fast(stage, _seconds):
    _shuttle(stage, "twice_as_fast", 3 * RATE, 2.0)


def fast_backwards(stage, _seconds):
    _shuttle(stage, "fast_backwards", 4 * RATE, -8.0)


def loop(stage, seconds, length):
    sound, _ = made(7, length + 0.5)
    stage.load(sound, None, Mix())
    start = RATE // 4
    end = start + round(length * RATE)
    stage.keep(f"loop_{length:g}", sound.samples[start:end])
    stage.player.play(start, loop=(start, end))
    time.sleep(max(seconds, 2.5 * length))
    stage.player.stop()
    time.sleep(PAUSE)


def loop_short(stage, _seconds):
    loop(stage, 0.5, 0.02)


def loop_middle(stage, seconds):
    loop(stage, min(1.5, seconds), 0.5)


def loop_long(stage, _seconds):
    loop(stage, 25.0, 10.0)


def switches(stage, seconds):
    """Two slow tones, soloed in turn a hundred times at random moments."""
    seconds = max(2.5, min(seconds, 6.0))
    # Long enough also where the sleeps are longer than they should be: all hundred are to be heard.
    times = np.arange(round(8 * seconds * RATE)) / RATE
    stems = Stems(*(_tone(frequency, times) for frequency in (SLOW, FAST)))
    sound = AudioClip(stems.target + stems.residual, RATE)
    stem_set = StemSet(stems)
    mixer = stage.load(sound, stem_set, Mix().soloed(Stem.TARGET))
    stage.player.play(0)
    chance = random.Random(5)
    for number in range(100):
        time.sleep(chance.uniform(0.0, 2.0 * seconds / 110))
        stem = (Stem.RESIDUAL, Stem.TARGET)[number % 2]
        stage.order(mixer, sound, stem_set, Mix().soloed(stem))
    assert stage.player.playing
    stage.player.stop()
    time.sleep(PAUSE)


def _tone(frequency, times):
    wave = LEVEL * np.sin(2 * np.pi * frequency * times)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def beside_work(stage, seconds):
    """A mix while the embedded engine separates on all cores; in the long version a thread hogs the interpreter too."""
    over = threading.Event()
    threads = [threading.Thread(target=_separate_until, args=(over,))]
    if seconds > 10.0:
        threads.append(threading.Thread(target=_hog_until, args=(over,)))
    for thread in threads:
        thread.start()
    _SEPARATING.wait(60.0)
    wished = replace(Mix(), master_db=-3.0)
    sound, stems = made(11, max(2.0, seconds))
    _play_stem_set(stage, "beside_work", wished, sound, StemSet(stems))
    over.set()
    for thread in threads:
        thread.join()


_SEPARATING = threading.Event()


def _separate_until(over):
    from samstudio.separation.engine import SeparationRequest
    from samstudio.separation.spectral.engine import SpectralEngine
    from samstudio.session.prompt import Prompt, Sign, Span
    from samstudio.session.take import SeparationSettings

    samples = noise(3, 10 * RATE)
    prompt = Prompt(spans=(Span(1.0, 2.0, Sign.PLUS), Span(4.0, 6.0, Sign.MINUS)))
    while not over.is_set():
        steps = SpectralEngine().separate(SeparationRequest(samples, RATE, prompt, SeparationSettings(device="cpu")))
        for _ in steps:
            _SEPARATING.set()
            if over.is_set():
                break
        steps.close()


def _hog_until(over):
    count = 0
    while not over.is_set():
        for _ in range(10_000):
            count += 1


def main():
    folder, seconds, scenes = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    stage = Stage(folder)
    warm(stage, seconds)
    underflows = {}
    for scene in scenes:
        stage.underflows = 0
        globals()[scene](stage, seconds)
        underflows[scene] = stage.underflows
    facts = {"underflows": underflows, "callbacks": stage.callbacks, "rate": stage.player._stream.samplerate}
    stage.player.close()
    (folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main()
