import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import soundfile

from samstudio.cli.batches.row_lock import row_lock
from samstudio.separation.engine import SeparationError, StemChunk
from tests.conftest import FakeEngine

SLOW_BATCH = """
import sys, time
import samstudio.cli.job
from samstudio.cli.main import main
from tests.conftest import FakeEngine

class Slow(FakeEngine):
    def separate(self, request):
        for step in super().separate(request):
            yield step
            time.sleep(0.05)

samstudio.cli.job.create_engine = lambda _name: Slow()
sys.exit(main(sys.argv[1:]))
"""


class Counting(FakeEngine):
    """Counts its jobs, by prompt."""

    def __init__(self):
        self.jobs = Counter()

    def separate(self, request):
        self.jobs[request.prompt.text] += 1
        yield from super().separate(request)


class Picky(FakeEngine):
    """Fails at prompts that ask for it, as promised or not."""

    def separate(self, request):
        if request.prompt.text == "bad":
            yield StemChunk(0, request.samples[:10], request.samples[:10])
            raise SeparationError("The + spans hold nothing but silence.")
        if request.prompt.text == "bug":
            raise KeyError("oops")
        yield from super().separate(request)


@pytest.fixture
def counting(engine) -> Counting:
    counter = Counting()
    engine(counter)
    return counter


@pytest.fixture
def manifest(tmp_path, recording):
    """Writes a manifest over recordings a, b and c."""
    for name in "abc":
        recording(f"{name}.wav", seconds=0.5)

    def write(*rows: str, header: str = "input,prompt,spans") -> Path:
        path = tmp_path / "manifest.csv"
        path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return path

    return write


THREE = ("a.wav,one,+0:0.2", "b.wav,two,+0:0.2", "c.wav,three,+0:0.2")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix not in (".json", ".jsonl"))


def test_every_row_is_separated(run, manifest, counting, tmp_path):
    ran = run("batch", manifest(*THREE), "-o", tmp_path / "o")
    assert (ran.code, ran.out) == (0, ["3 done, 0 had been done before, 0 failed."])
    assert files(tmp_path / "o") == [f"{name}_{stem}.wav" for name in "abc" for stem in ("residual", "target")]
    assert counting.jobs == {"one": 1, "two": 1, "three": 1}


def test_each_row_is_one_json_object(run, manifest, engine, tmp_path):
    engine(Picky())
    words = ["batch", manifest("a.wav,one,+0:0.2", "b.wav,bad,+0:0.2", "gone.wav,three,+0:0.2"), "--json"]
    ran = run(*words, "-o", tmp_path / "o")
    done, bad, gone = sorted(map(json.loads, ran.out), key=lambda told: told["row"])
    assert ran.code == 5
    assert (done["input"], Path(done["target"]).name, done["frames"]) == (
        "a.wav", "a_target.wav", soundfile.info(tmp_path / "a.wav").frames
    )  # fmt: skip
    assert bad["error"] == "The + spans hold nothing but silence."
    assert (bad["code"], gone["code"]) == (5, 3)
    assert any("1 done, 0 had been done before, 2 failed." in line for line in ran.err)
    again = json.loads(run(*words, "-o", tmp_path / "o").out[0])
    assert (again["row"], again["done_before"], again["target"]) == (done["row"], True, done["target"])


def test_what_is_done_stays_done(run, manifest, counting, tmp_path):
    words = ["batch", manifest(*THREE), "-o", tmp_path / "o"]
    run(*words)
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "o").glob("*.wav")}
    ran = run(*words)
    assert (ran.code, ran.out) == (0, ["0 done, 3 had been done before, 0 failed."])
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "o").glob("*.wav")} == written
    run(*words, "--overwrite")
    assert counting.jobs == {"one": 2, "two": 2, "three": 2}


def test_a_changed_row_a_changed_recording_and_a_lost_file_are_done_again(run, manifest, counting, recording, tmp_path):
    run("batch", manifest(*THREE), "-o", tmp_path / "o")
    counting.jobs.clear()
    ran = run("batch", manifest("a.wav,one,+0:0.3", *THREE[1:]), "-o", tmp_path / "o")
    assert (ran.code, counting.jobs) == (0, {"one": 1})
    recording("b.wav", seconds=0.7)
    run("batch", manifest("a.wav,one,+0:0.3", *THREE[1:]), "-o", tmp_path / "o")
    assert counting.jobs == {"one": 1, "two": 1}
    (tmp_path / "o/c_residual.wav").unlink()
    ran = run("batch", manifest("a.wav,one,+0:0.3", *THREE[1:]), "-o", tmp_path / "o")
    assert (ran.code, ran.out) == (0, ["1 done, 2 had been done before, 0 failed."])
    assert (tmp_path / "o/c_residual.wav").exists()


