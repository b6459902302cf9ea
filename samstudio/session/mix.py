"""The mixer's state: channel strips of the clip and of its parts, and the master."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import cos, pi, sin
from types import MappingProxyType
from typing import Self

from samstudio.session.take import Stem

Channel = str
"""A strip's channel: a Stem, or the id of an earlier take of the chain, whose target is a part of the clip, too."""
MIN_GAIN_DB = -60.0
"""The bottom of a fader: this gain and lower ones are silence."""
MAX_GAIN_DB = 12.0


@dataclass(frozen=True)
class Strip:
    """One channel strip: `gain_db` (MIN_GAIN_DB and below is silence), `pan` -1 (left) .. +1 (right)."""

    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    solo: bool = False
    invert: bool = False
    """Polarity: every sample times -1."""
    solo_safe: bool = False
    """Solos of other strips do not silence it."""

    @property
    def amplitude(self) -> float:
        """The fader's linear factor."""
        return 0.0 if self.gain_db <= MIN_GAIN_DB else 10.0 ** (self.gain_db / 20.0)


def _default_strips() -> Mapping[Channel, Strip]:
    # The clip is muted beside its stems: clip + target + residual would be the recording at double level.
    return MappingProxyType({Stem.CLIP: Strip(mute=True), Stem.TARGET: Strip(), Stem.RESIDUAL: Strip()})


@dataclass(frozen=True)
class Mix:
    """The mixer's state: the strips, and the master's gain.

    There is a strip for each Stem; that of an earlier take is there once it was touched, and is Strip() until then.
    """

    strips: Mapping[Channel, Strip] = field(default_factory=_default_strips)
    master_db: float = 0.0

    def strip_of(self, channel: Channel) -> Strip:
        """The strip of a channel, a default one if it was never changed."""
        return self.strips.get(channel, Strip())

    def with_strip(self, channel: Channel, strip: Strip) -> Self:
        """The mix with one strip replaced."""
        return self._with_strips({**self.strips, channel: strip})

    def among(self, channels: Iterable[Channel]) -> Self:
        """The mix of these channels alone: other strips are removed, so that their solos have no effect."""
        return self._with_strips({channel: self.strip_of(channel) for channel in channels})

    def soloed(self, channel: Channel | None) -> Self:
        """The mix with only `channel` soloed; None: nothing soloed."""
        strips = self.strips if channel is None else {**self.strips, channel: self.strip_of(channel)}
        return self._with_strips({key: replace(strip, solo=key == channel) for key, strip in strips.items()})

    def unmuted(self) -> Self:
        """The mix with nothing soloed, and only that muted which is at first."""
        mutes = {key: strip.mute for key, strip in _default_strips().items()}
        return self._with_strips(
            {key: replace(strip, solo=False, mute=mutes.get(key, False)) for key, strip in self.strips.items()}
        )

    def without(self, stem: Stem) -> Self:
        """The mix without one stem: nothing is soloed, the stem is muted, and so is the clip, which contains it.

        The take's other stem is heard even where it was muted: without it there might be silence.
        """
        mutes: dict[Channel, bool] = {other: other in (stem, Stem.CLIP) for other in Stem}
        return self._with_strips(
            {key: replace(strip, solo=False, mute=mutes.get(key, strip.mute)) for key, strip in self.strips.items()}
        )

    def _with_strips(self, strips: dict[Channel, Strip]) -> Self:
        return replace(self, strips=MappingProxyType(strips))

    def gains(self, channel: Channel) -> tuple[float, float]:
        """Left and right factor of a channel with fader, pan, mute, solo and master applied.

        A solo overrides every mute: what is soloed is heard. Pan is a balance, for strips are stereo: the far side
        falls as in the -3 dB law (constant power), normalised to unity in the centre so that a stem passes unchanged
        there; the near side stays as it is.
        """
        strip = self.strip_of(channel)
        any_solo = any(other.solo for other in self.strips.values())
        heard = strip.solo or (not strip.mute and (strip.solo_safe or not any_solo))
        if not heard:
            return 0.0, 0.0
        factor = strip.amplitude * Strip(self.master_db).amplitude * (-1.0 if strip.invert else 1.0)
        if strip.pan == 0.0:
            return factor, factor
        angle = (strip.pan + 1.0) * pi / 4.0
        return factor * min(1.0, cos(angle) * 2**0.5), factor * min(1.0, sin(angle) * 2**0.5)
