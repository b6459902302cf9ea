"""The recordings that a worker was sent, on its disk, so that the next prompt on one sends nothing again."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array

MOST_BYTES = 16 << 30
"""Of all recordings together; the one that was used longest ago goes first."""


@dataclass
class StoredClip:
    """A recording, `ready` frames of which have come."""

    samples: Samples
    ready: int = 0


_clips: OrderedDict[str, StoredClip] = OrderedDict()
_lock = Lock()


def frames_here(digest: str, frames: int, channels: int) -> int:
    """Runs on a worker: how many frames of a recording it has; makes room for the rest. Raises ScratchError."""
    with _lock:
        if digest not in _clips:
            _make_room(frames * channels * 4)
            _clips[digest] = StoredClip(scratch_array(frames, channels))
        _clips.move_to_end(digest)
        return _clips[digest].ready


def receive(digest: str, start: int, data: bytes) -> None:
    """Runs on a worker: samples from frame `start` on, float32. What came before is not written again."""
    with _lock:
        clip = _clips[digest]
        channels = clip.samples.shape[1]
        piece = np.frombuffer(data, np.float32).reshape(-1, channels)
        if start == clip.ready:
            clip.samples[start : start + len(piece)] = piece
            clip.ready = start + len(piece)
            forget_pages(clip.samples)


def stored_clip(digest: str) -> Samples | None:
    """A recording that is here as a whole; None where it is not."""
    with _lock:
        clip = _clips.get(digest)
        return clip.samples if clip is not None and clip.ready == len(clip.samples) else None


def _make_room(size: int) -> None:
    # Whoever reads one that goes keeps its file until they have done.
    while _clips and sum(clip.samples.nbytes for clip in _clips.values()) + size > MOST_BYTES:
        _clips.popitem(last=False)
