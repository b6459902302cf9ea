"""Span prediction with a made-up network."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.span_predictor import PredictedSpan, SpanPredictor, active_spans
from tests.separation.sam_audio.made_up import CODEC, NTH_LAYER, write_pe_a_frame


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pe_a_frame(tmp_path_factory.mktemp("pe") / "pe_a_frame")


@pytest.fixture(scope="module")
def predictor(folder: Path) -> SpanPredictor:
    return SpanPredictor.load(folder)


def features(rows: int, frames: int) -> torch.Tensor:
    return torch.randn(rows, frames, CODEC["codebook_dim"], generator=torch.Generator().manual_seed(frames))


def test_only_the_layers_below_are_built(predictor: SpanPredictor) -> None:
    assert len(predictor.network.text_model.layers) == NTH_LAYER
    assert not any("dac_vae" in name for name, _ in predictor.network.named_parameters())


def test_probabilities_follow_sound_and_words(predictor: SpanPredictor) -> None:
    sound = features(1, 12).expand(2, -1, -1)
    probabilities = predictor.probabilities(sound, ["man speaking", "rain"])
    assert probabilities.shape == (2, 12)
    assert probabilities.min() >= 0.0
    assert probabilities.max() <= 1.0
    assert (probabilities[0] - probabilities[1]).abs().max() > 0.01
    assert probabilities.std(dim=1).min() > 0.01


def test_a_padded_clip_gets_the_probabilities_it_has_alone(predictor: SpanPredictor) -> None:
    sound = features(2, 15)
    mask = torch.arange(15) < torch.tensor([[15], [9]])
    together = predictor.probabilities(sound, ["man speaking", "dog barking rain"], mask)
    alone = predictor.probabilities(sound[1:, :9], ["dog barking rain"])
    torch.testing.assert_close(together[1, :9], alone[0], atol=1e-5, rtol=0)


def test_half_precision_stays_close(folder: Path, predictor: SpanPredictor) -> None:
    half = SpanPredictor.load(folder, dtype=torch.bfloat16)
    sound, words = features(1, 40), ["dog barking"]
    difference = half.probabilities(sound, words) - predictor.probabilities(sound, words)
    assert half.network.audio_head.proj.weight.dtype is torch.bfloat16
    assert difference.abs().max() < 0.05


def test_spans_are_the_runs_above_the_threshold(predictor: SpanPredictor) -> None:
    sound, words = features(1, 30), ["dog barking"]
    active = predictor.probabilities(sound, words)[0] > 0.5
    (spans,) = predictor.predict(sound, words, threshold=0.5)
    marked = torch.zeros(30, dtype=torch.bool)
    for span in spans:
        marked[span.start : span.end] = True
    assert torch.equal(marked, active)
    assert 0 < len(spans) < 30


def test_runs_at_the_edges_and_the_threshold_itself() -> None:
    probabilities = torch.tensor([0.5, 0.25, 0.125, 0.75, 0.5, 1.0, 0.0, 1.0])
    assert active_spans(probabilities, 0.25) == [
        PredictedSpan(0, 1, 0.5),
        PredictedSpan(3, 6, 0.75),
        PredictedSpan(7, 8, 1.0),
    ]
    assert active_spans(torch.ones(4)) == [PredictedSpan(0, 4, 1.0)]
    assert active_spans(torch.zeros(4)) == []


def test_seconds_are_rounded_as_in_the_reference() -> None:
    assert PredictedSpan(2, 15, 1.0).seconds(25.0) == (0.07999999821186066, 0.6000000238418579)


def test_a_transformer_of_another_making_is_refused(tmp_path: Path) -> None:
    folder = write_pe_a_frame(tmp_path / "other")
    config = json.loads((folder / "config.json").read_text())
    config["audio_model"]["audio_transformer"]["hidden_act"] = "gelu"
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(SeparationError, match=r"audio_transformer\.hidden_act = 'gelu'"):
        SpanPredictor.load(folder)


def test_a_checkpoint_that_lacks_a_key_is_refused(folder: Path, tmp_path: Path) -> None:
    broken = write_pe_a_frame(tmp_path / "broken")
    tensors = load_file(folder / "model.safetensors")
    del tensors["text_head.proj.weight"]
    save_file(tensors, broken / "model.safetensors")
    with pytest.raises(SeparationError, match=r"lacks the key 'text_head\.proj\.weight'"):
        SpanPredictor.load(broken)
