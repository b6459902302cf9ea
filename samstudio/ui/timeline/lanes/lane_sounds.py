"""What the lanes show: the sound of every channel, its peaks and tiles, and what is heard."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from samstudio.dsp.peaks import PeakPyramid
from samstudio.dsp.tiles import Tile, ViewRequest
from samstudio.session.clip import Samples
from samstudio.session.mix import Channel
from samstudio.session.take import Stem
from samstudio.ui.timeline.lanes.lane import Lane
from samstudio.ui.timeline.lanes.lane_stack import LaneStack
from samstudio.ui.timeline.paint.tile_images import TileImages

_FAINT = 0.4


@dataclass(eq=False)
class _Sound:
    samples: Samples
    sample_rate: int
    peaks: PeakPyramid | None = None


class LaneSounds(QObject):
    """Gives each lane of a stack the sound of its channel; the main spectrogram's channel is the one that is heard."""

    pictures_changed = Signal()
    """Another channel's spectrogram is shown, or the target's share in it."""

    def __init__(self, stack: LaneStack, images: TileImages) -> None:
        super().__init__(stack)
        self._stack, self._images = stack, images
        self._sounds: dict[Channel, _Sound] = {}
        self._follows = True
        self._heard: Channel | None = Stem.CLIP
        self._ground = Stem.CLIP
        self._has_share = False
        stack.lane_added.connect(self._give_sound)
        self._show_heard()

    # Sound

    def show_sound(self, channel: Channel, samples: Samples | None, sample_rate: int) -> None:
        """Show other sound of a channel, or none."""
        known = self._sounds.get(channel)
        if known is not None and known.samples is samples:
            return
        self._images.forget(channel)
        if samples is None:
            self._sounds.pop(channel, None)
        else:
            self._sounds[channel] = _Sound(samples, sample_rate)
        for lane in self._showing(channel):
            self._give_sound(lane)
        if channel in self._stack.lanes and channel != Stem.CLIP:
            self._stack.show_available(channel, has_sound=samples is not None)
        self._show_heard()

    def _give_sound(self, lane: Lane) -> None:
        sound = self._sounds.get(lane.channel)
        lane.show_sound(sound.samples if sound else None, sound.sample_rate if sound else 1)
        if sound is not None and sound.peaks is not None:
            lane.wave.show_peaks(sound.peaks)

    def show_trimmed(self, samples: Samples) -> None:
        """The clip turned out shorter; its peaks stay."""
        self._sounds[Stem.CLIP].samples = samples
        for lane in self._showing(Stem.CLIP):
            lane.wave.show_trimmed(samples)

    def show_replaced(self, channel: Channel, samples: Samples, changed: tuple[int, int]) -> None:
        """The sound of a channel has changed from one frame to another."""
        if channel in self._sounds:
            self._sounds[channel].samples = samples
        for lane in self._showing(channel):
            lane.wave.show_replaced(samples, *changed)

    def show_peaks(self, channel: Channel, peaks: PeakPyramid) -> None:
        """Show peaks, or more of them."""
        if channel in self._sounds:
            self._sounds[channel].peaks = peaks
        for lane in self._showing(channel):
            lane.wave.show_peaks(peaks)

    def show_tile(self, tile: Tile) -> None:
        """Take in a piece of a spectrogram."""
        if self._images.add(tile):
            for lane in self._showing(tile.key.channel):
                lane.show_tile(tile.key)

    def _showing(self, channel: Channel) -> tuple[Lane, ...]:
        return tuple(lane for lane in self._stack.lanes.values() if lane.channel == channel)

    # Pictures

    def requests(self, view: ViewRequest) -> tuple[ViewRequest, ...]:
        """The pictures that the visible lanes show of this view."""
        lanes = (lane for lane in self._stack.visible_lanes if lane.has_picture)
        return tuple(lane.request(view, has_share=self._shows_share) for lane in lanes)

    def request_of(self, lane: Lane, view: ViewRequest) -> ViewRequest:
        """What a lane shows of this view, also where it shows no spectrogram."""
        return lane.request(view, has_share=self._shows_share)

    def show_share(self, is_shown: bool) -> None:
        """Tint the clip's spectrogram by the target's share, where there is a target."""
        self._has_share = is_shown
        self._name_main()
        self.pictures_changed.emit()

    @property
    def _shows_share(self) -> bool:
        return self._has_share and Stem.TARGET in self._sounds

    # What is heard

    def follow_heard(self, follows: bool) -> None:
        """Whether the main spectrogram shows what is heard; otherwise it shows what is separated next."""
        self._follows = follows
        self._show_heard()

    def show_heard(self, channel: Channel | None) -> None:
        """Another channel is heard alone, or None where several are: then what is separated next is shown."""
        self._heard = channel
        self._show_heard()

    def show_ground(self, ground: Stem) -> None:
        """What is separated next: the clip, or the residual that is shown; the clip's waveform is faint then."""
        self._ground = ground
        self._stack.lanes[Stem.CLIP].wave.setOpacity(1.0 if ground is Stem.CLIP else _FAINT)
        self._show_heard()

    def _show_heard(self) -> None:
        main = self._stack.spectrogram
        wanted = (self._heard if self._follows else None) or self._ground
        channel = wanted if wanted in self._sounds else Channel(Stem.CLIP)
        changed = channel != main.channel
        if changed:
            self._stack.show_main(channel)
            self._give_sound(main)
        self._name_main()
        if changed:
            self.pictures_changed.emit()

    def _name_main(self) -> None:
        main = self._stack.spectrogram
        own = self._stack.lanes.get(main.channel)
        # The lane of the sound itself has its name, too: this one says that it is a spectrogram, and always of what.
        names = own.names if own is not None else ("",)
        first, *_, last = (name.lower() for name in names * 2) if main.channel in set(Stem) else names * 2
        if self._shows_share and main.channel == Stem.CLIP:
            main.show_title(f"Spectrogram: {first} · target's share", "Target's share", "Share")
        else:
            main.show_title(f"Spectrogram: {first}", f"Spectr.: {first}", f"Sp.: {last}")
