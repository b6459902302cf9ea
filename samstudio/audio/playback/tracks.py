"""From a mix to the tracks that a mixer adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from samstudio.session.clip import AudioClip, Samples
from samstudio.session.mix import Channel, Mix
from samstudio.session.take import Stem, Stems, Take


@dataclass(frozen=True, eq=False)
class Track:
    """A sound and its linear gains: `samples` float32 (frames, channels)."""

    samples: Samples
    gain_left: float = 1.0
    gain_right: float = 1.0
    ready: int | None = None
    """Frames that are computed, None for all."""
    beyond: Samples | None = None
    """What is heard in place of the frames not computed yet, of the same shape; None is silence."""


@dataclass(frozen=True, eq=False)
class StemSet:
    """The parts of the clip as far as they are known: a take's stems, and the targets of the takes it came from.

    Where the first of those takes was made of the clip they add up to it. Where that one is gone, they add up to what
    it left and no more: its target is nowhere any longer.
    """

    stems: Stems
    earlier: Mapping[Channel, Samples] = field(default_factory=dict)
    """See `targets_of`."""
    ready: int | None = None
    """Frames of the stems that are computed, None for all."""
    whole: Samples | None = None
    """What is being separated, if it is not the clip: until it is done, the rest of it counts as the residual."""
    stems_db: float = 0.0
    """A gain of both stems beside their strips'."""

    @property
    def samples(self) -> tuple[Samples, ...]:
        """All of them."""
        return self.stems.target, self.stems.residual, *self.earlier.values()


def targets_of(earlier: Sequence[Take]) -> dict[Channel, Samples]:
    """The targets of a chain's earlier takes, the first of which comes first, by their ids; the latest comes first.

    Added in this order to a take's target and residual, each sum is what a take of the chain was made of: where
    residuals are exact no bit is lost on the way to the clip.
    """
    return {take.id: take.stems.target for take in reversed(earlier)}


def tracks_of(mix: Mix, clip: AudioClip, leaves: StemSet | None) -> dict[Channel, Track]:
    """The tracks of a mix, without the master's gain; the clip alone where there are no stems.

    The clip's strip is muted by default because it equals the sum of its leaves. Without those there is nothing it
    could double, so it is heard with its fader and pan whatever its mute and the solos say.

    What is not separated yet, from frame `ready` on, is still in the residual: the leaves add up at any time.
    """
    channels = replace(mix, master_db=0.0)
    if leaves is None:
        return {Stem.CLIP: Track(clip.samples, *channels.soloed(Stem.CLIP).gains(Stem.CLIP))}
    channels = channels.among((*Stem, *leaves.earlier))
    matched = replace(channels, master_db=leaves.stems_db)
    whole = clip.samples if leaves.whole is None else leaves.whole
    return {
        Stem.CLIP: Track(clip.samples, *channels.gains(Stem.CLIP)),
        Stem.TARGET: Track(leaves.stems.target, *matched.gains(Stem.TARGET), leaves.ready),
        Stem.RESIDUAL: Track(leaves.stems.residual, *matched.gains(Stem.RESIDUAL), leaves.ready, whole),
    } | {channel: Track(target, *channels.gains(channel)) for channel, target in leaves.earlier.items()}
