"""The bounce is what is heard, sample for sample."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio.export.bounce import bounce
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.playback_renderer import PlaybackRenderer, PlayCommand
from samstudio.audio.playback.tracks import StemSet, tracks_of
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem, Stems
from tests.audio.made_files import noise

MIXES = [
    Mix(),
    Mix().soloed(Stem.TARGET),
    Mix().with_strip(Stem.TARGET, Strip(-4.5, pan=0.3)).with_strip(Stem.RESIDUAL, Strip(2.0, pan=-1.0)),
    replace(Mix(), master_db=-3.0).with_strip(Stem.CLIP, Strip(-6.0)),
]


@pytest.mark.parametrize(("mix", "channels"), [*((mix, 2) for mix in MIXES), (MIXES[2], 1), (MIXES[2], 6)])
def test_the_bounce_is_what_is_heard(mix: Mix, channels: int) -> None:
    clip = AudioClip(noise(60_000, channels, level=0.2), 48000)
    target = clip.samples * np.float32(0.25)
    stem_set = StemSet(Stems(target, clip.samples - target), {"first": noise(60_000, channels, level=0.1)})
    mixer = Mixer(48000)
    mixer.set_tracks(tuple(tracks_of(mix, clip, stem_set).values()), Strip(mix.master_db).amplitude)
    renderer = PlaybackRenderer(mixer, clip.frames)
    renderer.command = PlayCommand(1, 0, True)
    heard = np.empty((clip.frames, 2), np.float32)
    for start in range(0, clip.frames, 4410):
        renderer.render(heard[start : start + 4410])
    *_, (frames, bounced) = bounce(mix, clip, stem_set)
    assert frames == clip.frames
    assert np.array_equal(bounced, heard)


def test_without_stems_the_bounce_is_the_recording() -> None:
    clip = AudioClip(noise(1000), 48000)
    *_, (_, bounced) = bounce(Mix(), clip, None)
    assert np.array_equal(bounced, clip.samples)
