"""Scores of candidates without a Judge: what can be measured of a target by the recording, the spans and the words.

Each measure is 0..1, higher is better; their mean ranks. The targets are decoded once, a second at a time, and not
kept: of each there remain three powers a latent frame, and one mono sound for the listener at a time.
R candidates, C channels, T latent frames that are measured, n samples at the codec's rate.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.engine import Progress
from samstudio.separation.listening.hearing import Heard, inside, listen
from samstudio.separation.listening.vocabulary import Meaning, understood
from samstudio.separation.listening.word_list import is_speech
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.resample import ResampledPart
from samstudio.separation.sam_audio.pipeline.decoding import DECODED_FRAMES, Decoding
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.steps import reporting
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.stretch import Stretch
from samstudio.session.take import Measure, Scores
from samstudio.session.text.quoting import and_list

ACTIVE = 10.0 ** (-20 / 10)
"""Power of the target in the recording's from which it counts as heard."""
FLOOR = 10.0 ** (-50 / 10)
"""A recording softer than this is silent: nothing can be heard there."""
LOUDEST_SHARE = 0.1
"""Of the times at which a sound is looked for, those where it is heard most clearly count."""
MEASURING = "Measuring the candidates"
SPANS, SILENCE, ENERGY, WORDS = "heard in + spans", "silent in − spans", "found in the recording", "heard as the word"

Powers = NDArray[np.float64]
"""(T, 3): of the target, of the recording, and of what they have in common (their product's mean)."""


@dataclass(frozen=True)
class Known:
    """What is known of the target: where it is and where it is not, in seconds of the clip, and its name."""

    plus: tuple[Stretch, ...]
    minus: tuple[Stretch, ...]
    text: str

    @property
    def meaning(self) -> Meaning | None:
        """What the listener understands; None where it does not know the words, or cannot tell them."""
        meaning = understood(self.text) if self.text else None
        return None if meaning is None or meaning.refusal else meaning


def measure(
    decodings: Sequence[Decoding],
    clip: ResampledPart,
    frames: range,
    codec: CodecConfig,
    known: Known,
    cost_model: CostModel,
) -> Generator[Progress, None, list[Scores]]:
    """The scores of all candidates in the latent `frames`; each of the `decodings` gives dry targets alone."""
    scores = []
    for decoding in decodings:
        scored = yield from _measured(decoding, clip, frames, codec, known, cost_model)
        scores.append(scored)
    return scores


def _measured(
    decoding: Decoding, clip: ResampledPart, frames: range, codec: CodecConfig, known: Known, cost_model: CostModel
) -> Generator[Progress, None, Scores]:
    meaning = known.meaning
    mono = scratch_array(len(frames) * codec.hop, 1) if meaning is not None else None
    powers = yield from _powers(decoding, clip, frames, codec, mono, cost_model)
    measures = list(_of_powers(powers, frames, codec, known))
    if meaning is not None and mono is not None:
        heard = yield from _listened(mono, codec, cost_model)
        offset = frames.start / codec.frame_rate
        plus = [(start - offset, end - offset) for start, end in known.plus]
        measures.append(Measure(WORDS, heard_share(heard.within(plus) if plus else heard, meaning)))
    return Scores(float(np.mean([one.value for one in measures])), measures=tuple(measures))


def _powers(
    decoding: Decoding,
    clip: ResampledPart,
    frames: range,
    codec: CodecConfig,
    mono: Samples | None,
    cost_model: CostModel,
) -> Generator[Progress, None, Powers]:
    """Decode the target; its mean of channels goes to `mono`."""
    parts = []
    for start in range(frames.start, frames.stop, DECODED_FRAMES):
        stop = min(start + DECODED_FRAMES, frames.stop)
        target = yield from reporting(decoding.part(start, stop), cost_model.add(MEASURING, 0.0))
        sound = clip.part(start * codec.hop, stop * codec.hop)
        # The last frame may reach beyond the recording.
        sound = torch.nn.functional.pad(sound, (0, target.shape[1] - sound.shape[1]))
        products = [(one * other).mean(dim=0) for one, other in ((target, target), (sound, sound), (target, sound))]
        parts.append(torch.stack(products, dim=1).view(stop - start, codec.hop, 3).double().mean(dim=1).numpy())
        if mono is not None:
            place = (start - frames.start) * codec.hop
            mono[place : place + target.shape[1], 0] = target.mean(dim=0).numpy()
            forget_pages(mono)
        yield cost_model.add(MEASURING, decoding.cost * (stop - start))
    return np.concatenate(parts)


def _of_powers(powers: Powers, frames: range, codec: CodecConfig, known: Known) -> Generator[Measure, None, None]:
    """Agreement with the spans, silence in - spans, and how much of the target is found in the recording."""
    target, clip, shared = powers.T
    times = (np.arange(frames.start, frames.stop) + 0.5) / codec.frame_rate
    plus = inside(times, known.plus) & (clip > FLOOR)
    if plus.any():
        yield Measure(SPANS, float((target[plus] > ACTIVE * clip[plus]).mean()))
    minus = inside(times, known.minus)
    if minus.any():
        yield Measure(SILENCE, 1.0 - min(1.0, float(target[minus].sum() / max(clip[minus].sum(), 1e-12))))
    # What is a part of the recording, and unlike the rest of it, has as much in common with it as with itself.
    yield Measure(ENERGY, float(np.clip(shared.sum() / max(target.sum(), 1e-12), 0.0, 1.0)))


def _listened(mono: Samples, codec: CodecConfig, cost_model: CostModel) -> Generator[Progress, None, Heard]:
    listening = listen(mono, codec.sample_rate)
    while True:
        try:
            next(listening)
        except StopIteration as end:
            heard: Heard = end.value
            return heard
        yield cost_model.add(MEASURING, 0.0)


def heard_share(heard: Heard, meaning: Meaning) -> float:
    """How clearly a sound is heard where it is heard most clearly: a probability, 0 where nothing was listened to."""
    if is_speech(meaning):
        curve = heard.speech.astype(np.float64)
    else:
        logits = heard.logits[:, list(meaning.classes)].max(axis=1, initial=-100.0).astype(np.float64)
        curve = 1.0 / (1.0 + np.exp(-logits))
    if not len(curve):
        return 0.0
    count = max(1, round(LOUDEST_SHARE * len(curve)))
    return float(np.sort(curve)[-count:].mean())


def measured_text(best: int, scores: Sequence[Scores]) -> str:
    """Which was rendered first, and why; it stays true when another one is chosen later."""
    # As the window writes shares elsewhere.
    shown = [f"{score.overall:.0%}".replace("%", "\N{NO-BREAK SPACE}%") for score in scores]
    alike = [str(number) for number, one in enumerate(shown, 1) if one == shown[best]]
    if len(alike) == 1:
        found = f"Candidate {best + 1} of {len(scores)} measured best ({', '.join(shown)} in their order)"
    else:
        everyone = "Both candidates" if len(scores) == 2 else f"All {len(scores)} candidates"
        is_all = len(alike) == len(scores)
        which, place = (everyone, "") if is_all else (f"Candidates {and_list(alike)}", f", the best of {len(scores)}")
        found = f"{which} measured the same ({shown[best]}){place}: number {best + 1} was rendered first"
    names = [f"“{one.name}”" for one in scores[best].measures]
    what = f"the mean of {and_list(names)}" if len(names) > 1 else names[0]
    return f"{found}. Without a Judge this is {what}."
