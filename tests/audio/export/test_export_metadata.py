"""Tags, recipe, time reference and markers are written into the files."""

import json
from dataclasses import replace

import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.files import load_clip
from samstudio.audio.metadata.cue import CueMarker, markers_in
from samstudio.audio.metadata.riff import read_kept_chunks
from samstudio.audio.metadata.tags import Metadata, metadata_of
from tests.audio.export.run_export import run


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_tags_and_recipe_travel(request_for, container):
    recipe = "spectral; 'voice'; +1.00:2.00; seed 0"
    report = run(request_for(format=AudioFormat(container, "24"), recipe=recipe))
    tags = load_clip(report.paths["residual"]).tags
    assert tags["title"] == "Song"
    assert tags["comment"] == f"Take 3\n{recipe}"
    assert tags["software"].startswith("SAM Studio")


def test_spans_travel_as_markers_and_the_recipe_beside(request_for, tmp_path):
    markers = [CueMarker(500, 1000, "+ voice"), CueMarker(80_000, 50_000, "- voice"), CueMarker(140_000, 10, "+ late")]
    report = run(request_for(start=1000, stop=91_000, markers=markers, record={"engine": "spectral"}))
    with report.paths["target"].open("rb") as file:
        assert markers_in(read_kept_chunks(file)) == [
            CueMarker(0, 500, "+ voice"),
            CueMarker(79_000, 11_000, "- voice"),
        ]
    assert report.record == tmp_path / "Song_ one_target.json"
    record = json.loads(report.record.read_text())
    assert record["engine"] == "spectral"
    assert (record["export"]["start"], record["export"]["frames"]) == (1000 / 48000, 90_000)


def test_markers_of_the_recording_go_on(request_for, clip, tmp_path):
    source, slate, line = tmp_path / "source.wav", CueMarker(2000, 0, "slate"), CueMarker(50_000, 4000, "line 3")
    with AudioWriter(source, 48000, 2, AudioFormat(), metadata=Metadata(markers=[slate, line])) as writer:
        writer.write(clip.samples)
    opened = replace(clip, riff_chunks=load_clip(source).riff_chunks)
    report = run(request_for(clip=opened, start=1000, markers=[line, CueMarker(3000, 10, "+")]))
    with report.paths["target"].open("rb") as file:
        assert markers_in(read_kept_chunks(file)) == [
            CueMarker(1000, 0, "slate"),
            CueMarker(49_000, 4000, "line 3"),
            CueMarker(2000, 10, "+"),
        ]


def test_history_and_a_recorders_notes_are_carried_on(request_for, clip, tmp_path):
    ixml = b"<BWFXML><SCENE>12A</SCENE></BWFXML>"
    source = tmp_path / "source.wav"
    with AudioWriter(source, 48000, 2, AudioFormat(), metadata=Metadata(ixml=ixml)) as writer:
        writer.write(clip.samples)
    report = run(request_for(clip=replace(clip, riff_chunks=load_clip(source).riff_chunks), recipe="spectral, seed 3"))
    data = report.paths["target"].read_bytes()
    assert metadata_of(load_clip(report.paths["target"])).ixml == ixml
    assert b"spectral, seed 3\r\n" in data[: data.index(b"fmt ")]