def test_new_settings_do_everything_again(run, manifest, counting, tmp_path):
    words = ["batch", manifest(*THREE), "-o", tmp_path / "o"]
    run(*words)
    assert run(*words, "--seed", "1").out == ["3 done, 0 had been done before, 0 failed."]


def test_a_stranger_s_file_is_not_touched(run, manifest, counting, tmp_path):
    (tmp_path / "o").mkdir()
    (tmp_path / "o/b_target.wav").write_bytes(b"mine")
    ran = run("batch", manifest(*THREE), "-o", tmp_path / "o")
    assert (ran.code, ran.out) == (5, ["2 done, 0 had been done before, 1 failed."])
    assert "Row 2 (b.wav): " in ran.err[-2] + ran.err[-1]
    assert (tmp_path / "o/b_target.wav").read_bytes() == b"mine"


def test_another_recording_of_the_same_name_does_not_replace_what_was_made(
    run, manifest, counting, recording, tmp_path
):
    run("batch", manifest(*THREE), "-o", tmp_path / "o")
    recording("elsewhere/a.wav", seconds=0.5)
    ran = run("batch", manifest("elsewhere/a.wav,one,+0:0.2"), "-o", tmp_path / "o")
    assert (ran.code, ran.out) == (5, ["0 done, 0 had been done before, 1 failed."])
    assert "exists" in ran.err[0]


def test_one_line_for_each_failure_and_the_rest_is_done(run, manifest, engine, tmp_path, monkeypatch):
    monkeypatch.setattr("samstudio.app.log.log_file", lambda: tmp_path / "samstudio.log")
    engine(Picky())
    rows = [
        "a.wav,bad,+0:0.2",
        "gone.wav,x,+0:0.2",
        "b.wav,x,0:1",
        "b.wav,bug,+0:0.2",
        ",x,+0:1",
        "c.wav,,",
        "c.wav,good,+0:9",
    ]
    ran = run("batch", manifest(*rows), "-o", tmp_path / "o")
    assert (ran.code, ran.out) == (5, ["1 done, 0 had been done before, 6 failed."])
    assert ran.err.pop(-2) == "Row 7 (c.wav): The span +0:9 was cut at the end of the recording, 0.50 s."
    assert ran.err.pop() == "Row 7 (c.wav): Halved, not separated."
    starts = [
        "1 (a.wav): The + spans",
        "2 (gone.wav): There is no file",
        "3 (b.wav): a span is written",
        "4 (b.wav): Something unexpected",
        "5 (no input): Its input",
        "6 (c.wav): Nothing says what to separate",
    ]
    assert [line.startswith(f"Row {start}") for line, start in zip(ran.err, starts, strict=True)] == [True] * 6
    assert files(tmp_path / "o") == ["c_good_residual.wav", "c_good_target.wav"]


def test_a_missing_engine_fails_its_rows(run, manifest, tmp_path, monkeypatch):
    rows = ["a.wav,x,+0:0.2,sam-audio", "b.wav,x,+0:0.2,magic"]
    ran = run("batch", manifest(*rows, header="input,prompt,spans,engine"), "-o", tmp_path / "o")
    assert ran.code == 5
    assert "SAM Audio needs weights" in ran.err[0]
    assert "There is no engine called 'magic'" in ran.err[1]


def test_one_engine_serves_all_rows(run, manifest, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr("samstudio.cli.job.create_engine", lambda name: made.append(name) or FakeEngine())
    run("batch", manifest(*THREE), "-o", tmp_path / "o")
    assert made == ["spectral"]


def test_unknown_columns_are_reported(run, manifest, counting, tmp_path):
    ran = run("batch", manifest("a.wav,one,+0:0.2,blue", header="input,prompt,spans,colour"), "-o", tmp_path / "o")
    assert ran.code == 0
    assert ran.err[0] == "Columns of the manifest that are unknown, and ignored: colour."


@pytest.mark.parametrize(("content", "code"), [(None, 3), ("file\na.wav\n", 2)])
def test_bad_manifests(run, tmp_path, content, code):
    if content:
        (tmp_path / "m.csv").write_text(content)
    ran = run("batch", tmp_path / "m.csv", "-o", tmp_path / "o")
    assert ran.code == code
    assert ran.sentence.startswith("samstudio: ")
    assert not (tmp_path / "o").exists()


def test_an_empty_manifest_is_done_at_once(run, manifest, tmp_path):
    assert run("batch", manifest(), "-o", tmp_path / "o").out == ["0 done, 0 had been done before, 0 failed."]


def start_slow_batch(manifest: Path, output: Path) -> subprocess.Popen:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW_BATCH), "batch", str(manifest), "-o", str(output)],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    journal = output / ".samstudio-batch.jsonl"
    # The first row is noted as done, and the second one is being written.
    while not (journal.exists() and '"done"' in journal.read_text("utf-8") and list(output.glob(".*.part"))):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
