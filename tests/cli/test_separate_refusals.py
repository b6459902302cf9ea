"""`samstudio separate` that cannot do what was asked: one sentence, an exit code, and no files."""

import json
import os

import pytest
import soundfile

from samstudio.separation.engine import Progress, SeparationError, StemChunk


class Failing:
    def separate(self, request):
        yield StemChunk(0, request.samples[:100], request.samples[:100])
        raise SeparationError("The graphics card ran out of memory: choose --device cpu.")


class Interrupted:
    def separate(self, request):
        yield StemChunk(0, request.samples[:100], request.samples[:100])
        raise KeyboardInterrupt


class Broken:
    def separate(self, request):
        yield Progress("Fitting", 1, 2)
        raise ZeroDivisionError("oops")


def sound(path):
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Nothing says what to separate: mark where the sound is heard (--span +A:B) or name it (--prompt)."),
        (["--prompt", "not the dog"], "says only what the sound is not"),
        (["--prompt", "  "], "Nothing says what to separate"),
        (["--span=-0:1", "--box=-0:1:20:90"], "The - spans only say where the sound is not: mark where it is heard"),
        (["--span", "1:2"], "a span is written +A:B or -A:B in seconds, such as +1.5:3.0, not '1:2'"),
        (["--span", "+2:1"], "A span must run forward from 0 s or later, not from 2 s to 1 s"),
        (["--span", "+5:6"], "The span +5:6 lies after the end of the recording at 2.00 s."),
        (["--box", "+0:1:9:3"], "A box must rise"),
        (["--span", "+0:1", "--range", "2:1"], "a range must run forward"),
        (["--span", "+0:1", "--range", "7:9"], "The range starts at 7 s, but the recording ends at 2.00 s."),
        (["--span", "+0:1", "--device", "gpu"], "a device is auto, cpu, cuda, cuda:N or mps, not 'gpu'"),
        (["--span", "+0:1", "--seed", "x"], "a seed is a whole number from 0 to 9223372036854775807, not 'x'"),
        (["--span", "+0:1", "--engine", "magic"], "invalid choice: 'magic'"),
        (["--span", "+0:1", "--format", "flac", "--bits", "32f"], "There is no flac with 32f bits"),
        (["--span", "+0:1", "--model", "m"], "The spectral engine has no '--model m': please leave it out."),
        (["--span", "+0:1", "--preset", "fast"], "The spectral engine has no '--preset fast'"),
        (["--span", "+0:1", "--mode", "generated"], "The spectral engine has no '--mode generated'"),
        (["--span", "+0:1", "--residual", "model"], "The spectral engine has no '--residual model'"),
        (["--span"], "expected one argument"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_wrong_usage(run, recording, engine, tmp_path, words, sentence):
    ran = run("separate", recording(), "-o", tmp_path / "o", *words)
    assert ran.code == 2
    assert sentence in ran.err[-1]
    assert not (tmp_path / "o").exists()


def test_json_is_printed_of_a_failure_too(run, recording, tmp_path):
    ran = run("separate", recording(), "-o", tmp_path / "o", "--json", "--prompt", "not the dog")
    assert json.loads(ran.out[-1])["code"] == ran.code == 2
    assert json.loads(ran.out[-1])["error"] in ran.err[-1]


def test_input_and_output_are_needed(run, recording):
    assert "-o/--output" in run("separate", recording()).sentence
    assert "IN" in run("separate", "-o", "x").sentence


@pytest.mark.parametrize(
    ("content", "sentence"), [(None, "no file"), (b"", "empty"), (b"no sound at all", "is not a sound file")]
)
def test_unreadable_input(run, engine, tmp_path, content, sentence):
    path = tmp_path / "song.wav"
    if content is not None:
        path.write_bytes(content)
    ran = run("separate", path, "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.code == 3
    assert sentence in ran.sentence
    assert not (tmp_path / "o").exists()


def test_a_missing_engine(run, recording, tmp_path):
    ran = run("separate", recording(), "--span", "+0:1", "--engine", "sam-audio", "-o", tmp_path / "o")
    assert ran.code == 4
    assert "SAM Audio needs weights" in ran.sentence
    assert not (tmp_path / "o").exists()


def test_a_failing_separation_leaves_nothing(run, recording, engine, tmp_path):
    engine(Failing())
    ran = run("separate", recording(), "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.code == 5
    assert ran.sentence == "samstudio: The graphics card ran out of memory: choose --device cpu."
    assert not (tmp_path / "o").exists()


def test_an_interruption_leaves_nothing_and_keeps_the_old(run, recording, engine, tmp_path):
    old = tmp_path / "song_target.wav"
    old.write_bytes(b"old")
    engine(Interrupted())
    ran = run("separate", recording(), "--span", "+0:1", "-o", tmp_path, "--overwrite")
    assert ran.code == 130
    assert ran.sentence == "samstudio: Interrupted; no incomplete files were left."
    assert old.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.wav", "song_target.wav"]


@pytest.mark.parametrize("existing", ["song_target.wav", "song_residual.wav"])
def test_existing_files_are_replaced_on_request_only(run, recording, engine, tmp_path, existing):
    (tmp_path / existing).write_bytes(b"old")
    words = ["separate", recording(), "--span", "+0:1", "-o", tmp_path]
    ran = run(*words)
    assert ran.code == 6
    path = tmp_path / existing
    assert ran.sentence == f"samstudio: '{path}' exists: choose another folder, or replace it with --overwrite."
    assert path.read_bytes() == b"old"
    assert run(*words, "--overwrite").code == 0
    assert len(sound(path)) == 16000


def test_a_file_in_the_folders_place(run, recording, engine, tmp_path):
    (tmp_path / "o").write_bytes(b"")
    ran = run("separate", recording(), "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.code == 6
    assert f"The folder '{tmp_path / 'o'}' cannot be made" in ran.sentence


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(run, recording, engine, tmp_path):
    path = recording()
    (tmp_path / "o").mkdir(mode=0o500)
    assert run("separate", path, "--span", "+0:1", "-o", tmp_path / "o").code == 6


def test_a_bug_is_a_sentence_and_its_traceback_is_in_the_log(run, recording, engine, tmp_path, monkeypatch):
    monkeypatch.setattr("samstudio.app.log.log_file", lambda: tmp_path / "samstudio.log")
    engine(Broken())
    ran = run("separate", recording(), "--span", "+0:1", "-o", tmp_path / "o")
    assert ran.code == 1
    assert "Something unexpected went wrong (ZeroDivisionError('oops'))" in ran.sentence
    assert str(tmp_path / "samstudio.log") in ran.sentence
    assert "in separate" in (tmp_path / "samstudio.log").read_text("utf-8")
