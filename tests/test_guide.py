"""The guide builds without a warning, shows pictures that are made anew by a command, and its commands work."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from docs.pictures import guide
from samstudio.app.commands.files.files import demo_recording
from samstudio.cli.main import main

FOLDER = Path(__file__).parents[1] / "docs/guide"
PAGES = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
COMMANDS = {
    page: [shlex.split(line)[1:] for block in blocks for line in block.split("\n") if line.strip()]
    for page, text in PAGES.items()
    if (blocks := re.findall(r"^ *```console\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL))
}


def test_every_picture_is_shown_and_has_its_function():
    shown = set(re.findall(r"\]\(pictures/([\w-]+)\.png\)", "".join(PAGES.values())))
    assert shown == {path.stem for path in (FOLDER / "pictures").iterdir()} == set(guide.PICTURES)
    unnamed = [picture for text in PAGES.values() for picture in re.findall(r"!\[\]\(.*?\)", text)]
    assert unnamed == []


@pytest.fixture
def material(tmp_path, monkeypatch):
    """A folder with the recordings that the guide's commands name."""
    monkeypatch.chdir(tmp_path)
    demo, rate = soundfile.read(demo_recording()[0], dtype="float32")
    trio = demo[: 7 * rate : 3, 0]
    soundfile.write("trio.wav", trio, rate // 3)
    time = np.arange(6 * 16000) / 16000
    wail = np.sin(2 * np.pi * np.cumsum(900 + 400 * np.sin(2 * np.pi * 0.3 * time)) / 16000)
    noise = np.random.default_rng(0).standard_normal(len(time))
    soundfile.write("street.wav", 0.05 * noise + 0.3 * wail * (abs(time - 3) < 2), 16000)
    for system in ("first", "second"):
        Path("pairs", system).mkdir(parents=True)
        soundfile.write(f"pairs/{system}/a.wav", trio[:1600], rate // 3)
    Path("batch.csv").write_text("input,prompt,spans\nstreet.wav,hiss,\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("page", COMMANDS)
def test_its_commands_work(page, material, capsys):
    for words in COMMANDS[page]:
        assert main(words) == 0, (words, capsys.readouterr().err)


@pytest.mark.slow
def test_it_builds_without_a_warning(tmp_path):
    # In a process of its own: warnings of Sphinx's libraries are no errors of the guide.
    command = [sys.executable, "-m", "docs.guide", str(tmp_path / "guide")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=FOLDER.parents[1])
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "WARNING" not in done.stderr
    assert "Separate the selection only" in (tmp_path / "guide/keys.html").read_text("utf-8")
    assert {path.stem for path in (tmp_path / "guide").glob("*.html")} >= set(PAGES)
