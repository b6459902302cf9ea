"""Whether what a network takes for voice says something about the target: asked of the spans themselves.

The target may be the voice, or what is not voice. Wrong use would cost up to 76 dB on a benchmark, so several things
must hold at once: speech where and only where the spans want it, a masked sound that is loud in the + spans and soft in
the - spans, and agreement with the mask that was learned from the spans.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor

from samstudio.separation.listening import voice_activity
from samstudio.separation.listening.hearing import inside, voice_network
from samstudio.separation.marks import Marks, frames_in
from samstudio.separation.nn.repeatable import total
from samstudio.separation.resample import Resampler
from samstudio.separation.spectral.material import Piece, touching
from samstudio.separation.spectral.voice.voice_share import bins_heard, voice_share
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

MOST_SECONDS = 14.0
"""The most sound that is judged."""
TINY = 1e-12


class VoiceRole(Enum):
    """What the voice is to the target."""

    TARGET = "target"
    BACKGROUND = "background"


SPEECH_IN_TARGET, NO_SPEECH_OUTSIDE, SPEECH_DIFFERENCE = 0.4, 0.2, 0.3
"""Mean probabilities of speech: least in the + spans and most in the - spans for a voice as target."""
SPEECH_OUTSIDE = 0.3
"""Least in the - spans for a voice as background."""
LEAST_CONTRAST = 8.0
"""dB by which the masked sound of the + spans exceeds that of the - spans, a frame."""
LEAST_AGREEMENT = 0.85
"""Cosine of both masks in the + spans, weighted by power."""
LEAST_KEPT = -0.75
"""dB of the target's energy, by our own mask, that the other mask must keep where the voice is the background."""
CLEAR_CONTRAST, CLEAR_KEPT, CLEAR_AGREEMENT = 15.0, 0.0, 0.6
"""As a background, a voice that is found as clearly in the - spans, and takes nothing from the target, may agree less:
then it is our own mask that did not learn enough."""
NAMED_AGREEMENT = 0.6
"""Agreement that is enough where the text names a voice: that the target is one need not be found out."""


