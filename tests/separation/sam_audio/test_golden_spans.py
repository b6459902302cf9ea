"""Span prediction by PE-A-Frame against the reference (golden part g)."""

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.anchors import anchor_rows
from samstudio.separation.sam_audio.codec.codec import load_encoder
from samstudio.separation.sam_audio.codec.names import pe_audio_encoder_names
from samstudio.separation.sam_audio.config import load_pe_a_frame_config
from samstudio.separation.sam_audio.sampler import Plan, Solver
from samstudio.separation.sam_audio.span_predictor import PredictedSpan, SpanPredictor
from samstudio.separation.sam_audio.weights import open_weights
from tests.separation.sam_audio.golden import TINY_MODEL, assert_near, golden, needs_golden
from tests.separation.sam_audio.tiny_solver import FRAMES, TEXTS, solve_two_clips

pytestmark = needs_golden

FRAME_RATE = 25.0
FOLDER = TINY_MODEL / "pe_a_frame"


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    return golden("g_pe_a_frame")[1]


@pytest.fixture(scope="module")
def predictor() -> SpanPredictor:
    return SpanPredictor.load(FOLDER)


def expected_spans(case: int) -> list[list[list[float]]]:
    return golden("g_pe_a_frame")[0][case]["spans"]


def in_seconds(rows: list[list[PredictedSpan]]) -> list[list[list[float]]]:
    return [[list(span.seconds(FRAME_RATE)) for span in row] for row in rows]


@pytest.mark.parametrize("case", [0, 1])
def test_every_stage(case: int, tensors: dict[str, Tensor], predictor: SpanPredictor) -> None:
    stage = {key.removeprefix(f"case{case}."): t for key, t in tensors.items() if key.startswith(f"case{case}.")}
    features, mask = stage["input_features"], stage.get("padding_mask")
    ids, ids_mask = predictor.words.tokenize(TEXTS)
    assert torch.equal(ids, stage["input_ids"])
    assert torch.equal(ids_mask, stage["attention_mask"].bool())
    network = predictor.network
    with torch.inference_mode():
        hidden = network.audio_model(features, mask)
        audio = network.audio_head(hidden)
        words = network.text_model(input_ids=ids, attention_mask=ids_mask).last_hidden_state
        text = network.text_head(words[:, 0])
        logits = network(features, mask, ids, ids_mask)
    assert_near(hidden, stage["audio_last_hidden_state"], 1e-4)
    assert_near(audio, stage["audio_embeds"], 1e-4)
    assert_near(words[ids_mask], stage["text_nth_hidden"][ids_mask], 1e-4)
    assert_near(text, stage["text_embeds"], 1e-4)
    assert_near(logits, stage["logits"], 1e-4)


@pytest.mark.parametrize("case", [0, 1])
def test_spans_fall_on_the_same_frames(case: int, tensors: dict[str, Tensor], predictor: SpanPredictor) -> None:
    rows = predictor.predict(tensors[f"case{case}.input_features"], TEXTS, tensors.get(f"case{case}.padding_mask"))
    assert in_seconds(rows) == expected_spans(case)


def test_from_a_waveform_through_its_own_codec(tensors: dict[str, Tensor], predictor: SpanPredictor) -> None:
    config = load_pe_a_frame_config(FOLDER).audio_codec
    encoder = load_encoder(
        open_weights(FOLDER),
        config,
        prefix="audio_model.dac_vae_encoder.",
        table=pe_audio_encoder_names(config),
        ignore=("bottleneck.out_proj",),
    )
    with torch.inference_mode():
        features = encoder(tensors["wave.input_values"]).transpose(1, 2)
    assert_near(features, tensors["wave.codec_features"], 1e-4)
    with torch.inference_mode():
        assert_near(
            predictor.network.audio_head(predictor.network.audio_model(features, None)),
            tensors["wave.audio_embeds"],
            1e-4,
        )
    assert in_seconds(predictor.predict(features, TEXTS)) == expected_spans(2)


def test_predicted_spans_are_really_used(tensors: dict[str, Tensor], predictor: SpanPredictor) -> None:
    cases, _ = golden("g_pe_a_frame")
    rows = predictor.predict(tensors["case0.input_features"], TEXTS, tensors["case0.padding_mask"])
    anchors = [[("+", *span.seconds(FRAME_RATE)) for span in row] for row in rows]
    assert anchors == [[tuple(anchor) for anchor in row] for row in cases[3]["predicted_anchors"]]
    ids, alignment = anchor_rows(anchors, FRAMES)
    assert torch.equal(ids, tensors["e2e.batch_anchor_ids_after"])
    assert torch.equal(alignment, tensors["e2e.batch_anchor_alignment_after"])
    plan = Plan(Solver.EULER, 0.25)
    assert_near(solve_two_clips(tensors["e2e.noise"], plan), tensors["e2e.latents_no_anchors"], 1e-4)
    latents = solve_two_clips(tensors["e2e.noise"], plan, anchors=anchors)
    assert_near(latents, tensors["e2e.latents_with_predicted_anchors"], 1e-4)
