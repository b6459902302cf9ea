"""What the commands refuse before anything is connected."""

import subprocess
import sys

import pytest
import torch

from samstudio.separation.remote.workers.worker_processes import cores, worker_options

MISSING = "need the extra 'cluster': install it with 'pip install \"samstudio[cluster]\"'."


@pytest.mark.parametrize(
    "words",
    [
        ("batch", "m.csv", "-o", "o", "--workers", "2"),
        ("batch", "m.csv", "-o", "o", "--scheduler", "tls://gpu1"),
        ("worker", "--scheduler", "tls://gpu1"),
        ("cluster", "certificates", "c"),
        ("cluster", "status", "--scheduler", "tls://gpu1"),
    ],
)
def test_without_the_extra_the_message_says_how_to_get_it(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.csv").write_text("input\n")
    monkeypatch.setattr("samstudio.separation.remote.extra.find_spec", lambda _name: None)
    ran = run(*words)
    assert (ran.code, ran.out) == (4, [])
    assert ran.sentence.endswith(MISSING)
    assert [path.name for path in tmp_path.iterdir()] == ["m.csv"]


def test_nothing_of_the_extra_is_imported_before_it_is_used():
    code = (
        "import sys; from samstudio.cli.main import main; main(['cluster', '--help']); "
        "print(sorted({'distributed', 'dask', 'cryptography', 'tornado'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--workers", "0"), "the number of workers is from 1 to 256"),
        (("--workers", "2", "--scheduler", "a"), "not allowed with argument"),
        (("--threads", "0"), "the number of threads is from 1 to 256"),
    ],
)
def test_wrong_options_are_refused(run, words, said):
    ran = run("batch", "m.csv", "-o", "o", *words)
    assert ran.code == 2
    assert said in ran.sentence


@pytest.mark.parametrize("gpus", ["", "one", "0;1"])
def test_graphics_cards_are_numbers(run, gpus):
    assert run("worker", "--scheduler", "a", "--gpus", gpus).code == 2


def test_threads_of_a_batch_are_those_of_its_process_or_of_its_workers(run, tmp_path):
    manifest = tmp_path / "m.csv"
    manifest.write_text("input\n", "utf-8")
    before = torch.get_num_threads()
    try:
        assert run("batch", manifest, "-o", tmp_path / "o", "--threads", "3").code == 0
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    (own,) = worker_options(1, (), 3)
    assert own["env"]["OMP_NUM_THREADS"] == "3"
    shared = worker_options(2, ())
    assert [one["env"]["OMP_NUM_THREADS"] for one in shared] == [str(max(1, cores() // 2))] * 2
    refused = run("batch", manifest, "-o", tmp_path / "o", "--threads", "1", "--scheduler", "a")
    assert (refused.code, refused.sentence) == (
        2,
        "samstudio: With --scheduler the threads are those of the workers: 'samstudio worker --threads N'.",
    )


def test_an_address_that_is_not_of_this_machine_is_a_sentence(run, tmp_path):
    pytest.importorskip("distributed")
    assert run("cluster", "certificates", tmp_path / "c").code == 0
    ran = run("cluster", "scheduler", "--listen", "nowhere.invalid", "--certificates", tmp_path / "c")
    assert ran.code == 4
    assert "Nothing can listen at tls://nowhere.invalid" in ran.sentence


@pytest.mark.parametrize("words", [(), ("--workers", "2")])
def test_an_output_folder_that_cannot_be_made_is_refused_at_once(run, tmp_path, words):
    manifest = tmp_path / "m.csv"
    manifest.write_text("input\na.wav\n", "utf-8")
    ran = run("batch", manifest, "-o", manifest / "o", *words)
    assert ran.code == 6
    assert "cannot be made" in ran.sentence
