"""PE-A-Frame as a listener, with a made-up network."""

import gc
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file, save_file

from samstudio.cli.errors import Exit
from samstudio.cli.main import main
from samstudio.separation.engine import Notice, Predicted, SeparationRequest, StemChunk
from samstudio.separation.listening.pe_a_frame import clip_embeddings, listener
from samstudio.separation.listening.pe_a_frame.listener import PeAFrameListener, load_codec_encoder
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.listening.pe_a_frame.weights import find_weights
from samstudio.separation.models.store import add_folder
from samstudio.separation.spectral.engine import SpectralEngine
from samstudio.separation.spectral.engine_info import text_hint
from samstudio.separation.steps import finish
from samstudio.session.prompt import Prompt, Sign
from samstudio.session.take import SeparationSettings
from tests.separation.models.hub_fixtures import library
from tests.separation.sam_audio.made_up import CODEC, HOP, write_pe_a_frame

__all__ = ["library"]
RATE = CODEC["sample_rate"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pe_a_frame(tmp_path_factory.mktemp("pe") / "pe_a_frame")


def sound(seconds: float) -> np.ndarray:
    """Noise that comes and goes, at a level that is not changed."""
    noise = np.random.default_rng(3).uniform(-1, 1, (round(seconds * RATE), 2))
    swell = np.sin(np.arange(len(noise)) / RATE) ** 2
    return (0.8 * noise * swell[:, None]).astype(np.float32)


def curve(folder: Path, text: str, samples: np.ndarray, rate: int = RATE) -> np.ndarray:
    return finish(PeAFrameListener(folder).listen(text, samples, rate)).values


def test_the_curve_is_what_the_network_says_of_the_clip_in_one(folder: Path) -> None:
    samples = sound(8.0)
    mono = torch.from_numpy(samples.mean(1, dtype=np.float32))[None, None]
    with torch.inference_mode():
        features = load_codec_encoder(folder, "cpu")(mono).transpose(1, 2)
    wanted = SpanPredictor.load(folder).probabilities(features, ["dog barking"])[0]
    heard = finish(PeAFrameListener(folder).listen("dog barking", samples, RATE))
    np.testing.assert_allclose(heard.values, wanted, atol=1e-5)
    assert heard.times[0] == pytest.approx(HOP / RATE / 2)
    assert len(heard.times) == len(wanted) == 200
    assert heard.names == ("dog barking (by PE-A-Frame)",)


def test_windows_agree_with_the_network_where_only_one_lies(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sound(8.0)
    monkeypatch.setattr(clip_embeddings, "WINDOW_FRAMES", 80)
    monkeypatch.setattr(clip_embeddings, "OVERLAP_FRAMES", 20)
    pieces = curve(folder, "rain", samples)
    assert len(pieces) == 200
    with torch.inference_mode():
        mono = torch.from_numpy(samples.mean(1, dtype=np.float32))[None, None]
        features = load_codec_encoder(folder, "cpu")(mono).transpose(1, 2)
    first = SpanPredictor.load(folder).probabilities(features[:, :80], ["rain"])[0]
    np.testing.assert_allclose(pieces[:60], first[:60], atol=1e-4)


def test_a_second_word_about_the_clip_needs_no_codec(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sound(3.0)
    first = curve(folder, "dog", samples)
    monkeypatch.setattr(listener, "load_codec_encoder", None)
    assert not np.array_equal(curve(folder, "rain", samples), first)
    assert np.array_equal(curve(folder, "dog", samples), first)
    other = samples.copy()
    with pytest.raises(TypeError):
        curve(folder, "dog", other)
    del samples
    gc.collect()
    assert listener._kept._heard is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("rate", [1000, 2400])
def test_any_rate_and_length(folder: Path, rate: int) -> None:
    assert len(curve(folder, "dog", np.zeros((rate // 2, 1), np.float32), rate)) == 13


@pytest.fixture
def hearing_folder(folder: Path, tmp_path: Path) -> Path:
    """The network with a scale and a bias by which some of `sound` is like "gobbledygook", and some surely not."""
    logits = np.log(1 / (1 / curve(folder, "gobbledygook", sound(20.0)) - 1))
    low, high = np.quantile(logits, (0.3, 0.7))
    copy = tmp_path / "hearing"
    copy.mkdir()
    for name in ("config.json", "tokenizer.json"):
        (copy / name).write_bytes((folder / name).read_bytes())
    tensors = load_file(folder / "model.safetensors")
    gain = 12.0 / (high - low)
    tensors["logit_bias"] = (tensors["logit_bias"] - (low + high) / 2) * gain
    tensors["logit_scale"] = tensors["logit_scale"] * gain
    save_file(tensors, copy / "model.safetensors")
    return copy


@pytest.mark.usefixtures("library")
def test_words_that_are_in_no_list_separate_once_the_weights_are_here(hearing_folder: Path) -> None:
    assert find_weights() is None
    add_folder(hearing_folder, "pe-a-frame-base")
    assert text_hint("gobbledygook", {}) == "“gobbledygook” is not in the word list: PE-A-Frame listens for it."
    assert text_hint("bird", {}).startswith("Heard as Bird")
    wanted = SeparationRequest(sound(20.0), RATE, Prompt("gobbledygook"), SeparationSettings("spectral", "cpu"))
    steps = list(SpectralEngine().separate(wanted))
    spans = next(step for step in steps if isinstance(step, Predicted)).spans
    assert any(span.sign is Sign.PLUS for span in spans)
    notice = next(step.text for step in steps if isinstance(step, Notice))
    assert notice.startswith("“gobbledygook” was heard as gobbledygook (by PE-A-Frame): ")
    chunks = [step for step in steps if isinstance(step, StemChunk)]
    assert sum(len(chunk.target) for chunk in chunks) == len(wanted.samples)


@pytest.mark.usefixtures("library")
def test_the_command_line_hears_any_words_too(hearing_folder: Path, tmp_path: Path, capsys) -> None:
    source, words = tmp_path / "sound.wav", ["--prompt", "gobbledygook", "--device", "cpu"]
    soundfile.write(source, sound(20.0), RATE, subtype="FLOAT")
    assert main(["separate", str(source), *words, "-o", str(tmp_path / "out")]) == Exit.SEPARATION
    assert "'samstudio models add pe-a-frame-small' adds PE-A-Frame small." in capsys.readouterr().err
    assert main(["models", "add", str(hearing_folder), "--name", "pe-a-frame-small"]) == Exit.DONE
    assert main(["separate", str(source), *words, "-o", str(tmp_path / "out")]) == Exit.DONE
    target, _rate = soundfile.read(tmp_path / "out" / "sound_target.wav")
    assert target.any()
    assert "was heard as gobbledygook (by PE-A-Frame)" in capsys.readouterr().err
    alone = ["--listener", "word-list", "-o", str(tmp_path / "alone")]
    assert main(["separate", str(source), *words, *alone]) == Exit.SEPARATION
    assert "nothing else is to listen" in capsys.readouterr().err


@pytest.mark.usefixtures("library")
def test_a_folder_of_any_name_is_found(folder: Path) -> None:
    add_folder(folder, "mine")
    assert find_weights() == folder
