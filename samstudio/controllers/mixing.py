"""What is heard, and how loud: the mixer, the mix, and the stems in it."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from samstudio.audio.mixer import Mixer, tracks_of
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem, Stems

_INTERVAL = 32
"""Milliseconds between two readings of the levels: every other frame of a 60 Hz screen."""
NO_STEMS = "There is no target or residual to hear yet: mark or name a sound and press Separate."


class Mixing(QObject):
    """Owns the mixer that is played, and tells it what to play."""

    mix_changed = Signal(object)
    """Mix."""
    levels_changed = Signal(object)
    """dict[Stem | None, Levels]; None is the master. Some 30 times a second while playing, and once, empty, after."""
    audition_refused = Signal(str)
    """Why a stem cannot be heard, in a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clip: AudioClip | None = None
        self._stems: Stems | None = None
        self._ready: int | None = None
        self._gain_db = 0.0
        self._whole: Samples | None = None
        self.mix = Mix()
        """The mixer's state, changed by `set_mix`."""
        self.mixer: Mixer | None = None
        """What a player plays: another one with each recording."""
        self._timer = QTimer(self, interval=_INTERVAL, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.read_levels)

    @property
    def auditioned(self) -> Stem | None:
        """The one stem that is heard alone; None for a mix of several."""
        if self._stems is None:
            return Stem.CLIP if self._clip is not None else None
        soloed = [stem for stem, strip in self.mix.strips.items() if strip.solo]
        return soloed[0] if len(soloed) == 1 else None

    def set_clip(self, clip: AudioClip | None) -> None:
        """Take another recording, without stems, in a mixer of its own."""
        self._clip, self._stems, self._ready = clip, None, None
        self.mixer = Mixer(clip.sample_rate) if clip is not None else None
        self._order_tracks()

    def trim_clip(self, clip: AudioClip) -> None:
        """Take the clip whose length is now known exactly; what plays goes on."""
        self._clip = clip
        self._order_tracks()

    def set_stems(
        self, stems: Stems | None, ready: int | None = None, gain_db: float = 0.0, whole: Samples | None = None
    ) -> None:
        """Hear another take, or none, at the same playhead; `gain_db` is both stems' own, beside their faders.

        Of stems that are still growing the first `ready` frames count; the rest of the clip, or of the `whole` that is
        being separated instead, is in the residual.
        """
        self._stems, self._ready, self._gain_db, self._whole = stems, ready, gain_db, whole
        self._order_tracks()

    def set_stems_gain(self, gain_db: float) -> None:
        """Turn both stems to another level than their faders say, to compare takes equally loud; what plays ramps."""
        self._gain_db = gain_db
        self._order_tracks()

    def grow_stems(self, ready: int) -> None:
        """Hear that many frames of the stems."""
        self._ready = ready
        self._order_tracks()

    def set_mix(self, mix: Mix) -> None:
        """Change faders, pans, mutes, solos or the master; what plays ramps there."""
        if mix == self.mix:
            return
        self.mix = mix
        self._order_tracks()
        self.mix_changed.emit(mix)

    def audition(self, stem: Stem) -> None:
        """Hear one stem alone at the same playhead: the clip is the recording as it is."""
        if self._stems is not None:
            self.set_mix(self.mix.soloed(stem))
        elif stem is not Stem.CLIP:
            self.audition_refused.emit(NO_STEMS)

    @Slot(bool)
    def follow_playing(self, playing: bool) -> None:
        """Tell levels while it plays."""
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
            self.levels_changed.emit({})

    @Slot()
    def read_levels(self) -> None:
        """Tell the levels since the last time."""
        if self.mixer is not None:
            *tracks, master = self.mixer.read_levels()
            self.levels_changed.emit({**dict(zip(Stem, tracks, strict=False)), None: master})

    def _order_tracks(self) -> None:
        if self.mixer is not None and self._clip is not None:
            tracks = tracks_of(self.mix, self._clip, self._stems, self._ready, self._gain_db, self._whole)
            self.mixer.set_tracks(tracks, Strip(self.mix.master_db).amplitude)
