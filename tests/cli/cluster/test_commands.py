"""What the commands refuse before anything is connected."""

import subprocess
import sys

import pytest

MISSING = "need the extra 'cluster': pip install 'samstudio[cluster]'."


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
    ],
)
def test_wrong_options_are_refused(run, words, said):
    ran = run("batch", "m.csv", "-o", "o", *words)
    assert ran.code == 2
    assert said in ran.sentence


@pytest.mark.parametrize("gpus", ["", "one", "0;1"])
def test_graphics_cards_are_numbers(run, gpus):
    assert run("worker", "--scheduler", "a", "--gpus", gpus).code == 2
