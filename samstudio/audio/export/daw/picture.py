"""The film in a DAW project."""

from pathlib import Path

import av

from samstudio.audio.decode.opened import open_container, open_file
from samstudio.audio.errors import AudioError
from samstudio.audio.export.daw.daw_project import Picture
from samstudio.audio.video.video_file import sound_delay


def picture_of(path: Path, track: int | None) -> Picture | None:
    """The film in a file; `track` is its sound track as for `read_clip`. None where there is none to be read."""
    try:
        with open_file(path) as file, open_container(file) as film:
            delay = float(sound_delay(film, path, track))
            return Picture(path, delay, film.duration / av.time_base if film.duration else None)
    except (av.FFmpegError, AudioError, OSError, ValueError):
        return None
