"""The two texts of a DAWproject 1.0 (github.com/bitwig/dawproject): the project, and what is known of the recording."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import count

from samstudio import __version__
from samstudio.audio.export.daw.daw_project import TEMPO, DawProject, DawTrack, plain_text
from samstudio.audio.metadata.tags import SOFTWARE
from samstudio.session.labels.label import exact
from samstudio.session.mix import MAX_GAIN_DB, Strip

_TAGS = {
    "Title": "title",
    "Artist": "artist",
    "Album": "album",
    "Composer": "composer",
    "Year": "date",
    "Genre": "genre",
    "Copyright": "copyright",
    "Comment": "comment",
}
"""Elements in the schema's order, and our names for their tags."""
_MOST = exact(Strip(MAX_GAIN_DB).amplitude)
"""The top of a fader."""
_SPAN_END = "{name} (end)"
"""Markers have no length, so a span gets a second one."""


def audio_name(track: DawTrack) -> str:
    """The place of a track's file in the archive."""
    return f"audio/{track.path.name}"


def project_xml(project: DawProject) -> bytes:
    """The text `project.xml`. Raises no error whatever names hold."""
    ids = (f"id{number}" for number in count())
    root = ET.Element("Project", version="1.0")
    ET.SubElement(root, "Application", name=SOFTWARE, version=__version__)
    transport = ET.SubElement(root, "Transport")
    ET.SubElement(transport, "Tempo", id=next(ids), unit="bpm", value=exact(TEMPO))
    ET.SubElement(transport, "TimeSignature", id=next(ids), numerator="4", denominator="4")
    tracks = _structure(root, project, ids)
    arrangement = ET.SubElement(root, "Arrangement", id=next(ids))
    lanes = ET.SubElement(arrangement, "Lanes", id=next(ids), timeUnit="seconds")
    for track, name in zip(project.tracks, tracks, strict=True):
        lane = ET.SubElement(lanes, "Lanes", id=next(ids), track=name)
        _add_clip(ET.SubElement(lane, "Clips", id=next(ids)), project, track, ids)
    _add_markers(arrangement, project, ids)
    return _text(root)


def metadata_xml(project: DawProject) -> bytes:
    """The text `metadata.xml`."""
    root = ET.Element("MetaData")
    for element, tag in _TAGS.items():
        if text := plain_text(project.tags.get(tag, "")):
            ET.SubElement(root, element).text = text
    return _text(root)


def _structure(root: ET.Element, project: DawProject, ids: Iterator[str]) -> list[str]:
    """Add a track for the recording, those of the files below it, and the master; the ids of the files' tracks."""
    structure = ET.SubElement(root, "Structure")
    group_channel, master_channel = next(ids), next(ids)
    widest = max(track.channels for track in project.tracks)
    names = [next(ids) for _ in project.tracks]
    group = ET.SubElement(structure, "Track", id=next(ids), name=project.name, contentType="tracks", loaded="true")
    _add_channel(group, Strip(), widest, ids, id=group_channel, role="regular", destination=master_channel)
    for track, name in zip(project.tracks, names, strict=True):
        facts = {"id": name, "name": track.name, "color": track.color, "contentType": "audio", "loaded": "true"}
        element = ET.SubElement(group, "Track", facts)
        channel = {"id": next(ids), "role": "regular", "destination": group_channel}
        _add_channel(element, track.strip, track.channels, ids, **channel)
    master = ET.SubElement(structure, "Track", id=next(ids), name="Master", contentType="audio", loaded="true")
    _add_channel(master, Strip(project.master_db), widest, ids, id=master_channel, role="master")
    return names


def _add_channel(track: ET.Element, strip: Strip, channels: int, ids: Iterator[str], **facts: str) -> None:
    solo = str(strip.solo).lower()
    channel = ET.SubElement(track, "Channel", {"audioChannels": str(channels), "solo": solo, **facts})
    ET.SubElement(channel, "Mute", id=next(ids), name="Mute", value=str(strip.mute).lower())
    pan = exact((strip.pan + 1.0) / 2.0)
    ET.SubElement(channel, "Pan", id=next(ids), name="Pan", unit="normalized", min="0", max="1", value=pan)
    volume = exact(strip.amplitude)
    ET.SubElement(channel, "Volume", id=next(ids), name="Volume", unit="linear", min="0", max=_MOST, value=volume)


def _add_clip(clips: ET.Element, project: DawProject, track: DawTrack, ids: Iterator[str]) -> None:
    seconds = exact(project.seconds)
    facts = {
        "name": track.name,
        "color": track.color,
        "time": exact(project.start),
        "duration": seconds,
        "contentTimeUnit": "seconds",
        "playStart": "0",
        "playStop": seconds,
        "fadeTimeUnit": "seconds",
        "fadeInTime": exact(project.fade_in),
        "fadeOutTime": exact(project.fade_out),
    }
    rate, channels = str(project.sample_rate), str(track.channels)
    clip = ET.SubElement(clips, "Clip", facts)
    sound = ET.SubElement(clip, "Audio", id=next(ids), sampleRate=rate, channels=channels, duration=seconds)
    ET.SubElement(sound, "File", path=audio_name(track))


def _add_markers(arrangement: ET.Element, project: DawProject, ids: Iterator[str]) -> None:
    if not project.markers:
        return
    markers = ET.SubElement(arrangement, "Markers", id=next(ids), timeUnit="seconds")
    points = [(marker.start, marker.name, marker.color) for marker in project.markers]
    points += [
        (marker.end, _SPAN_END.format(name=marker.name), marker.color)
        for marker in project.markers
        if marker.end is not None
    ]
    for time, name, color in sorted(points, key=lambda point: point[0]):
        ET.SubElement(markers, "Marker", time=exact(time), name=name, color=color)


def _text(root: ET.Element) -> bytes:
    ET.indent(root)
    text: bytes = ET.tostring(root, "UTF-8", xml_declaration=True)
    return text
