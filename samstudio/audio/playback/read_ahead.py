"""Keeps the coming seconds in memory, so that the audio callback never waits for a disk."""

from collections.abc import Callable, Iterable
from threading import Event, Thread

from samstudio.audio.playback.mixer import Mixer

Place = tuple[int, float]
_SECONDS = 4.0
_INTERVAL = 0.5


class ReadAhead:
    """Reads the mixer's memory-mapped tracks ahead of `places()` on a thread of its own.

    A place is a frame and the speed from there: with a negative speed the frames before it are read.
    Muted tracks are read too: a change of solo must be heard at once.
    """

    def __init__(self, mixer: Mixer, places: Callable[[], Iterable[Place]]) -> None:
        self._mixer = mixer
        self._places = places
        self._frames = round(_SECONDS * mixer.sample_rate)
        self._stopped = Event()

    def start(self, place: Place) -> None:
        """Read from `place` at once, then go on with the places until stopped."""
        self.stop()
        self._stopped = Event()
        Thread(target=self._walk, args=(place, self._stopped), name="read-ahead", daemon=True).start()

    def stop(self) -> None:
        """Read no further."""
        self._stopped.set()

    def _walk(self, place: Place, stopped: Event) -> None:
        places: Iterable[Place] = (place,)
        while not stopped.is_set():
            for frame, speed in places:
                first, end = sorted((frame, max(0, frame + round(speed * self._frames))))
                for track in self._mixer.tracks:
                    # Whole seconds at a time: numpy releases the GIL while it reads so much.
                    track.samples[first:end].max(initial=0.0)
            stopped.wait(_INTERVAL)
            places = self._places()
