"""The formats that sound is written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from samstudio.audio.errors import AudioError

Container = Literal["wav", "flac", "aiff", "mp3", "ogg", "opus", "m4a"]
Bits = Literal["16", "24", "32f", "lossy"]
_BITS: dict[Container, Sequence[Bits]] = {
    "wav": ("16", "24", "32f"),
    "flac": ("16", "24"),
    "aiff": ("16", "24"),
    "mp3": ("lossy",),
    "ogg": ("lossy",),
    "opus": ("lossy",),
    "m4a": ("lossy",),
}
_SUFFIXES = {"aiff": ".aif"}


@dataclass(frozen=True)
class Limits:
    """What a container can hold, as its specification says and as its encoder was tried.

    `rates` in Hz are all that it has; without them it has any up to `top_rate`, above `any_rate` only multiples of 10.
    """

    channels: Sequence[int] = range(1, 9)
    rates: Sequence[int] = ()
    top_rate: int = 16_777_216
    any_rate: int = 16_777_216


LIMITS: dict[Container, Limits] = {
    "wav": Limits(),
    # RFC 9639, 9.1.2: rates that do not fit into 16 bits are coded in tens of Hz; libFLAC ends at 655350.
    "flac": Limits(top_rate=655_350, any_rate=65_535),
    "aiff": Limits(),
    "mp3": Limits((1, 2), (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)),
    # libvorbis ends at 200000 Hz, above which libsndfile ends the process; 192000 is the last usual rate below.
    "ogg": Limits(top_rate=192_000),
    "opus": Limits(rates=(8000, 12000, 16000, 24000, 48000)),
    "m4a": Limits(
        (1, 2, 3, 4, 5, 6, 8),
        (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
    ),
}


@dataclass(frozen=True)
class AudioFormat:
    """A container and its sample format: 16 or 24 bit integers, 32 bit float (WAV only), or lossy."""

    container: Container = "wav"
    bits: Bits = "32f"

    def __post_init__(self) -> None:
        if self.container not in _BITS or self.bits not in {"16", "24", "32f", "lossy"}:
            raise AudioError(
                f"There is no format {self.container} with {self.bits} bits: choose WAV or FLAC, 16 or 24."
            )
        if self.bits not in _BITS[self.container]:
            name = self.container.upper()
            raise AudioError(f"{name} holds no {_in_words(self.bits)}: choose {_in_words(_BITS[self.container][-1])}.")

    @property
    def suffix(self) -> str:
        """The ending of a file's name, with its dot."""
        return _SUFFIXES.get(self.container, f".{self.container}")

    @property
    def is_float(self) -> bool:
        """Whether samples are stored unchanged, also beyond full scale."""
        return self.bits == "32f"

    @property
    def is_lossy(self) -> bool:
        """Whether the encoding is lossy."""
        return self.bits == "lossy"

    @property
    def depth(self) -> int:
        """Bits per sample, 0 if the encoder decides."""
        return {"16": 16, "24": 24, "32f": 32, "lossy": 0}[self.bits]

    def rate_for(self, sample_rate: int) -> int:
        """The rate for sound of `sample_rate`: the lowest that is not below, or the highest that a lossy format has.

        Lossless formats keep the rate, as resampling would be a loss; whether they can, `check` says.
        """
        limits = LIMITS[self.container]
        if not self.is_lossy or sample_rate in limits.rates:
            return sample_rate
        if not limits.rates:
            return min(sample_rate, limits.top_rate)
        return next((rate for rate in limits.rates if rate >= sample_rate), limits.rates[-1])

    def check(self, sample_rate: int, channels: int) -> None:
        """Raises AudioError, in one sentence, if the container cannot hold that rate or so many channels."""
        limits, name = LIMITS[self.container], self.container.upper()
        most, other = max(limits.channels), "FLAC" if self.container == "wav" else "WAV"
        if channels > most:
            raise AudioError(f"{name} holds {most} channels and not {channels}: choose {other}.")
        if channels not in limits.channels:
            raise AudioError(f"{name} cannot hold {channels} channels: choose {other}.")
        if limits.rates and sample_rate not in limits.rates:
            raise AudioError(
                f"{name} cannot hold {sample_rate} Hz: choose {self.rate_for(sample_rate)} Hz, or {other}."
            )
        if sample_rate > limits.top_rate:
            raise AudioError(f"{name} holds {limits.top_rate} Hz at most and not {sample_rate}: choose {other}.")
        if sample_rate > limits.any_rate and sample_rate % 10:
            raise AudioError(
                f"{name} holds only multiples of 10 Hz above {limits.any_rate}, and not {sample_rate}: "
                f"choose {other}, or another sample rate."
            )


def _in_words(bits: str) -> str:
    return {"32f": "32-bit float", "lossy": "lossy sound"}.get(bits, f"{bits} bits")
