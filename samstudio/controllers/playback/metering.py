"""The loudness, true peak and correlation of the master output."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.playback.transport import Transport
from samstudio.dsp.master_meter import MasterMeter, MeterReading
from samstudio.session.clip import AudioClip

_TICKS = 6
"""Of the transport's 16 ms: EBU Tech 3341 asks a live meter for ten new readings a second."""


class MasterMetering(QObject):
    """Measures while it plays; stops do not count, and a reset or another recording starts a new measurement.

    On the GUI's thread: a tenth of a second is measured in half a millisecond, and passing it to another thread would
    cost as much.
    """

    reading_changed = Signal(object)
    """MeterReading."""

    def __init__(self, transport: Transport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport = transport
        self._meter: MasterMeter | None = None
        transport.ticked.connect(self.follow_tick)
        transport.playing_changed.connect(self._follow_playing)

    @Slot(object)
    def follow_clip(self, clip: AudioClip | None) -> None:
        """Start a new measurement with another recording, or none."""
        self.begin(clip.sample_rate if clip is not None else None)

    def begin(self, sample_rate: int | None) -> None:
        """Measure a recording of that rate from now on; None for nothing."""
        self._meter = MasterMeter(sample_rate) if sample_rate else None
        self._rate = sample_rate
        self.reading_changed.emit(MeterReading())

    @Slot()
    def reset(self) -> None:
        """Start a new measurement: integrated loudness and true peak count from now on."""
        self._transport.read_output()
        self.begin(self._rate if self._meter is not None else None)

    @Slot()
    def measure(self) -> None:
        """Measure what was played since the last call."""
        output = self._transport.read_output()
        if self._meter is not None and len(output):
            self._meter.add(output)
            self.reading_changed.emit(self._meter.reading)

    @Slot(int)
    def follow_tick(self, ticks: int) -> None:
        """Measure at every sixth tick."""
        if ticks % _TICKS == 0:
            self.measure()

    @Slot(bool)
    def _follow_playing(self, playing: bool) -> None:
        if not playing:
            self.measure()