def test_a_killed_batch_goes_on_where_it_stopped(run, manifest, counting, tmp_path):
    path, output = manifest(*THREE), tmp_path / "o"
    process = start_slow_batch(path, output)
    process.kill()
    process.communicate()
    assert files(output)[-2:] == ["a_residual.wav", "a_target.wav"]
    ran = run("batch", path, "-o", output)
    assert (ran.code, ran.out) == (0, ["2 done, 1 had been done before, 0 failed."])
    assert counting.jobs == {"two": 1, "three": 1}


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_leaves_whole_files_only(manifest, tmp_path, number):
    process = start_slow_batch(manifest(*THREE), tmp_path / "o")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, err.splitlines()[-1]) == ("", "samstudio: Interrupted; no incomplete files were left.")
    assert files(tmp_path / "o") == ["a_residual.wav", "a_target.wav"]


@pytest.mark.parametrize("torn", [30, 0])
def test_an_end_between_the_files_and_their_journal_line_costs_one_row(run, manifest, counting, tmp_path, torn):
    words = ["batch", manifest(*THREE), "-o", tmp_path / "o"]
    run(*words)
    (journal,) = (tmp_path / "o").glob(".*.jsonl")
    *lines, last = journal.read_text("utf-8").rstrip().splitlines()
    assert json.loads(last)["target"] == "c_target.wav"
    journal.write_text("\n".join(lines) + "\n" + last[:torn], "utf-8")
    assert run(*words).out == ["1 done, 2 had been done before, 0 failed."]
    assert counting.jobs == {"one": 1, "two": 1, "three": 2}
    assert run(*words).out == ["0 done, 3 had been done before, 0 failed."]


def test_a_stranger_s_file_is_not_touched_by_a_second_try(run, manifest, counting, tmp_path):
    (tmp_path / "o").mkdir()
    (tmp_path / "o/b_target.wav").write_bytes(b"mine")
    for _ in range(2):
        assert run("batch", manifest(*THREE), "-o", tmp_path / "o").code == 5
    assert (tmp_path / "o/b_target.wav").read_bytes() == b"mine"


def test_two_batches_on_one_folder_do_each_row_once(manifest, recording, tmp_path):
    song = recording()
    rows = "".join(f"{song.name},words {number},+0:1\n" for number in range(6))
    (tmp_path / "m.csv").write_text(f"input,prompt,spans\n{rows}")
    command = [sys.executable, "-c", SLOW_BATCH, "batch", str(tmp_path / "m.csv"), "-o", str(tmp_path / "out")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    done, before = zip(*(map(int, re.match(r"(\d+) done, (\d+) had", words).groups()) for words in said), strict=True)
    assert sum(done) == 6
    assert sum(before) == 6
    entries = [json.loads(x) for x in (tmp_path / "out/.samstudio-batch.jsonl").read_text().splitlines() if x]
    assert Counter(entry["state"] for entry in entries) == {"begun": 6, "done": 6}
    assert not list((tmp_path / "out").glob("*.lock"))
    assert len(list((tmp_path / "out").glob("*.wav"))) == 12


def test_a_row_that_another_batch_has_is_waited_for(run, manifest, counting, tmp_path):
    path = manifest("a.wav,a,+0:0.2")
    out = tmp_path / "out"
    out.mkdir()
    held, go_on = threading.Event(), threading.Event()

    def other_batch() -> None:
        with row_lock(out, "a_target.wav", wait=False) as mine:
            assert mine
            with row_lock(out, "a_target.wav", wait=False) as second:
                assert not second
            held.set()
            go_on.wait(60)
            assert not counting.jobs

    thread = threading.Thread(target=other_batch)
    thread.start()
    assert held.wait(60)
    threading.Timer(0.3, go_on.set).start()
    assert run("batch", path, "-o", out).code == 0
    thread.join(60)
    assert counting.jobs == {"a": 1}


@pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_journal_that_is_a_link_or_a_pipe_is_refused_and_left_alone(run, manifest, counting, tmp_path, kind):
    path = manifest("a.wav,a,+0:0.2")
    out, precious = tmp_path / "out", tmp_path / "precious.txt"
    out.mkdir()
    precious.write_text("mine")
    journal = out / ".samstudio-batch.jsonl"
    journal.symlink_to(precious) if kind == "link" else os.mkfifo(journal)
    ran = run("batch", path, "-o", out)
    assert ran.code == 6
    assert ".samstudio-batch.jsonl" in ran.sentence
    assert precious.read_text() == "mine"
    assert not counting.jobs
