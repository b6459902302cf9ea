"""The text of a REAPER project: a line a fact, blocks between < and >.

The format is not published; it is what REAPER 5 to 7 write (github.com/ReaTeam/Doc, "State Chunk Definitions").
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from samstudio.audio.export.daw.daw_project import PICTURE_COLOR, TEMPO, DawMarker, DawProject, DawTrack, plain_text
from samstudio.session.labels.label import exact
from samstudio.session.mix import Strip

_LINEAR, _SMOOTH = 0, 5
"""Shapes of a fade: no fade has any; half a raised cosine."""
_SOLO = 2
"""In place: with the folder that it is in."""
_SOURCES = {".flac": "FLAC"}
"""By a file's ending; all others that a project gets are WAVE."""
_FOLDER, _WITHIN, _LAST, _ALONE = "1 1", "0 0", "2 -1", "0 0"
"""Whether a track begins a folder or ends it, and how many levels the next one lies deeper."""


def reaper_project(project: DawProject, folder: Path) -> str:
    """The text of the project, to be written into `folder`: paths are relative to it."""
    # TIMELOCKMODE, TEMPOENVLOCKMODE: items and markers stay where they are in seconds when the user sets the tempo.
    lines = [
        '<REAPER_PROJECT 0.1 "7.0" 0',
        "PANLAW 1",
        "PROJOFFS 0 0 0",
        "TIMEMODE 0 5 -1 30 0 0 -1",
        "PANMODE 3",
        f"CURSOR {exact(project.start)}",
        "TIMELOCKMODE 0",
        "TEMPOENVLOCKMODE 0",
        f"SAMPLERATE {project.sample_rate} 1 0",
        f"TEMPO {exact(TEMPO)} 4 4",
        f"MASTER_NCH {_nch(project)} 2",
        f"MASTER_VOLUME {exact(Strip(project.master_db).amplitude)} 0 -1 -1 1",
    ]
    for number, marker in enumerate(project.markers, 1):
        lines += _marker(number, marker)
    lines += _picture(project, folder)
    lines += [*_track_head(project.name, None, Strip(), _FOLDER, _nch(project)), ">"]
    for track in project.tracks:
        place = _LAST if track is project.tracks[-1] else _WITHIN
        lines += _track_head(track.name, track.color, track.strip, place, _nch(project))
        lines += [*_sound_item(project, track, folder), ">"]
    return "".join(_indented([*lines, ">"]))


def _marker(number: int, marker: DawMarker) -> Iterator[str]:
    is_region = int(marker.end is not None)
    name = _quoted(marker.name)
    yield f"MARKER {number} {exact(marker.start)} {name} {is_region} {_color(marker.color)} 1 R {_guid()} 0"
    if marker.end is not None:
        yield f'MARKER {number} {exact(marker.end)} "" 1'


def _track_head(name: str, color: str | None, strip: Strip, place: str, channels: int) -> Sequence[str]:
    """A track's lines before its items; its last one, ">", is missing."""
    identity = _guid()
    return [
        f"<TRACK {identity}",
        f"NAME {_quoted(name)}",
        *([f"PEAKCOL {_color(color)}"] if color else []),
        f"VOLPAN {exact(strip.amplitude)} {exact(strip.pan)} -1 -1 1",
        f"MUTESOLO {int(strip.mute)} {_SOLO if strip.solo else 0} {int(strip.solo_safe)}",
        f"IPHASE {int(strip.invert)}",
        f"ISBUS {place}",
        f"NCHAN {channels}",
        f"TRACKID {identity}",
        "MAINSEND 1 0",
    ]


def _sound_item(project: DawProject, track: DawTrack, folder: Path) -> Sequence[str]:
    source = _SOURCES.get(track.path.suffix.lower(), "WAVE")
    fades = project.fade_in, project.fade_out
    facts = _item(track.name, project.start, project.seconds, fades, track.color)
    return [*facts, *_source(source, track.path, folder), ">"]


def _picture(project: DawProject, folder: Path) -> Sequence[str]:
    """A track with the film, its own sound turned down: a mute or others' solo would hide the picture too."""
    picture = project.picture
    if picture is None:
        return []
    # Before the time 0 there is nothing: the item begins later in the film then.
    begin = project.origin - picture.delay
    skipped = max(0.0, -begin)
    end = project.start + project.seconds if picture.seconds is None else begin + picture.seconds
    name = plain_text(picture.path.stem)
    return [
        *_track_head(name, PICTURE_COLOR, Strip(float("-inf"), solo_safe=True), _ALONE, 2),
        *_item(name, begin + skipped, end - begin - skipped, (0.0, 0.0), PICTURE_COLOR, skipped),
        *_source("VIDEO", picture.path, folder),
        ">",
        ">",
    ]


def _item(
    name: str, start: float, seconds: float, fades: tuple[float, float], color: str, skipped: float = 0.0
) -> Sequence[str]:
    """An item's lines before its source; its last one, ">", is missing."""
    fade_in, fade_out = (
        f"{_SMOOTH if fade else _LINEAR} {exact(fade)} 0 {_SMOOTH if fade else _LINEAR} 0 0 0" for fade in fades
    )
    return [
        "<ITEM",
        f"POSITION {exact(start)}",
        "SNAPOFFS 0",
        f"LENGTH {exact(seconds)}",
        "LOOP 0",
        "ALLTAKES 0",
        f"FADEIN {fade_in}",
        f"FADEOUT {fade_out}",
        "MUTE 0 0",
        f"COLOR {_color(color)} B",
        f"IGUID {_guid()}",
        f"NAME {_quoted(name)}",
        "VOLPAN 1 0 1 -1",
        f"SOFFS {exact(skipped)}",
        "PLAYRATE 1 1 0 -1 0 0.0025",
        "CHANMODE 0",
        f"GUID {_guid()}",
    ]


def _source(kind: str, path: Path, folder: Path) -> Sequence[str]:
    try:
        place = Path(os.path.relpath(path, folder))
    except ValueError:
        # On Windows, from one drive to another there is no relative path.
        place = path
    return [f"<SOURCE {kind}", f"FILE {_quoted(place.as_posix())}", ">"]


def _nch(project: DawProject) -> int:
    """Channels of every track, which REAPER counts in pairs."""
    widest = max(track.channels for track in project.tracks)
    return widest + widest % 2


def _indented(lines: Sequence[str]) -> Iterator[str]:
    depth = 0
    for line in lines:
        depth -= line == ">"
        yield f"{'  ' * depth}{line}\n"
        depth += line.startswith("<")


def _quoted(text: str) -> str:
    """In the first of the three quotation marks that it does not contain."""
    mark = next((mark for mark in "\"'`" if mark not in text), "")
    return f"{mark}{text}{mark}" if mark else f"`{text.replace('`', chr(39))}`"


def _color(color: str) -> int:
    """A colour #rrggbb as a number: blue is highest, above it the mark that it is one."""
    red, green, blue = bytes.fromhex(color[1:])
    return 1 << 24 | blue << 16 | green << 8 | red


def _guid() -> str:
    return f"{{{str(uuid4()).upper()}}}"
