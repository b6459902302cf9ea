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
_RATES: dict[Container, Sequence[int]] = {
    "mp3": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    "opus": (8000, 12000, 16000, 24000, 48000),
    "m4a": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
}
_MOST_CHANNELS: dict[Container, int] = {"mp3": 2}


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
        """The lowest rate of the container that is not below `sample_rate`, or its highest."""
        rates = _RATES.get(self.container, ())
        if not rates or sample_rate in rates:
            return sample_rate
        return next((rate for rate in rates if rate >= sample_rate), rates[-1])

    def check_channels(self, channels: int) -> None:
        """Raises AudioError if the container cannot hold so many."""
        most = _MOST_CHANNELS.get(self.container)
        if most is not None and channels > most:
            raise AudioError(f"{self.container.upper()} holds {most} channels and not {channels}: choose WAV or FLAC.")


def _in_words(bits: str) -> str:
    return {"32f": "32-bit float", "lossy": "lossy sound"}.get(bits, f"{bits} bits")
