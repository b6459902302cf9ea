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
    """The first frame that is not computed any more, None for the sound's end."""
    beyond: Samples | None = None
    """What is played in place of the frames that are not computed, of the same shape; None is silence."""
    since: int = 0
    """The first frame that is computed."""
    first: int = 0
    """The frame of the recording with which `samples` begin; before it is silence."""
    beyond_row: int | None = None
    """The number of the track whose level `beyond` counts as; None: its own."""


@dataclass(frozen=True, eq=False)
class Draft:
    """What stands in for stems that are not computed: sound of their shape, which sums to what is separated."""

    stems: Stems
    """In the stretches of all drafts what is likely to be separated; elsewhere nothing is target."""
    alone: Samples
    """The target where it is heard alone: elsewhere the whole, for there would be silence."""
    frame_range: tuple[int, int]
    """Start and end frame of the latest one."""
    frame_ranges: tuple[tuple[int, int], ...]
    """Start and end frames of all of them, disjoint and in order."""

    def beyond(self, ready: int) -> tuple[tuple[int, int], ...]:
        """Where drafts are still heard when the first `ready` frames are finished."""
        return tuple((max(start, ready), stop) for start, stop in self.frame_ranges if stop > ready)


@dataclass(frozen=True, eq=False)
class StemSet:
    """The known parts of the clip: a take's stems, and the targets of the takes it came from.

    They add up to the clip if the first of those takes was made from the clip. If that take was deleted, they add up to
    its residual only: its target no longer exists.
    """

    stems: Stems
    earlier: Mapping[Channel, Samples] = field(default_factory=dict)
    """See `targets_of`."""
    ready: int | None = None
    """Frames of the stems that are computed, None for all."""
    whole: Samples | None = None
    """The sound being separated, if it is not the clip: what is not computed yet counts as residual."""
    elsewhere: Stems | None = None
    """What is played before frame `since` and from `ready` on, in place of the stems; None: silence, and `whole`."""
    since: int = 0
    draft: Draft | None = None
    """What is played in place of what is not computed."""
    stems_db: float = 0.0
    """A gain applied to both stems in addition to their strips'."""

    @property
    def samples(self) -> tuple[Samples, ...]:
        """All of them."""
        return self.stems.target, self.stems.residual, *self.earlier.values()


def targets_of(earlier: Sequence[Take]) -> dict[Channel, Samples]:
    """The targets by take id of a chain's earlier takes, given oldest first; in the result the newest comes first.

    Added in this order to a take's target and residual, each partial sum is the source of a take of the chain: with
    exact residuals no bit is lost on the way to the clip.
    """
    return {take.id: take.sound.stems.target for take in reversed(earlier)}


def tracks_of(mix: Mix, clip: AudioClip, stem_set: StemSet | None) -> dict[Channel, Track]:
    """The tracks of a mix, without the master's gain; the clip alone where there are no stems.

    The clip's strip is muted by default because the clip equals the sum of the stems. Without stems there is nothing to
    double, so it is heard with its fader and pan whatever its mute and the solos say.

    What is not separated yet, from frame `ready` on, is part of the residual: the stems add up at any time. Where the
    target is heard without the residual and the clip, it stands in for the target too: there would be silence instead.
    """
    channels = replace(mix, master_db=0.0)
    if stem_set is None:
        return {Stem.CLIP: Track(clip.samples, *channels.soloed(Stem.CLIP).gains(Stem.CLIP))}
    channels = channels.among((*Stem, *stem_set.earlier))
    matched = replace(channels, master_db=stem_set.stems_db)
    whole = clip.samples if stem_set.whole is None else stem_set.whole
    is_alone = not any((*channels.gains(Stem.CLIP), *channels.gains(Stem.RESIDUAL)))
    stems, ready, since = stem_set.stems, stem_set.ready, stem_set.since
    others = stem_set.elsewhere
    instead = (whole if is_alone else None, whole) if others is None else (others.target, others.residual)
    # There is no level of a stem yet where the recording itself stands in for it.
    row = 0 if others is None and stem_set.draft is None and whole is clip.samples else None
    if stem_set.draft is not None:
        instead = stem_set.draft.alone if is_alone else stem_set.draft.stems.target, stem_set.draft.stems.residual
        if ready == 0:
            # As sounds of their own, from and to which the mixer fades.
            stems, ready = Stems(*instead), None
    return {
        Stem.CLIP: Track(clip.samples, *channels.gains(Stem.CLIP)),
        Stem.TARGET: Track(stems.target, *matched.gains(Stem.TARGET), ready, instead[0], since, 0, row),
        Stem.RESIDUAL: Track(stems.residual, *matched.gains(Stem.RESIDUAL), ready, instead[1], since, 0, row),
    } | {channel: Track(target, *channels.gains(channel)) for channel, target in stem_set.earlier.items()}
