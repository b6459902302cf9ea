"""Where singing is heard: by the level of what the network takes for voice, since a band hides a singer from listeners.

Shapes: S slots of SLOT samples at RATE.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.listening.curve_spans import FLOOR, Curve, CurveSpans, NoSpans, lasting, runs, shrunk
from samstudio.separation.listening.hearing import Heard, heard_in, listen
from samstudio.separation.listening.last_heard import LastHeard
from samstudio.separation.listening.listeners import HeardCurve
from samstudio.separation.listening.vocabulary import SINGING, Meaning, understood
from samstudio.separation.spectral.material import read_sound
from samstudio.separation.spectral.voice.voice_share import RATE, resampled, voice_of
from samstudio.separation.steps import mapped, reporting
from samstudio.session.clip import Samples

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
UNKNOWN = -30.0
"""Between the two: where the voice was not looked for."""
MOST_BLOCKS = 12
"""In longer clips the voice is looked for only where singing is most likely: separating it takes long, and much less
sound than that is learned from."""
LISTENING, SEPARATING = 0.2, 0.9
"""The parts of the work that are done when the clip was listened to, and when the voice is separated."""


def is_singing(meaning: Meaning | None) -> bool:
    """Whether singing is meant, and nothing against listening for it."""
    return meaning is not None and not meaning.refusal and meaning.names[0] == SINGING


@dataclass(frozen=True, eq=False)
class _HeardVoice:
    """What is `heard` in the voice, and its `energy` and that of the clip (S,), nan where it was not looked for."""

    heard: Heard
    energy: NDArray[np.float64]
    clip_energy: NDArray[np.float64]

    def level(self) -> Curve:
        """(S,) dB under the voice's usual level: SOFTEST without voice, UNKNOWN where it was not looked for."""
        is_voice = self.energy > LEAST_SHARE * self.clip_energy
        usual = np.quantile(self.energy[is_voice], 0.9) if is_voice.any() else 1.0
        level: Curve = 10.0 * np.log10(np.where(is_voice, self.energy / usual, 0.0) + 10.0 ** (SOFTEST / 10.0))
        level[np.isnan(self.energy)] = UNKNOWN
        return level


_kept = LastHeard[_HeardVoice]()


class SingingListener:
    """Knows the words of resources/words for singing."""

    def listen(self, text: str, samples: Samples, sample_rate: int) -> Generator[float, None, HeardCurve | None]:
        """See `ClipListener`; the values are the level of the voice."""
        meaning = understood(text)
        if meaning is None:
            return None
        voice = _kept.get(samples, meaning.classes)
        if voice is None:
            voice = yield from _hear_voice(samples, sample_rate, meaning)
            _kept.keep(samples, voice, meaning.classes)
        level, sung = voice.level(), voice.heard.loudest(meaning.classes)
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


def _hear_voice(samples: Samples, sample_rate: int, meaning: Meaning) -> Generator[float, None, _HeardVoice]:
    """Separate the voice of a clip (frames, channels) block by block, and listen to it. Raises ScratchError."""
    frames, length, context = len(samples), BLOCK_SECONDS * sample_rate, round(CONTEXT_SECONDS * sample_rate)
    blocks = range(-(-frames // length))
    chosen: Sequence[int] = blocks
    if len(blocks) > MOST_BLOCKS:
        in_clip = yield from mapped(heard_in(samples, sample_rate), lambda done: LISTENING * done)
        best = in_clip.loudest(meaning.classes)
        block_of = (in_clip.times / BLOCK_SECONDS).astype(int)
        chosen = sorted(sorted(blocks, key=lambda block: -best[block_of == block].max(initial=FLOOR))[:MOST_BLOCKS])
    voices, energies = list[NDArray[np.float32]](), np.full((2, -(-frames * RATE // (sample_rate * SLOT))), np.nan)
    for number, block in enumerate(chosen):
        start = block * length
        before = min(start, context)
        sound = read_sound(samples, start - before, min(frames, start + length + context), torch.device("cpu"))
        stereo = sound if len(sound) == 2 else sound.mean(0, keepdim=True).expand(2, -1).contiguous()
        clip = resampled(stereo, sample_rate, RATE)
        done = LISTENING + (SEPARATING - LISTENING) * number / len(chosen)
        sung = yield from reporting(voice_of(clip), done)
        skipped, count = round(before * RATE / sample_rate), round(min(length, frames - start) * RATE / sample_rate)
        both = torch.stack((sung, clip)).mean(1)[:, skipped : skipped + count].numpy()
        voices.append(both[0])
        slots = np.add.reduceat(np.square(both, dtype=np.float64), np.arange(0, both.shape[1], SLOT), axis=1)
        first = block * BLOCK_SECONDS * RATE // SLOT
        energies[:, first : first + slots.shape[1]] = slots[:, : energies.shape[1] - first]
    voice = np.concatenate(voices)[:, None]
    heard = yield from mapped(listen(voice, RATE), lambda done: SEPARATING + (1.0 - SEPARATING) * done)
    return _HeardVoice(heard, *energies)
