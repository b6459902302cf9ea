"""Reads DAW projects back: DAWprojects by their schema, REAPER projects with the package rpp."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

_SCHEMA = Path(__file__).parent / "dawproject_schema"


@dataclass(frozen=True)
class ReadTrack:
    """A track with its only item, if it has one; colours are #rrggbb, times seconds."""

    name: str
    volume: float
    pan: float
    mute: bool
    solo: bool
    color: str = ""
    file: str = ""
    start: float = 0.0
    seconds: float = 0.0
    fades: tuple[float, float] = (0.0, 0.0)


Markers = list[tuple[float, str]]


def valid_project(path: Path) -> ET.Element:
    """The project in an archive whose texts the schema accepts."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in ("Project", "MetaData"):
            _schema(name).validate(archive.read(f"{name.lower()}.xml").decode())
        return ET.fromstring(archive.read("project.xml"))


@cache
def _schema(name: str) -> Any:
    return pytest.importorskip("xmlschema").XMLSchema(_SCHEMA / f"{name}.xsd")


def dawproject_tracks(project: ET.Element) -> list[ReadTrack]:
    """The tracks in the group, in order."""
    (group,) = (track for track in project.iterfind("Structure/Track") if track.get("contentType") == "tracks")
    lanes = {lane.get("track"): lane for lane in project.iterfind("Arrangement/Lanes/Lanes")}
    assert project.find("Arrangement/Lanes").get("timeUnit") == "seconds"
    return [_dawproject_track(track, lanes[track.get("id")]) for track in group.iterfind("Track")]


def _dawproject_track(track: ET.Element, lane: ET.Element) -> ReadTrack:
    clip, sound = lane.find("Clips/Clip"), lane.find("Clips/Clip/Audio")
    assert (clip.get("name"), clip.get("color")) == (track.get("name"), track.get("color"))
    assert {clip.get(name) for name in ("duration", "playStop")} == {sound.get("duration")}
    volume, pan, mute = (track.find(f"Channel/{name}").get("value") for name in ("Volume", "Pan", "Mute"))
    return ReadTrack(
        track.get("name"),
        float(volume),
        2.0 * float(pan) - 1.0,
        mute == "true",
        track.find("Channel").get("solo") == "true",
        track.get("color"),
        sound.find("File").get("path"),
        float(clip.get("time")),
        float(clip.get("duration")),
        (float(clip.get("fadeInTime")), float(clip.get("fadeOutTime"))),
    )


def dawproject_markers(project: ET.Element) -> Markers:
    """Time and name of each."""
    return [
        (float(marker.get("time")), marker.get("name")) for marker in project.iterfind("Arrangement/Markers/Marker")
    ]


def reaper_project(path: Path) -> object:
    """The project as rpp reads it."""
    rpp = pytest.importorskip("rpp")
    return rpp.loads(path.read_text("utf-8"))


def reaper_tracks(project) -> list[ReadTrack]:
    """All tracks, in order, the folder among them."""
    return [_reaper_track(track) for track in project.findall("TRACK")]


def _reaper_track(track) -> ReadTrack:
    volume, pan = map(float, track.find("VOLPAN")[1:3])
    mute, solo = (value != "0" for value in track.find("MUTESOLO")[1:3])
    head = track.find("NAME")[1], volume, pan, mute, solo
    item = track.find("ITEM")
    if item is None:
        return ReadTrack(*head)
    assert item.find("NAME")[1] == track.find("NAME")[1]
    assert item.find("COLOR")[1] == track.find("PEAKCOL")[1]
    return ReadTrack(
        *head,
        reaper_color(track.find("PEAKCOL")[1]),
        item.find("SOURCE").find("FILE")[1],
        float(item.find("POSITION")[1]),
        float(item.find("LENGTH")[1]),
        (float(item.find("FADEIN")[2]), float(item.find("FADEOUT")[2])),
    )


def reaper_markers(project) -> Markers:
    """Time and name of each; the end of a region has no name."""
    return [(float(marker[2]), marker[3]) for marker in project.findall("MARKER")]


def reaper_color(number: str) -> str:
    """#rrggbb: red is lowest, and above blue is the mark that it is a colour."""
    blue_green_red = (int(number) - (1 << 24)).to_bytes(3, "big")
    return "#" + blue_green_red[::-1].hex()
