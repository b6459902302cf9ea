"""What is heard of clip, target and residual."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import cos, pi, sin
from types import MappingProxyType
from typing import Self

from samstudio.session.take import Stem

MIN_GAIN_DB = -60.0
"""The bottom of a fader: from here down it is silence."""
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


def _default_strips() -> Mapping[Stem, Strip]:
    # The clip is muted beside its stems: clip + target + residual would be the recording at double level.
    return MappingProxyType({Stem.CLIP: Strip(mute=True), Stem.TARGET: Strip(), Stem.RESIDUAL: Strip()})


@dataclass(frozen=True)
class Mix:
    """The mixer's state: a strip for each stem and the master's gain."""

    strips: Mapping[Stem, Strip] = field(default_factory=_default_strips)
    master_db: float = 0.0

    def with_strip(self, stem: Stem, strip: Strip) -> Self:
        """The mix with one strip replaced."""
        return replace(self, strips=MappingProxyType({**self.strips, stem: strip}))

    def soloed(self, stem: Stem | None) -> Self:
        """The mix with `stem` alone soloed, or no solo at all."""
        strips = {key: replace(strip, solo=key is stem) for key, strip in self.strips.items()}
        return replace(self, strips=MappingProxyType(strips))

    def without(self, stem: Stem) -> Self:
        """The mix that lacks one stem: nothing is soloed, the stem is muted, and so is the clip, which holds it.

        What else was muted is heard: without this stem and the clip there would be silence.
        """
        silent = (stem, Stem.CLIP)
        strips = {key: replace(strip, solo=False, mute=key in silent) for key, strip in self.strips.items()}
        return replace(self, strips=MappingProxyType(strips))

    def gains(self, stem: Stem) -> tuple[float, float]:
        """Left and right factor of a stem with fader, pan, mute, solo and master applied.

        A solo overrides every mute: what is soloed is heard. Pan is a balance, for strips are stereo: the far side
        falls as in the -3 dB law (constant power), normalised to unity in the centre so that a stem passes unchanged
        there; the near side stays as it is.
        """
        strip = self.strips[stem]
        any_solo = any(other.solo for other in self.strips.values())
        heard = strip.solo or (not strip.mute and (strip.solo_safe or not any_solo))
        if not heard:
            return 0.0, 0.0
        factor = strip.amplitude * Strip(self.master_db).amplitude * (-1.0 if strip.invert else 1.0)
        if strip.pan == 0.0:
            return factor, factor
        angle = (strip.pan + 1.0) * pi / 4.0
        return factor * min(1.0, cos(angle) * 2**0.5), factor * min(1.0, sin(angle) * 2**0.5)
