"""A tone for checking whether an output device works, which side is which, and how loud it is."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import OutputChoice, device_status
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.player import Player
from samstudio.audio.playback.tracks import Track
from samstudio.session.clip import Samples

LEVEL = -20.0
"""dBFS: the alignment level of SMPTE RP 155."""
FREQUENCY = 997.0
"""Hz; no divisor of a usual sample rate, so that its samples do not repeat (AES17)."""
_RATE = 48000
_SECONDS = 1.0
_POLL = 50


class TestTone(QObject):
    """Plays the tone on the left, then on the right, through any device."""

    __test__ = False
    """Not a test, though pytest would collect it by its name."""
    playing_changed = Signal(bool)
    failed = Signal(str)
    """Why nothing plays, in a sentence."""

    def __init__(self, parent: QObject | None = None, player: Player | None = None) -> None:
        super().__init__(parent)
        self._player = player or Player()
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._follow)

    def start(self, choice: OutputChoice) -> None:
        """Play it; nothing else may use the device."""
        self.stop()
        samples = tone()
        mixer = Mixer(_RATE)
        mixer.set_tracks((Track(samples),))
        self._player.load(mixer, len(samples))
        self._player.choose_output(choice)
        try:
            self._player.play(0)
        except AudioError as error:
            self.failed.emit(str(error))
            return
        if self._player.is_silent:
            self._player.unload()
            self.failed.emit(device_status(choice))
            return
        self._timer.start()
        self.playing_changed.emit(True)

    @Slot()
    def stop(self) -> None:
        """Stop and release the device."""
        self._player.unload()
        if self._timer.isActive():
            self._timer.stop()
            self.playing_changed.emit(False)

    @Slot()
    def _follow(self) -> None:
        try:
            self._player.check()
        except AudioError as error:
            self.failed.emit(str(error))
        if not self._player.playing:
            self.stop()


def tone() -> Samples:
    """The tone, float32 (frames, 2), faded at its ends."""
    frames = round(_SECONDS * _RATE)
    wave = 10.0 ** (LEVEL / 20.0) * np.sin(2.0 * np.pi * FREQUENCY * np.arange(frames) / _RATE)
    wave *= np.minimum(1.0, np.minimum(np.arange(frames), np.arange(frames)[::-1]) / (0.01 * _RATE))
    # Some cards drop the first samples: begin with silence.
    samples = np.zeros((round(0.2 * _RATE) + 2 * frames, 2), np.float32)
    samples[-2 * frames : -frames, 0] = wave
    samples[-frames:, 1] = wave
    return samples
