"""Names that the disk takes for the recording, but not with what the stems add: shortened, different, told once."""

import os
import unicodedata
from pathlib import Path

import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.file_names import shortened
from samstudio.cli.stems.names import stem_paths

FLAC = AudioFormat("flac", "24")


@pytest.mark.parametrize("name", ["n" * 246, "n" * 251, "漢" * 83, "🎻" * 62, "e\u0301" * 83])
def test_a_long_name_is_shortened_and_reported(run, recording, engine, tmp_path, name):
    ran = run("separate", recording(f"{name}.wav"), "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.code == 0
    made = sorted(path.name for path in (tmp_path / "o").iterdir())
    assert [Path(line).name for line in sorted(ran.out)] == made
    assert [made[0].removesuffix("_residual.wav")] == [made[1].removesuffix("_target.wav")]
    assert all(len(os.fsencode(file)) <= 255 for file in made)
    assert made[0].startswith(name[:40])
    (note,) = [line for line in ran.err if "too long" in line]
    assert made[1].removesuffix("_target.wav") in note


def test_a_name_that_fits_stays(run, recording, engine, tmp_path):
    # The longest ending is that of the manifest, which may lie beside the stems.
    name = "n" * (255 - len("_manifest.json"))
    ran = run("separate", recording(f"{name}.wav"), "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.err == ["Halved, not separated."]
    assert (tmp_path / "o" / f"{name}_residual.wav").exists()


def test_names_that_differ_at_their_ends_stay_different(run, recording, engine, tmp_path):
    for end in "abc":
        recording(f"{'n' * 245}{end}.wav")
    rows = "".join(f"{'n' * 245}{end}.wav,+0:1\n" for end in "abc")
    (tmp_path / "m.csv").write_text(f"input,spans\n{rows}")
    words = ["batch", tmp_path / "m.csv", "-o", tmp_path / "o"]
    ran = run(*words)
    assert ran.out == ["3 done, 0 had been done before, 0 failed."]
    assert len([path for path in (tmp_path / "o").iterdir() if path.suffix == ".wav"]) == 6
    assert sum("too long" in line for line in ran.err) == 3
    assert run(*words).out == ["0 done, 3 had been done before, 0 failed."]


def test_a_folder_whose_name_is_too_long_is_reported(run, recording, engine, tmp_path):
    ran = run("separate", recording(), "--span", "+0:1", "-o", tmp_path / ("o" * 300))
    assert ran.code == 6
    assert "cannot be made" in ran.sentence
    (tmp_path / "m.csv").write_text("input,spans\nsong.wav,+0:1\n")
    ran = run("batch", tmp_path / "m.csv", "-o", tmp_path / ("o" * 300))
    assert ran.code == 6
    assert "choose another folder" in ran.sentence


def test_a_recording_that_is_not_there_is_all_that_is_reported(run, engine, tmp_path):
    ran = run("separate", tmp_path / f"{'n' * 300}.wav", "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.code == 3
    assert "too long for the stems" not in ran.sentence


def test_a_disk_with_shorter_names(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "pathconf", lambda *_: 143, raising=False)
    target, residual = stem_paths(tmp_path / "not/yet/there", "n" * 200, FLAC)
    assert len(residual.name) == 143
    assert residual.name.removesuffix("_residual.flac") == target.name.removesuffix("_target.flac")


@pytest.mark.parametrize(
    "name",
    [
        "n" * 70, "漢字" * 20, "e\u0301\u0323" * 20, "👩\u200d🎤" * 9, "👍🏽❤\ufe0f" * 9, os.fsdecode(b"gr\xfcn") * 20,
    ],
)  # fmt: skip
def test_names_are_cut_between_whole_characters(name):
    for most in range(9, 60):
        short = shortened(name, most)
        assert len(os.fsencode(short)) <= most
        head, _, mark = short.rpartition("~")
        assert len(mark) == 8
        assert name.startswith(head)
        rest = name[len(head) :]
        assert not unicodedata.combining(rest[0])
        assert rest[0] not in "\u200d\ufe0f🏽"
        assert not head.endswith("\u200d")
