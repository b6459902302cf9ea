"""Kept tracks of objects: a file each, named by the track's key, in a folder whose contents can be made anew.

A file is `SAMMASK1`, the length of a head (32 bits, little-endian), the head as JSON (`key`, `height`, `width`,
`times`, `certainty`, `sizes` of the masks in bytes), the masks as `packed_mask` makes them, and the SHA-256 of all.
"""

import json
from contextlib import suppress
from hashlib import sha256
from os import getpid
from pathlib import Path

from platformdirs import user_cache_path

from samstudio.session.video.mask_track import MaskTrack

SUFFIX = ".masks"
MOST_BYTES = 256 << 20
"""Of all files: some forty hours of masks at 25 a second; the oldest make room."""
_MAGIC = b"SAMMASK1"
_DIGEST = 32


class MaskFiles:
    """See `TrackStore`. What cannot be read or written is made anew: no fault reaches the caller."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: None is that of the program's own cache."""
        self._folder = folder or user_cache_path("samstudio", appauthor=False) / "masks"

    def find(self, key: str) -> MaskTrack | None:
        """The track of that key; None where its file is missing, damaged or another one's."""
        try:
            track = read_track((self._folder / f"{key}{SUFFIX}").read_bytes())
        except (OSError, ValueError):
            return None
        return track if track.key == key else None

    def keep(self, track: MaskTrack) -> None:
        """Write a track; where there is no room, it is not kept."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f".{track.key}.{getpid()}"
            part.write_bytes(track_bytes(track))
            part.replace(self._folder / f"{track.key}{SUFFIX}")
            self._make_room()

    def _make_room(self) -> None:
        files = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
        room = MOST_BYTES
        for path in reversed(files):
            room -= path.stat().st_size
            if room < 0:
                path.unlink(missing_ok=True)


def track_bytes(track: MaskTrack) -> bytes:
    """The contents of a track's file."""
    head = json.dumps({
        "key": track.key, "height": track.height, "width": track.width, "times": track.times,
        "certainty": track.certainty, "sizes": [len(mask) for mask in track.masks],
    }).encode()  # fmt: skip
    body = _MAGIC + len(head).to_bytes(4, "little") + head + b"".join(track.masks)
    return body + sha256(body).digest()


def read_track(content: bytes) -> MaskTrack:
    """The track in the contents of a file. Raises ValueError for a damaged one."""
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    if not body.startswith(_MAGIC) or sha256(body).digest() != digest:
        raise ValueError("This is no file of masks, or it is damaged.")
    start = len(_MAGIC) + 4
    end = start + int.from_bytes(body[len(_MAGIC) : start], "little")
    try:
        head = json.loads(body[start:end])
        masks = []
        for size in head["sizes"]:
            masks.append(body[end : end + size])
            end += size
        times, certainty = tuple(map(float, head["times"])), tuple(map(float, head["certainty"]))
        return MaskTrack(str(head["key"]), times, tuple(masks), certainty, int(head["height"]), int(head["width"]))
    except (KeyError, TypeError) as error:
        raise ValueError("The head of this file of masks is not whole.") from error
