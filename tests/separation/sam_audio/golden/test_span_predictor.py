"""Part g: the prediction of spans by PE-A-Frame."""

from functools import cache
from typing import Any

import pytest
import torch

from samstudio.separation.listening.pe_a_frame.listener import load_codec_encoder
from samstudio.separation.listening.pe_a_frame.span_predictor import PredictedSpan, SpanPredictor
from tests.separation.sam_audio.golden import (
    TINY_MODEL,
    assert_near,
    case_of,
    cases_with,
    golden,
    needs,
    numbers,
    tensors_of,
)
from tests.separation.sam_audio.golden.tiny_model import (
    clip_frames,
    clip_texts,
    codec_config,
    plan_of,
    solve_clips,
    tiny_config,
)
from tests.separation.sam_audio.reference import anchor_rows

pytestmark = needs("tiny_model/pe_a_frame", "g_pe_a_frame")
PART = "g_pe_a_frame"
CASES = numbers(cases_with(PART, "logits"))


def has(section: str) -> pytest.MarkDecorator:
    """Skips where the set's part has no such section."""
    found = any(key.startswith(f"{section}.") for key in golden(PART)[1])
    return pytest.mark.skipif(not found, reason=f"the golden data have no {section!r} in {PART}")


@cache
def predictor() -> SpanPredictor:
    return SpanPredictor.load(TINY_MODEL / (tiny_config().span_predictor or ""))


def in_seconds(rows: list[list[PredictedSpan]]) -> list[list[list[float]]]:
    return [[list(span.seconds(codec_config().frame_rate)) for span in row] for row in rows]


def threshold(case: dict[str, Any]) -> dict[str, float]:
    """The case's own, where it names one."""
    return {"threshold": case["threshold"]} if "threshold" in case else {}


@pytest.mark.parametrize("case", CASES)
def test_every_stage_of_the_span_predictor(case: int) -> None:
    stage = tensors_of(PART, case)
    features, mask = stage["input_features"], stage.get("padding_mask")
    ids, ids_mask = predictor().tokenizer.tokenize(case_of(PART, case)["texts"])
    assert torch.equal(ids, stage["input_ids"])
    assert torch.equal(ids_mask, stage["attention_mask"].bool())
    network = predictor().network
    with torch.inference_mode():
        hidden = network.audio_model(features, mask)
        audio = network.audio_head(hidden)
        words = network.text_model(ids, ids_mask)
        text = network.text_head(words[:, 0])
        logits = network(features, mask, ids, ids_mask)
    assert_near(hidden, stage["audio_last_hidden_state"], 1e-4)
    assert_near(audio, stage["audio_embeds"], 1e-4)
    assert_near(words[ids_mask], stage["text_nth_hidden"][ids_mask], 1e-4)
    assert_near(text, stage["text_embeds"], 1e-4)
    assert_near(logits, stage["logits"], 1e-4)


@pytest.mark.parametrize("case", CASES)
def test_spans_fall_on_the_same_frames(case: int) -> None:
    t, described = tensors_of(PART, case), case_of(PART, case)
    texts, mask = described["texts"], t.get("padding_mask")
    rows = predictor().predict(t["input_features"], texts, mask, **threshold(described))
    assert in_seconds(rows) == described["spans"]


@has("wave")
def test_spans_from_a_waveform_through_the_predictors_own_codec() -> None:
    t, described = tensors_of(PART, "wave"), case_of(PART, "wave")
    folder = TINY_MODEL / (tiny_config().span_predictor or "")
    encoder = load_codec_encoder(folder, "cpu")
    network = predictor().network
    with torch.inference_mode():
        features = encoder(t["input_values"]).transpose(1, 2)
        audio = network.audio_head(network.audio_model(features, None))
    assert_near(features, t["codec_features"], 1e-4)
    assert_near(audio, t["audio_embeds"], 1e-4)
    rows = predictor().predict(features, described.get("texts", clip_texts()), **threshold(described))
    assert in_seconds(rows) == described["spans"]


@has("e2e")
@needs("tiny_model/checkpoint.pt", "tiny_model/t5", "c_forward")
def test_predicted_spans_are_really_used() -> None:
    """The clips of part c with their features from case 0, padding and all."""
    t, described, first = tensors_of(PART, "e2e"), case_of(PART, "e2e"), tensors_of(PART, 0)
    rows = predictor().predict(first["input_features"], clip_texts(), first["padding_mask"])
    anchors = [[("+", *edges) for edges in row] for row in in_seconds(rows)]
    assert anchors == [[tuple(anchor) for anchor in row] for row in described["predicted_anchors"]]
    codec = codec_config()
    ids, alignment = anchor_rows(anchors, clip_frames(), sample_rate=codec.sample_rate, hop=codec.hop)
    assert torch.equal(ids, t["batch_anchor_ids_after"])
    assert torch.equal(alignment, t["batch_anchor_alignment_after"])
    plan = plan_of(described, ("euler", 0.25))
    assert_near(solve_clips(t["noise"], plan), t["latents_no_anchors"], 1e-4)
    assert_near(solve_clips(t["noise"], plan, anchors=anchors), t["latents_with_predicted_anchors"], 1e-4)
