"""Batches that the version before has left unfinished."""

import os
import shutil
from pathlib import Path

import pytest

MADE = Path(__file__).parents[2] / "storage" / "version_1"
CHANGED_NS = 1796048299550078109
MODEL = ["--engine", "sam-audio", "--model", "tiny", "--device", "cpu", "--steps", "1", "--solver", "euler",
         "--mode", "faithful", "--no-presence-gate"]  # fmt: skip
FORMAT = ["--format", "flac", "--bits", "16"]


@pytest.fixture
def folder(tmp_path) -> Path:
    shutil.copytree(MADE / "batch", tmp_path, dirs_exist_ok=True)
    shutil.copy(MADE / "clip.wav", tmp_path)
    os.utime(tmp_path / "clip.wav", ns=(CHANGED_NS, CHANGED_NS))
    for journal in tmp_path.glob("*/samstudio-batch.jsonl"):
        text = journal.read_text("utf-8").replace("FOLDER", str(tmp_path.resolve()))
        journal.with_name(f".{journal.name}").write_text(text, "utf-8")
    return tmp_path


def test_what_was_done_is_left_alone_and_the_rest_is_done(run, folder):
    shutil.copy(MADE / "clip.wav", folder / "later.wav")
    before = (folder / "spectral" / "clip_target.flac").stat()
    ran = run("batch", folder / "manifest.csv", "-o", folder / "spectral", *FORMAT)
    assert ran.out == ["1 done, 1 had been done before, 0 failed."]
    after = (folder / "spectral" / "clip_target.flac").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert (folder / "spectral" / "later_target.flac").exists()


def test_what_a_model_has_done_is_left_alone(run, folder):
    ran = run("batch", folder / "model.csv", "-o", folder / "model", *MODEL, *FORMAT)
    assert ran.out == ["0 done, 1 had been done before, 0 failed."]


def test_a_row_that_changed_is_done_again(run, folder):
    manifest = folder / "manifest.csv"
    manifest.write_text(manifest.read_text("utf-8").replace("0.25:0.5", "0.25:0.55"), "utf-8")
    ran = run("batch", manifest, "-o", folder / "spectral", *FORMAT)
    assert ran.out == ["1 done, 0 had been done before, 1 failed."]


def test_other_options_are_another_job(run, folder):
    ran = run("batch", folder / "model.csv", "-o", folder / "model", *MODEL, "--steps", "2", *FORMAT)
    assert ran.code != 0
    assert ran.out == ["0 done, 0 had been done before, 1 failed."]


def test_another_sound_track_is_another_job(run, folder):
    (folder / "manifest.csv").write_text("input,spans,seed,track\nclip.wav,+0.25:0.5 -0:0.15,7,1\n", "utf-8")
    for done in ("1 done, 0 had been done before", "0 done, 1 had been done before"):
        ran = run("batch", folder / "manifest.csv", "-o", folder / "spectral", *FORMAT)
        assert ran.out == [f"{done}, 0 failed."]


def test_a_journal_longer_than_one_reading_is_read_to_its_end(run, recording, engine, tmp_path, monkeypatch):
    recording("a.wav", seconds=0.1)
    rows = "".join(f"a.wav,row {number},+0:0.1\n" for number in range(5))
    (tmp_path / "m.csv").write_text(f"input,prompt,spans\n{rows}", "utf-8")
    words = ["batch", tmp_path / "m.csv", "-o", tmp_path / "o"]
    assert run(*words).code == 0
    # One line and a piece of the next.
    monkeypatch.setattr("samstudio.cli.batches.journal._MOST_BYTES", 400)
    journal = tmp_path / "o" / ".samstudio-batch.jsonl"
    before = journal.read_bytes()
    assert len(before) > 2000
    assert run(*words).out == ["0 done, 5 had been done before, 0 failed."]
    assert journal.read_bytes() == before
