"""What of a video is shown to a model: its objects, whether followed or in rectangles; all else is black."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.engine import Notice, Progress, SeparationError, SeparationRequest, TrackStore, Video
from samstudio.separation.video.contract import Picture, Tracked
from samstudio.separation.video.finders import make_tracker
from samstudio.separation.video.following import GrowingTrack, follow, track_times
from samstudio.separation.video.tracking.frames import resized
from samstudio.session.region import region_at
from samstudio.session.video.mask_track import UNSURE, MaskTrack
from samstudio.session.video.objects import VideoObject

NO_VIDEO = "An object is marked, but this recording has no video: open the video file, or remove the object."


@dataclass(frozen=True, eq=False)
class View:
    """A video frame (H, W, 3), and what of it is shown: rows and columns, or masks (h, w)."""

    pixels: Picture
    regions: tuple[tuple[slice, slice], ...]
    masks: tuple[tuple[bytes, int, int], ...]
    """Each packed, with its height and width."""

    def is_same(self, other: "View | None") -> bool:
        """Whether it shows the same of the same frame."""
        return (
            other is not None
            and self.pixels is other.pixels
            and (self.regions, self.masks) == (other.regions, other.masks)
        )

    def mask(self) -> Tensor:
        """(H, W), 1 where something is shown."""
        shown = torch.zeros(self.pixels.shape[:2], dtype=torch.uint8)
        for place in self.regions:
            shown[place] = 1
        for packed, height, width in self.masks:
            track = MaskTrack("", (0.0,), (packed,), (1.0,), height, width)
            mask = torch.from_numpy(np.array(track.mask(0))).float()
            shown[resized(mask, *shown.shape) > 0.5] = 1
        return shown


@dataclass(frozen=True)
class ShownVideo:
    """The video of a request and the objects in it that make the sound."""

    video: Video
    objects: tuple[VideoObject, ...]
    store: TrackStore | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Tells of all that decides what is shown."""
        follows = any(known.follows for known in self.objects)
        seen = tuple((known.marks, known.follows) for known in self.objects)
        return self.video.key, seen, make_tracker().key if follows else ""

    def tracks(self, frames: range, rate: float) -> Generator[Progress, None, tuple[MaskTrack, ...]]:
        """Follow the objects that are followed, through frames at `rate` a second."""
        found = []
        for known in self.objects:
            if known.follows:
                times = track_times((frames.start / rate, frames.stop / rate), rate)
                steps = follow(self.video, known.marks, times, make_tracker(), self.store)
                found.append((yield from _progress(steps)))
        return tuple(found)

    def doubts(self, tracks: tuple[MaskTrack, ...], frames: range, rate: float) -> tuple[Notice, ...]:
        """Where the objects that were followed may not be what is shown."""
        names = [known.name or "The object" for known in self.objects if known.follows]
        notices = []
        for name, track in zip(names, tracks, strict=True):
            times = [index / rate for index in frames]
            unsure = [time for time in times if track.certainty_at(time) < UNSURE]
            if unsure:
                notices.append(
                    Notice(
                        f"{name} may be lost in {len(unsure) / rate:.1f} of {len(times) / rate:.1f} s of the picture, "
                        f"first at {unsure[0]:.1f} s: click it there."
                    )
                )
        return tuple(notices)

    def views(self, tracks: tuple[MaskTrack, ...], frames: range, rate: float) -> Generator[View, None, None]:
        """The video frame at each of the frames, and what is shown of it."""
        ways = [known.regions for known in self.objects if not known.follows]
        with closing(self.video.frames_at(index / rate for index in frames)) as shown:
            for index, pixels in zip(frames, shown, strict=True):
                height, width = pixels.shape[:2]
                regions = [region for way in ways if (region := region_at(way, index / rate))]
                masks = []
                for track in tracks:
                    place = track.index_at(index / rate)
                    if place is not None and track.masks[place]:
                        masks.append((track.masks[place], track.height, track.width))
                yield View(pixels, tuple(region.pixels(width, height) for region in regions), tuple(masks))


def shown_video(request: SeparationRequest) -> ShownVideo | None:
    """None where the prompt has no object in the video. Raises SeparationError where there is no video."""
    objects = request.prompt.active_objects
    if not objects:
        return None
    if request.video is None:
        raise SeparationError(NO_VIDEO)
    return ShownVideo(request.video, objects, request.tracks)


def _progress(
    steps: Generator[tuple[Progress | Tracked, GrowingTrack], None, MaskTrack],
) -> Generator[Progress, None, MaskTrack]:
    """The steps that are progress."""
    with closing(steps):
        while True:
            try:
                step, _ = next(steps)
            except StopIteration as end:
                track: MaskTrack = end.value
                return track
            if isinstance(step, Progress):
                yield step