@dataclass(frozen=True)
class _Judged:
    """Sums over the cells of the marked frames."""

    target: float = 0.0
    outside: float = 0.0
    ours: float = 0.0
    theirs: float = 0.0
    both: float = 0.0
    target_frames: int = 0
    outside_frames: int = 0

    def __add__(self, other: "_Judged") -> "_Judged":
        return _Judged(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def contrast(self) -> float:
        """DB by which the masked sound of the + spans exceeds that of the - spans, a frame."""
        if not (self.target_frames and self.outside_frames):
            return 0.0
        return _decibels(self.target / self.target_frames / (self.outside / self.outside_frames + TINY))

    @property
    def agreement(self) -> float:
        """Cosine of both masks; 0 where either takes nothing."""
        return self.both / (self.ours * self.theirs) ** 0.5 if self.ours > TINY and self.theirs > TINY else 0.0

    def passes(self, role: VoiceRole, *, is_named: bool) -> bool:
        """Whether the voice's mask is to be used; `is_named`: the text names a voice."""
        contrast, agreement = self.contrast, self.agreement
        if not agreement:
            return False
        if role is VoiceRole.TARGET:
            return contrast > LEAST_CONTRAST and agreement > (NAMED_AGREEMENT if is_named else LEAST_AGREEMENT)
        kept = _decibels(self.theirs / self.ours)
        return (contrast > LEAST_CONTRAST and agreement > LEAST_AGREEMENT and kept > LEAST_KEPT) or (
            contrast > CLEAR_CONTRAST and agreement > CLEAR_AGREEMENT and kept > CLEAR_KEPT
        )


@dataclass(frozen=True)
class VoiceOpinion:
    """What the voice is to the target where its mask is to be used, else None.

    `is_missed`: the voice is clearly what only the + spans hold, and what was learned from them is something else.
    """

    role: VoiceRole | None
    is_missed: bool = False


def _decibels(ratio: float) -> float:
    return float(10 * torch.log10(torch.tensor(ratio + TINY)))


OwnMask = Callable[[Tensor], Steps[Tensor]]
"""The mask (C, F, N) that was learned from the spans, of sound (C, n)."""


def voice_opinion(
    pieces: list[Piece], marks: Marks, grid: StftGrid, own_mask: OwnMask, *, is_named: bool = False
) -> Steps[VoiceOpinion]:
    """What the network's opinion on the voice is worth; `is_named`: the text says that the target is a voice."""
    role = (yield from _role_by_speech(pieces, marks, grid)) if marks.minus else None
    if role is None:
        return VoiceOpinion(None)
    judged, seconds = _Judged(), 0.0
    for piece in touching(pieces, (*marks.plus, *marks.minus)):
        sound = piece.sound[:, : int((MOST_SECONDS - seconds) * grid.sample_rate)]
        if sound.shape[1] < grid.size:
            break
        seconds += sound.shape[1] / grid.sample_rate
        spectra = grid.stft(sound)
        share = yield from voice_share(sound, spectra, grid)
        ours = yield from own_mask(sound)
        judged += _judge(share_of(role, share), ours, spectra, piece.first, marks, grid)
    is_clear = role is VoiceRole.TARGET and judged.contrast > CLEAR_CONTRAST
    is_missed = is_clear and judged.ours > TINY and judged.agreement < NAMED_AGREEMENT
    return VoiceOpinion(role if judged.passes(role, is_named=is_named) else None, is_missed)


def share_of(role: VoiceRole, voice: Tensor) -> Tensor:
    """The target's share where the voice has the share `voice`."""
    return voice if role is VoiceRole.TARGET else 1 - voice


def _judge(theirs: Tensor, ours: Tensor, spectra: Tensor, first: int, marks: Marks, grid: StftGrid) -> _Judged:
    heard, count = bins_heard(grid), spectra.shape[2]
    plus, minus = (frames_in(stretches, first, count, grid) for stretches in (marks.plus, marks.minus))
    theirs, ours = theirs[:, :heard], ours[:, :heard]
    power = spectra[:, :heard].abs().square()
    masked = (theirs.square() * power).sum((0, 1))
    weighted = power[:, :, plus]
    a, b = ours[:, :, plus], theirs[:, :, plus]
    return _Judged(
        float(total(masked[plus])),
        float(total(masked[minus])),
        float(total(weighted * a * a)),
        float(total(weighted * b * b)),
        float(total(weighted * a * b)),
        int(plus.sum()),
        int(minus.sum()),
    )


def _role_by_speech(pieces: list[Piece], marks: Marks, grid: StftGrid) -> Steps[VoiceRole | None]:
    """What the voice may be to the target, by how likely speech is in the + and in the - spans."""
    sums, counts = [0.0, 0.0], [0, 0]
    for piece in touching(pieces, (*marks.plus, *marks.minus)):
        resampler = Resampler(grid.sample_rate, voice_activity.RATE)
        mono = piece.sound.mean(0, keepdim=True).cpu()
        sound = torch.cat((torch.zeros(1, voice_activity.CONTEXT), resampler.push(mono), resampler.finish()), 1)[0]
        if len(sound) < voice_activity.CONTEXT + voice_activity.CHUNK:
            continue
        speech, _ = voice_network()(sound, None)
        times = (torch.arange(len(speech)) + 0.5) * voice_activity.CHUNK_SECONDS + piece.first / grid.sample_rate
        for row, stretches in enumerate((marks.plus, marks.minus)):
            chunks = torch.from_numpy(inside(times.numpy(), stretches))
            sums[row] += float(speech[chunks].sum())
            counts[row] += int(chunks.sum())
        yield
    in_target, outside = (heard / max(1, count) for heard, count in zip(sums, counts, strict=True))
    if in_target > SPEECH_IN_TARGET and outside < NO_SPEECH_OUTSIDE and in_target - outside > SPEECH_DIFFERENCE:
        return VoiceRole.TARGET
    return VoiceRole.BACKGROUND if outside > SPEECH_OUTSIDE else None
