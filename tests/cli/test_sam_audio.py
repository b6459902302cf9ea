"""SAM Audio from the command line, on a small model of our own."""

import json

import numpy as np
import pytest
import soundfile
import torch

from tests.separation.sam_audio.made_up_model import write_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    torch.set_num_threads(1)
    return write_model(tmp_path_factory.mktemp("weights") / "small")


def separate(run, source, folder, *words):
    return run("separate", source, "--engine", "sam-audio", "--device", "cpu", "--steps", 1, "-o", folder, *words)


def test_text_and_spans_on_stereo_at_44_1_khz(run, recording, model, tmp_path):
    source = recording(seconds=1.5, rate=44100)
    words = ["--model", model, "--prompt", "man speaking", "--span", "+0:0.5", "--span", "-1:1.2", "--json"]
    ran = separate(run, source, tmp_path / "o", *words)
    assert ran.code == 0
    facts = json.loads(ran.out[-1])
    assert (facts["engine"], facts["sample_rate"], facts["channels"], facts["frames"]) == ("sam-audio", 44100, 2, 66150)
    assert facts["exact"]
    clip, target, residual = (
        soundfile.read(path, dtype="float32")[0] for path in (source, facts["target"], facts["residual"])
    )
    np.testing.assert_array_equal(target + residual, clip)
    assert np.abs(target[round(1.05 * 44100) : round(1.15 * 44100)]).max() == 0
    with soundfile.SoundFile(facts["target"]) as file:
        assert "engine sam-audio" in file.comment
        assert "model small" in file.comment


def test_every_choice_reaches_the_engine(run, recording, model, tmp_path):
    source = recording(seconds=1.0)
    plain = ["--model", model, "--prompt", "man"]
    choices = [
        [], ["--mode", "faithful"], ["--residual", "model"], ["--no-watermark"], ["--no-presence-gate"],
        ["--solver", "euler"], ["--seed", 1], ["--order", "streaming"],
    ]  # fmt: skip
    made = []
    for number, choice in enumerate(choices):
        folder = tmp_path / str(number)
        assert separate(run, source, folder, *plain, *choice).code == 0
        made.append([soundfile.read(folder / f"song_{stem}.wav")[0] for stem in ("target", "residual")])
    differs = [any(np.abs(a - b).max() > 1e-4 for a, b in zip(stems, made[0], strict=True)) for stems in made]
    # One window is solved alike in either order, and this loud target is present throughout.
    assert differs == [False, True, True, True, False, True, True, False]


def test_missing_and_broken_weights(run, recording, model, tmp_path):
    source = recording(seconds=1.0)
    ran = separate(run, source, tmp_path / "o", "--prompt", "man", "--model", tmp_path / "nowhere")
    assert ran.code == 4
    assert "nowhere" in ran.sentence
    broken = write_model(tmp_path / "broken")
    (broken / "checkpoint.pt").write_bytes(b"no checkpoint")
    ran = separate(run, source, tmp_path / "o", "--prompt", "man", "--model", broken)
    assert ran.code == 4
    assert "checkpoint.pt" in ran.sentence
    assert not (tmp_path / "o").exists()
    (tmp_path / "kept").mkdir()
    assert separate(run, source, tmp_path / "kept" / "new" / "o", "--prompt", "man", "--model", broken).code == 4
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("words", [["--steps", "3"], ["--no-watermark"], ["--mode", "generated"], ["--predict-spans"]])
def test_spectral_refuses_what_it_does_not_have(run, recording, tmp_path, words):
    ran = run("separate", recording(), "--span", "+0:1", "-o", tmp_path / "o", *words)
    assert ran.code == 2
    assert f"has no '{' '.join(words)}'" in ran.sentence
