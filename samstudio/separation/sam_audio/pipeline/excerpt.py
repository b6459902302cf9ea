"""A part of a clip as a clip of its own, with some context around it, to be separated by itself."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from samstudio.separation.engine import Absent, Predicted, SeparationRequest, StemChunk, Step
from samstudio.separation.nn.config import CodecConfig
from samstudio.session.prompt import Prompt


@dataclass(frozen=True)
class Excerpt:
    """`request` is about the excerpt alone; `whole` is the one it was made of.

    The excerpt begins at `first_sample` of the clip, which is that of its latent frame `first`: so it has the same
    latent frames as the clip, starts from the same noise, and has spans cut at the same frames.
    """

    request: SeparationRequest
    whole: SeparationRequest
    first: int = 0
    first_sample: int = 0

    def for_clip(self, step: Step) -> Step:
        """A step of the excerpt's separation as one of the clip's."""
        seconds = self.first_sample / self.whole.sample_rate
        match step:
            case StemChunk():
                return replace(step, start=step.start + self.first_sample)
            case Predicted():
                return Predicted(tuple(span.shifted(seconds) for span in step.spans))
            case Absent():
                return replace(step, stretches=tuple((a + seconds, b + seconds) for a, b in step.stretches))
        return step


def samples_per_frame(sample_rate: int, codec: CodecConfig) -> Fraction:
    """How many of the clip's samples a latent frame is long."""
    return Fraction(sample_rate * codec.hop, codec.sample_rate)


def excerpt(request: SeparationRequest, codec: CodecConfig, context: int) -> Excerpt:
    """The part of the clip that is separated for the wanted range; the whole clip where that is all wanted.

    `context` latent frames lie on either side of the range, more on the one where the clip ends at the other.
    """
    length = samples_per_frame(request.sample_rate, codec)
    start, stop = request.wanted
    frames = ceil(len(request.samples) / length)
    begin, end = int(start / length) - context, ceil(stop / length) + context
    begin, end = max(0, begin - max(0, end - frames)), min(frames, end + max(0, -begin))
    # Only every so many latent frames begin on a sample of the clip.
    begin -= begin % length.denominator
    if request.frame_range is None or end - begin >= frames:
        return Excerpt(request, request)
    first, last = int(begin * length), min(len(request.samples), ceil(end * length))
    part = replace(
        request,
        samples=request.samples[first:last],
        prompt=_cut(request.prompt, first / request.sample_rate, (last - first) / request.sample_rate),
        frame_range=(start - first, stop - first),
    )
    return Excerpt(part, request, begin, first)


def _cut(prompt: Prompt, start: float, length: float) -> Prompt:
    """The prompt in the time of a part, from `start` on and `length` seconds long, with the spans that touch it."""
    spans = []
    for span in prompt.spans:
        first, last = max(0.0, span.start - start), min(length, span.end - start)
        if first < last:
            spans.append(span.moved(first, last))
    return replace(prompt, spans=tuple(spans))
