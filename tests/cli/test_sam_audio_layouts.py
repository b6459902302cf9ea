"""Every layout of SAM Audio's weights, from adding it to the stems."""

import numpy as np
import pytest
import soundfile
import torch

from tests.separation.models.hub_fixtures import library
from tests.separation.sam_audio.golden import GOLDEN, SMALL, needs
from tests.separation.sam_audio.layouts.resaved import (
    EXACT,
    ROUNDED,
    codec_in_a_folder_of_its_own,
    judge_of_default_revision,
    shards,
    shards_without_index,
    source_model,
)

__all__ = ["library"]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    torch.set_num_threads(1)
    return source_model(tmp_path_factory.mktemp("source"))


def separated(run, recording, folder, model):
    words = ["--engine", "sam-audio", "--device", "cpu", "--solver", "euler", "--steps", 1, "--no-presence-gate"]
    words += ["--prompt", "man speaking", "--model", model, "--seed", 3]
    ran = run("separate", recording, "-o", folder, *words)
    assert ran.code == 0
    return [soundfile.read(folder / f"song_{stem}.wav", dtype="float32")[0] for stem in ("target", "residual")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The stems of the published layout, made once."""
    return {}


@pytest.mark.parametrize("resave", [*EXACT, *ROUNDED], ids=lambda f: f.__name__)
def test_added_and_separated_with(resave, run, library, recording, source, made, tmp_path):
    clip = recording(seconds=0.2, rate=48000)
    if not made:
        made["stems"] = separated(run, clip, tmp_path / "published", source)
    path = resave(source, tmp_path / "weights")
    ran = run("models", "add", path, "--name", "mine")
    assert (ran.code, ran.err) == (0, [])
    (line,) = (line for line in run("models").out if line.startswith("mine "))
    assert "ready" in line
    assert "SAM License" in line
    # All of what is read counts, whichever shard was named.
    if resave in (shards, shards_without_index):
        assert float(line.split()[2]) == pytest.approx((source / "checkpoint.pt").stat().st_size / 1e6, rel=0.1)
    stems = separated(run, clip, tmp_path / "o", "mine")
    for found, expected in zip(stems, made["stems"], strict=True):
        if resave in EXACT:
            np.testing.assert_array_equal(found, expected)
        else:
            # The small set's model makes much of rounding; sound of other weights would differ by 1.4 times its level.
            most = 0.6 if GOLDEN == SMALL else 0.03
            assert np.sqrt(np.mean((found - expected) ** 2)) < most * np.sqrt(np.mean(expected**2))


@needs("i_judge/model")
def test_a_judge_of_the_default_revision_is_added_and_chooses(run, library, recording, source, tmp_path):
    judge = judge_of_default_revision(GOLDEN / "i_judge" / "model", tmp_path / "judge")
    assert run("models", "add", judge, "--name", "chooser").code == 0
    (line,) = (line for line in run("models").out if line.startswith("chooser "))
    assert line.split()[1] == "ready"
    assert "judge" in line
    words = ["--engine", "sam-audio", "--prompt", "man", "--model", source, "--steps", 1, "--candidates", 2]
    ran = run("separate", recording(seconds=0.2, rate=48000), *words, "--judge", "chooser", "-o", tmp_path / "o")
    assert ran.code == 0
    assert any("was chosen by the Judge" in line for line in ran.err)


def test_a_codec_is_added_apart(run, library, recording, source, tmp_path):
    folder = codec_in_a_folder_of_its_own(source, tmp_path / "model")
    (folder / "shared").rename(tmp_path / "elsewhere")
    ran = run("models", "add", folder, "--name", "mine")
    assert ran.code == 0
    assert any("with its codec, which is missing: 'samstudio models add codec' gets it" in line for line in ran.out)
    clip = recording(seconds=0.2)
    ran = run("separate", clip, "--engine", "sam-audio", "--prompt", "man", "--model", "mine", "-o", tmp_path / "o")
    assert ran.code == 4
    assert "comes without its codec" in ran.sentence
    assert run("models", "add", tmp_path / "elsewhere" / "audio_codec.safetensors").code == 0
    separated(run, clip, tmp_path / "o", "mine")
