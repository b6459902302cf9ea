"""Where singing is heard: by the level of what the network takes for voice, since a band hides a singer from listeners.

Shapes: S slots of SLOT samples at RATE.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.listening.curve_spans import Curve, CurveSpans, NoSpans, lasting, runs, shrunk
from samstudio.separation.listening.hearing import Heard, listen
from samstudio.separation.listening.last_heard import LastHeard
from samstudio.separation.listening.listeners import HeardCurve
from samstudio.separation.listening.vocabulary import SINGING, Meaning, understood
from samstudio.separation.spectral.material import read_sound
from samstudio.separation.spectral.voice.voice_share import RATE, resampled, voice_of
from samstudio.separation.steps import mapped, reporting
from samstudio.session.clip import Samples
from samstudio.session.scratch import scratch_array

BLOCK_SECONDS, CONTEXT_SECONDS = 11, 0.4
"""Sound that goes through the network together, which takes 11.9 s at a time, and what is heard before and after it."""
SLOT = RATE // 10
LEAST_SHARE = 0.02
"""Where the voice has less of the energy, it is what leaks of other sounds."""
LEAST_SINGING = -4.0
"""The logit of singing that the voice's loudest moments must reach: at most -4.3 in speech and in music without a
singer, at least -3.7 with one."""
SUNG, PAUSED, SOFTEST = -15.0, -40.0, -100.0
"""Levels of the voice in dB under its usual one: above the first it sings, below the second it pauses."""
LEAST_SUNG, LEAST_PAUSE, PAUSE_MARGIN = 0.3, 0.5, 0.15
NEAR_SLOTS = 20
"""How far from singing a pause counts: where the network hears no voice for long, it may have missed it."""
SEPARATING = 0.8
"""The part of the work that separating the voice is."""


def is_singing(meaning: Meaning | None) -> bool:
    """Whether singing is meant, and nothing against listening for it."""
    return meaning is not None and not meaning.refusal and meaning.names[0] == SINGING


@dataclass(frozen=True, eq=False)
class _HeardVoice:
    """What is `heard` in the voice alone, and its `energy` and that of the clip (S,)."""

    heard: Heard
    energy: NDArray[np.float64]
    clip_energy: NDArray[np.float64]

    def level(self) -> Curve:
        """(S,) dB under the voice's usual level, SOFTEST where there is no voice."""
        is_voice = self.energy > LEAST_SHARE * self.clip_energy
        usual = np.quantile(self.energy[is_voice], 0.9) if is_voice.any() else 1.0
        level: Curve = 10.0 * np.log10(np.where(is_voice, self.energy / usual, 0.0) + 10.0 ** (SOFTEST / 10.0))
        return level


_kept = LastHeard[_HeardVoice]()


class SingingListener:
    """Knows the words of resources/words for singing."""

    def listen(self, text: str, samples: Samples, sample_rate: int) -> Generator[float, None, HeardCurve | None]:
        """See `ClipListener`; the values are the level of the voice."""
        meaning = understood(text)
        if meaning is None:
            return None
        voice = _kept.get(samples)
        if voice is None:
            voice = yield from _hear_voice(samples, sample_rate)
            _kept.keep(samples, voice)
        level, sung = voice.level(), voice.heard.logits[:, list(meaning.classes)].max(axis=1)
        if np.quantile(sung, 0.95) < LEAST_SINGING:
            level[:] = SOFTEST
        return HeardCurve(level, (np.arange(len(level)) + 0.5) * SLOT / RATE, meaning.names, spans_of_level)


def spans_of_level(level: Curve, times: Curve, duration: float) -> CurveSpans | NoSpans:
    """Where a voice of this level (S,) sings, and where it pauses shortly before and after."""
    half, sings = SLOT / RATE / 2, level > SUNG
    # The ends of the runs, of which numpy's "same" would be longer than a short clip.
    near = np.convolve(sings, np.ones(2 * NEAR_SLOTS + 1))[NEAR_SLOTS:-NEAR_SLOTS] > 0
    plus, pauses = (
        [(float(times[first] - half), float(min(duration, times[last] + half))) for first, last in runs(chosen)]
        for chosen in (sings, near & (level < PAUSED))
    )
    sung = lasting(plus, LEAST_SUNG)
    if not sung:
        return NoSpans.NOT_HEARD
    minus = lasting([shrunk(*pause, duration, PAUSE_MARGIN) for pause in pauses], LEAST_PAUSE - 2 * PAUSE_MARGIN)
    return CurveSpans(sung, minus) if minus else NoSpans.NEVER_STOPS


def _hear_voice(samples: Samples, sample_rate: int) -> Generator[float, None, _HeardVoice]:
    """Separate the voice of a clip (frames, channels) block by block, and listen to it. Raises ScratchError."""
    frames, length, context = len(samples), BLOCK_SECONDS * sample_rate, round(CONTEXT_SECONDS * sample_rate)
    voice = scratch_array(-(-frames * RATE // sample_rate), 1)
    energies = list[NDArray[np.float64]]()
    for start in range(0, frames, length):
        before = min(start, context)
        sound = read_sound(samples, start - before, min(frames, start + length + context), torch.device("cpu"))
        stereo = sound if len(sound) == 2 else sound.mean(0, keepdim=True).expand(2, -1).contiguous()
        clip = resampled(stereo, sample_rate, RATE)
        sung = yield from reporting(voice_of(clip), SEPARATING * start / frames)
        skipped, first = round(before * RATE / sample_rate), start // sample_rate * RATE
        count = min(BLOCK_SECONDS * RATE, len(voice) - first)
        both = torch.stack((sung, clip)).mean(1)[:, skipped : skipped + count].numpy()
        voice[first : first + both.shape[1], 0] = both[0]
        energies.append(np.add.reduceat(np.square(both, dtype=np.float64), np.arange(0, both.shape[1], SLOT), axis=1))
    heard = yield from mapped(listen(voice, RATE), lambda done: SEPARATING + (1.0 - SEPARATING) * done)
    return _HeardVoice(heard, *np.concatenate(energies, axis=1))
