"""Reads a mixer at any speed and backwards; the pitch changes with the speed."""

from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.resampled import Resampled
from samstudio.session.clip import Samples


class Varispeed:
    """Reads a mixer's sound from frame `position`, `speed` frames for each rendered one; negative is backwards.

    At speed 1 it passes on the mixer's own samples, at -1 the same in reverse order.
    """

    def __init__(self, mixer: Mixer, position: int, speed: float) -> None:
        self._mixer = mixer
        self._position = position
        self._backwards = speed < 0.0
        ratio = abs(speed)
        self.render = self._read if ratio == 1.0 else Resampled(self._read, ratio, 1.0).render
        """Fills a buffer (frames, 2) with what comes next; silence before the beginning and after the end."""

    def _read(self, out: Samples) -> None:
        if not self._backwards:
            self._mixer.render(self._position, out)
            self._position += len(out)
            return
        sound = out[: self._position]
        self._mixer.render(self._position, sound, backwards=True)
        out[len(sound) :] = 0.0
        self._position -= len(sound)
