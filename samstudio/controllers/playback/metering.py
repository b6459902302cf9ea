"""The loudness, true peak and correlation of what is heard."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.playback.transport import Transport
from samstudio.dsp.master_meter import MasterMeter, MeterReading
from samstudio.session.clip import AudioClip

_TICKS = 6
"""Of the transport's 16 ms: EBU Tech 3341 asks a live meter for ten new readings a second."""


class MasterMetering(QObject):
    """Measures on while it plays; stops and pauses do not count, and a reset or another recording begins anew.

    On the GUI's own thread: a tenth of a second is measured in half a millisecond, which a thread's hand-over would not
    make cheaper.
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
        """Begin anew with another recording, or none."""
        self.begin(clip.sample_rate if clip is not None else None)

    def begin(self, sample_rate: int | None) -> None:
        """Measure a recording of that rate from now on; None for nothing."""
        self._meter = MasterMeter(sample_rate) if sample_rate else None
        self._rate = sample_rate
        self.reading_changed.emit(MeterReading())

    @Slot()
    def reset(self) -> None:
        """Begin anew: integrated loudness and true peak forget what was."""
        self._transport.read_heard()
        self.begin(self._rate if self._meter is not None else None)

    @Slot()
    def measure(self) -> None:
        """Take in what was heard since the last time."""
        heard = self._transport.read_heard()
        if self._meter is not None and len(heard):
            self._meter.add(heard)
            self.reading_changed.emit(self._meter.reading)

    @Slot(int)
    def follow_tick(self, ticks: int) -> None:
        """Measure now and then."""
        if ticks % _TICKS == 0:
            self.measure()

    @Slot(bool)
    def _follow_playing(self, playing: bool) -> None:
        if not playing:
            self.measure()
