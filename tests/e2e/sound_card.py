"""A sound card for machines without one: takes the sound as fast as one that plays, and keeps it.

usage: python -m tests.e2e.sound_card FILE < the sound
"""

import sys
import time
from pathlib import Path

import numpy as np

RATE, CHANNELS = 44100, 2
_BLOCK = 4096
_BYTES_PER_SECOND = RATE * CHANNELS * 4
_CONFIGURATION = """
pcm.!default {{
    type plug
    slave {{
        format FLOAT_LE
        rate {rate}
        channels {channels}
        pcm {{
            type file
            format raw
            file "| {python} '{program}' '{played}'"
            slave.pcm {{ type null }}
        }}
    }}
}}
"""


class SoundCard:
    """ALSA's default device for the programs that run in `environment`."""

    def __init__(self, folder: Path) -> None:
        self._played, configuration = folder / "played.raw", folder / "asound.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                rate=RATE, channels=CHANNELS, python=sys.executable, program=__file__, played=self._played
            )
        )
        self.environment = {"ALSA_CONFIG_PATH": str(configuration)}

    def played(self) -> np.ndarray:
        """float32 (frames, CHANNELS), from the first sound to the last, with the silence between."""
        data = self._played.read_bytes() if self._played.exists() else b""
        sound = np.frombuffer(data[: len(data) // (4 * CHANNELS) * (4 * CHANNELS)], np.float32).reshape(-1, CHANNELS)
        loud = np.flatnonzero(sound.any(axis=1))
        return sound[loud[0] : loud[-1] + 1] if loud.size else sound[:0]


def main() -> None:
    """Keep what comes, no faster than it would be heard."""
    started, count = time.monotonic(), 0
    with Path(sys.argv[1]).open("ab", buffering=0) as played:
        while block := sys.stdin.buffer.read1(_BLOCK):
            played.write(block)
            count += len(block)
            early = started + count / _BYTES_PER_SECOND - time.monotonic()
            if early > 0:
                time.sleep(early)
            else:
                started -= early


if __name__ == "__main__":
    main()
