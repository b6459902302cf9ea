"""An engine's stems on their way into two files: as they come, or at one common gain if they would clip."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from math import ceil, isfinite
from typing import Literal

import numpy as np

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import PartsWriter
from samstudio.audio.export.render_chain import BLOCK, peak_of
from samstudio.cli.terminal.progress import Listener
from samstudio.dsp.levels import decibels
from samstudio.separation.engine import CacheUse, Notice, Predicted, Progress, StemChunk, Step
from samstudio.session.clip import Samples
from samstudio.session.prompt import Span
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.stretch import Stretch
from samstudio.session.text.recipe import span_text

Gain = Literal["common", "none"]
"""One gain for both stems so that nothing clips, or the stems as they are."""
MOST_LISTED = 12
"""More predicted spans are counted, not listed."""
FROM_CACHE = "From the cache: exactly this was separated before."
Pair = tuple[Samples, Samples]


def best_chunks(steps: Iterable[Step], listener: Listener, wanted: Stretch) -> Generator[Pair, None, None]:
    """Target and residual of the best candidate, which comes first, chunk by chunk; all else goes to the listener.

    Of predicted spans only what lies in the `wanted` stretch is told: the engine hears what is around it, too.
    """
    best = None
    for step in steps:
        match step:
            case StemChunk():
                best = step.candidate if best is None else best
                if step.candidate != best:
                    return
                yield step.target, step.residual
            case Progress():
                listener.progressed(step.stage, step.fraction)
            case Notice():
                listener.noted(step.text)
            case CacheUse(is_hit=True):
                listener.noted(FROM_CACHE)
            case CacheUse(trouble=trouble):
                listener.noted(trouble)
            case Predicted(spans):
                inside = [
                    replace(span, start=max(span.start, wanted[0]), end=min(span.end, wanted[1]))
                    for span in spans
                    if span.end > wanted[0] and span.start < wanted[1]
                ]
                if inside:
                    listener.noted(f"Predicted spans: {_listed(inside)}.")


class CacheWatch:
    """Whether the result that went through came from the cache."""

    def __init__(self) -> None:
        self.is_hit = False

    def through(self, steps: Iterable[Step]) -> Generator[Step, None, None]:
        """The steps, unchanged."""
        for step in steps:
            self.is_hit = self.is_hit or (isinstance(step, CacheUse) and step.is_hit)
            yield step


def _listed(spans: Sequence[Span]) -> str:
    """Spans as the options take them; of many the first ones."""
    more = f" and {len(spans) - MOST_LISTED} more" if len(spans) > MOST_LISTED else ""
    return " ".join(span_text(span) for span in spans[:MOST_LISTED]) + more


class PeakMeter:
    """The highest magnitude of all that went through; 1.0 is full scale."""

    def __init__(self) -> None:
        self.peak = 0.0

    def through(self, chunks: Iterable[Pair]) -> Generator[Pair, None, None]:
        """The chunks, unchanged."""
        for chunk in chunks:
            # A NaN stays: no gain repairs it.
            peaks = [self.peak, *(peak_of(part) for part in chunk if part.size)]
            self.peak = float(np.max(peaks))
            yield chunk


def held(chunks: Iterable[Pair], frames: int, channels: int) -> Pair:
    """All chunks in two disk-backed arrays (frames, channels). Raises ScratchError."""
    target, residual = scratch_array(frames, channels), scratch_array(frames, channels)
    done = 0
    for chunk in chunks:
        for whole, part in zip((target, residual), chunk, strict=True):
            whole[done : done + len(part)] = part
            forget_pages(whole)
        done += len(chunk[0])
    return target, residual


def write_held(stems: Pair, writer: PartsWriter) -> None:
    """Write stems that are held. Raises AudioError."""
    for start in range(0, len(stems[0]), BLOCK):
        writer.write([stem[start : start + BLOCK] for stem in stems])
        for stem in stems:
            forget_pages(stem)


def is_common_gain(gain: Gain | None, audio_format: AudioFormat) -> bool:
    """Whether all files are lowered where one is beyond full scale: by default where the format cannot hold it."""
    return gain == "common" or (gain is None and not audio_format.is_float)


def common_gain_db(peak: float) -> float:
    """The gain in dB, to the hundredth, that brings a peak (1.0 is full scale) below full scale; 0 if it is there."""
    if not (isfinite(peak) and peak > 1.0):
        return 0.0
    # A peak that is scaled to exactly full scale may round to slightly more.
    return -ceil(decibels(peak) * 100.0 + 1e-3) / 100.0


def gain_sentence(peak: float, gain_db: float, audio_format: AudioFormat, all_of_them: str = "both") -> str:
    """What was done to stems that go beyond full scale; `all_of_them` says how many there are."""
    over, holder = decibels(peak), _holder(audio_format)
    if gain_db:
        return (
            f"The stems go {over:.2f} dB beyond full scale, which {holder} cannot hold: "
            f"{all_of_them} were lowered by {-gain_db:.2f} dB (--gain none leaves them as they are)."
        )
    return (
        f"The stems go {over:.2f} dB beyond full scale, which {holder} cannot hold: their peaks were cut off "
        f"(--gain common lowers {all_of_them} stems instead, and --bits 32f keeps them)."
    )


def _holder(audio_format: AudioFormat) -> str:
    if audio_format.is_float:
        return "playback"
    return f"{audio_format.bits}-bit {audio_format.container.upper()}"
