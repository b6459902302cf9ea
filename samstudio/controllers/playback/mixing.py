"""The mixer, the mix, and which stems are played through it."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.tracks import StemSet, Track, tracks_of
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Channel, Mix, Strip
from samstudio.session.take import Stem

_TICKS = 2
"""Of the transport's 16 ms between two readings of the levels: every other frame of a 60 Hz screen."""
NO_STEMS = "There is no target or residual to hear yet: mark or name a sound and press Separate."


class Mixing(QObject):
    """Owns the mixer that is played, and sets its tracks."""

    mix_changed = Signal(object)
    """Mix."""
    levels_changed = Signal(object)
    """dict[Channel | None, Levels], None is the master. Some 30 times a second while playing; once, empty, after."""
    audition_refused = Signal(str)
    """Why a stem cannot play, in a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clip: AudioClip | None = None
        self._stem_set: StemSet | None = None
        self._channels: tuple[Channel, ...] = ()
        self._alone: dict[Channel, Track] = {}
        self.mix = Mix()
        """The mixer's state, changed by `set_mix`."""
        self.mixer: Mixer | None = None
        """What the player plays: a new one for each recording."""

    @property
    def auditioned(self) -> Stem | None:
        """The one stem of the take, or the clip, that plays alone; None for anything else."""
        if self._stem_set is None:
            return Stem.CLIP if self._clip is not None else None
        soloed = [channel for channel in self._channels if self.mix.strip_of(channel).solo]
        return next((stem for stem in Stem if soloed == [stem]), None)

    @property
    def heard_alone(self) -> Channel | None:
        """The one channel that is audible, whatever silences the others; None where several are, or none is."""
        if self._stem_set is None:
            return Stem.CLIP if self._clip is not None else None
        audible = self.mix.among(self._channels)
        heard = [channel for channel in self._channels if any(audible.gains(channel))]
        return heard[0] if len(heard) == 1 else None

    @property
    def has_stems(self) -> bool:
        """Whether there is more to hear than the clip."""
        return self._stem_set is not None

    def set_clip(self, clip: AudioClip | None) -> None:
        """Play another recording, without stems, in a mixer of its own."""
        self._clip, self._stem_set, self._alone = clip, None, {}
        self.mixer = Mixer(clip.sample_rate) if clip is not None else None
        self._set_tracks()

    def trim_clip(self, clip: AudioClip) -> None:
        """Set the clip whose length is now known exactly; playback goes on."""
        self._clip = clip
        self._set_tracks()

    def set_stems(self, stem_set: StemSet | None) -> None:
        """Play these stems, or the recording without any, at the same playhead; tracks that change fade."""
        self._stem_set = stem_set
        self._set_tracks()

    def play_alone(self, channel: Channel, track: Track | None) -> None:
        """Play one track in place of all others, whatever the mix says, metered as a channel's; None ends that."""
        self._alone = {} if track is None else {channel: track}
        self._set_tracks()

    def set_mix(self, mix: Mix) -> None:
        """Change faders, pans, mutes, solos or the master; what plays ramps there."""
        if mix == self.mix:
            return
        self.mix = mix
        self._set_tracks()
        self.mix_changed.emit(mix)

    def audition(self, stem: Stem) -> None:
        """Hear one stem alone at the same playhead: the clip is the recording as it is."""
        if self._stem_set is not None:
            self.set_mix(self.mix.soloed(stem))
        elif stem is not Stem.CLIP:
            self.audition_refused.emit(NO_STEMS)

    @Slot(int)
    def follow_tick(self, ticks: int) -> None:
        """Read the levels while it plays."""
        if ticks % _TICKS == 0:
            self.read_levels()

    @Slot(bool)
    def follow_playing(self, playing: bool) -> None:
        """Report that there are no levels any longer."""
        if not playing:
            self.levels_changed.emit({})

    @Slot()
    def read_levels(self) -> None:
        """Report the levels since the last call."""
        if self.mixer is not None:
            *tracks, master = self.mixer.read_levels()
            self.levels_changed.emit({**dict(zip(self._channels, tracks, strict=True)), None: master})

    def _set_tracks(self) -> None:
        if self.mixer is not None and self._clip is not None:
            tracks = self._alone or tracks_of(self.mix, self._clip, self._stem_set)
            self._channels = tuple(tracks)
            self.mixer.set_tracks(tuple(tracks.values()), Strip(self.mix.master_db).amplitude)
