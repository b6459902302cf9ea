"""Keeps the coming seconds in memory, so that the audio callback never waits for a disk."""

from collections.abc import Callable, Iterable
from threading import Event, Thread

from samstudio.audio.mixer import Mixer

_SECONDS = 4.0
_INTERVAL = 0.5


class ReadAhead:
    """Touches the mixer's memory-mapped tracks ahead of `places()` (frames) on a thread of its own.

    Muted tracks too: a change of solo is heard at once.
    """

    def __init__(self, mixer: Mixer, places: Callable[[], Iterable[int]]) -> None:
        self._mixer = mixer
        self._places = places
        self._frames = round(_SECONDS * mixer.sample_rate)
        self._stopped = Event()

    def start(self, frame: int) -> None:
        """Read from `frame` at once, then go on with the places until stopped."""
        self.stop()
        self._stopped = Event()
        Thread(target=self._walk, args=(frame, self._stopped), name="read-ahead", daemon=True).start()

    def stop(self) -> None:
        """Read no further."""
        self._stopped.set()

    def _walk(self, frame: int, stopped: Event) -> None:
        places: Iterable[int] = (frame,)
        while not stopped.is_set():
            for place in places:
                for track in self._mixer.tracks:
                    # Whole seconds at a time: numpy lets the interpreter go while it reads so much.
                    track.samples[place : place + self._frames].max(initial=0.0)
            stopped.wait(_INTERVAL)
            places = self._places()
