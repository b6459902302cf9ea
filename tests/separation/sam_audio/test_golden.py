"""SAM Audio against the reference: every part of the golden data, a to k, at the tolerances of its README.md.

Nothing here is tuned to these data; where they are not at hand, all of it is skipped.
"""

import json
import os
from collections.abc import Generator, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import rms_norm

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.sam_audio.config import (
    SIZES,
    CodecConfig,
    SamAudioConfig,
    VisionEncoderConfig,
    VisionTowerConfig,
    load_config,
    load_tower_config,
)
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.helper_config import load_pe_a_frame_config
from samstudio.separation.sam_audio.nn.codec.codec import Codec, load_codec, load_encoder, load_watermark
from samstudio.separation.sam_audio.nn.codec.encoder import padded
from samstudio.separation.sam_audio.nn.codec.names import pe_audio_encoder_names
from samstudio.separation.sam_audio.nn.codec.watermark import GAIN, Carry, Watermark
from samstudio.separation.sam_audio.nn.judge import SCORES, Judge, pad_batch
from samstudio.separation.sam_audio.nn.span_predictor import PredictedSpan, SpanPredictor
from samstudio.separation.sam_audio.nn.text_encoder import TextEncoder
from samstudio.separation.sam_audio.nn.transformer import DiT, sinusoids
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VISUAL_PREFIX, Kept, VisionEncoder, mask_frames, resize
from samstudio.separation.sam_audio.nn.vision_tower import VisualTower
from samstudio.separation.sam_audio.pipeline.ranking import best_candidate
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from samstudio.separation.steps import finish
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.region import Region
from samstudio.session.sam_audio_settings import ResidualKind, SamAudioSettings
from samstudio.session.take import Scores, SeparationSettings
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, assert_near, golden, needs_golden, seeded_weights
from tests.separation.sam_audio.reference import anchor_rows, solve
from tests.separation.sam_audio.tiny_solver import FRAMES, TEXTS, solve_two_clips, tiny_field

pytestmark = needs_golden


@pytest.fixture
def all_cores() -> Iterator[None]:
    """For what is not small."""
    torch.set_num_threads(os.cpu_count() or 1)
    yield
    torch.set_num_threads(1)


# Part a, the codec, and its real size in k


CODEC_CASES = range(6)


@cache
def tiny_codec() -> tuple[Codec, Watermark]:
    weights, config = open_weights(TINY_MODEL), load_config(TINY_MODEL).audio_codec
    return load_codec(weights, config), load_watermark(weights, config)


@pytest.mark.parametrize("case", CODEC_CASES)
def test_codec_encodes(case: int) -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    assert_near(codec.encode(tensors[f"enc{case}.wav"]), tensors[f"enc{case}.mean"], 1e-4)


@pytest.mark.parametrize("case", CODEC_CASES)
def test_codec_decodes(case: int) -> None:
    codec, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    dry = codec.decode(tensors[f"dec{case}.features"])
    assert_near(dry, tensors[f"dec{case}.wav_dry"], 1e-4)
    marked = dry + GAIN * watermark(dry, tensors[f"dec{case}.message"])
    assert_near(marked, tensors[f"dec{case}.wav_watermarked"], 1e-4)


def test_codec_in_a_batch() -> None:
    codec, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    mean = codec.encode(tensors["batch.wav"])
    assert_near(mean, tensors["batch.mean"], 1e-4)
    dry = codec.decode(tensors["batch.mean"])
    assert_near(dry, tensors["batch.wav_dry"], 1e-4)
    marked = dry + GAIN * watermark(dry, tensors["batch.message"])
    assert_near(marked, tensors["batch.wav_watermarked"], 1e-4)


def test_every_stage_of_the_encoder() -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    wav = padded(tensors["enc2.wav"], 0, 7680, 1920)
    assert torch.equal(wav, tensors["tap.enc.padded"])
    x = wav.transpose(1, 2)
    for index, stage in enumerate(codec.encoder.stages[:-1]):
        x = stage(x)
        assert_near(x.transpose(1, 2), tensors[f"tap.enc.block{index}"], 1e-4)
    tail = codec.encoder.tail
    x = tail.snake(x)
    assert_near(x.transpose(1, 2), tensors["tap.enc.block5"], 1e-4)
    x = tail.conv(x)
    assert_near(x.transpose(1, 2), tensors["tap.enc.block6"], 1e-4)
    assert_near(tail.projection(x).transpose(1, 2), tensors["tap.enc.in_proj"], 1e-4)


def test_every_stage_of_the_decoder() -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    x = tensors["dec2.features"].transpose(1, 2).contiguous()
    assert_near(codec.decoder.head.projection(x).transpose(1, 2), tensors["tap.dec.out_proj"], 1e-4)
    for index, stage in enumerate(codec.decoder.stages[:-1]):
        x = stage(x)
        assert_near(x.transpose(1, 2), tensors[f"tap.dec.model{index}"], 1e-4)
    assert_near(codec.decoder.tail(x).transpose(1, 2), tensors["dec2.wav_dry"], 1e-4)


def test_every_stage_of_the_watermark() -> None:
    _, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    carry: Carry = {}

    def check(x: torch.Tensor, tap: str) -> None:
        assert_near(x.transpose(1, 2), tensors[f"tap.wm.{tap}"], 1e-4)

    encoder, decoder = watermark.encoder, watermark.decoder
    x = encoder.conv_in(tensors["dec2.wav_dry"].transpose(1, 2), carry)
    check(x, "encoder_pre")
    for model, unit, conv in zip((4, 3, 2, 1), encoder.units, encoder.convs, strict=True):
        x = conv(torch.nn.functional.elu(unit(x, carry)), carry)
        check(x, f"up_model{model}")
    x = encoder.conv_out(torch.nn.functional.elu(encoder.recurrence(x, carry)), carry)
    check(x, "encoder_post")
    rows = tensors["dec2.message"].long() + 2 * torch.arange(16)
    x = x + watermark.message(rows).sum(dim=1, keepdim=True)
    check(x, "msg")
    x = decoder.recurrence(decoder.conv_in(x, carry), carry)
    check(x, "decoder_pre")
    for model, conv, unit in zip((1, 2, 3, 4), decoder.convs, decoder.units, strict=True):
        x = unit(conv(torch.nn.functional.elu(x), carry), carry)
        check(x, f"down_model{model}")
    check(decoder.conv_out(torch.nn.functional.elu(x), carry), "decoder_post")


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_every_codec_key_of_the_real_sizes_has_its_place(size: str) -> None:
    """Loading is strict both ways, so it fails for a key or shape too many, too few or other than expected."""
    shapes = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text("utf-8"))
    readers = {key: lambda shape=shape: torch.empty(shape, device="meta") for key, shape in shapes.items()}
    weights = Checkpoint(Path("checkpoint.pt"), readers)
    codec = load_codec(weights, CodecConfig(), device="meta")
    watermark = load_watermark(weights, CodecConfig(), device="meta")
    # 107,671,171 in the file; folding leaves out one length per row of each weight-normed kernel.
    lengths = sum(torch.Size(shape).numel() for key, shape in shapes.items() if key.endswith("weight_g"))
    parameters = sum(p.numel() for module in (codec, watermark) for p in module.parameters())
    assert parameters + lengths == 107_671_171


@pytest.mark.slow
def test_codec_at_the_real_size(all_cores: None) -> None:
    """The published sizes with seeded weights, about 430 MB; of what is made in pieces see test_codec."""
    _, tensors = golden("k_real_size_seeded")
    seeded = seeded_weights(("audio_codec.",))
    weights = Checkpoint(GOLDEN, {key: lambda tensor=tensor: tensor for key, tensor in seeded.items()})
    codec, watermark = load_codec(weights, CodecConfig()), load_watermark(weights, CodecConfig())
    assert_near(codec.encode(tensors["codec.wav"]), tensors["codec.mean"], 2e-4)
    dry = codec.decode(tensors["codec.features"])
    assert_near(dry, tensors["codec.wav_dry"], 2e-4)
    marked = dry + GAIN * watermark(dry, tensors["codec.message"])
    assert_near(marked, tensors["codec.wav_watermarked"], 2e-4)


# Parts b to f: transformer, field, anchors, text, solvers; the real size of the field in k


FIELD = ("proj.", "memory_proj.", "align_masked_video.", "embed_anchors.", "transformer.")


def part_of(tensors: dict[str, Tensor], case: int | str) -> dict[str, Tensor]:
    """The tensors of one case, without its name."""
    start = f"case{case}." if isinstance(case, int) else case
    return {key.removeprefix(start): tensor for key, tensor in tensors.items() if key.startswith(start)}


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_every_field_key_of_the_real_sizes_has_its_place(size: str) -> None:
    listed = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text())
    with torch.device("meta"):
        field = VectorField(SamAudioConfig(transformer=SIZES[size]))
    found = {key: list(tensor.shape) for key, tensor in field.state_dict().items()}
    assert found == {key: shape for key, shape in listed.items() if key.startswith(FIELD)}


@pytest.mark.parametrize("case", range(5))
def test_transformer_with_every_tap(case: int) -> None:
    cases, tensors = golden("b_dit")
    t = part_of(tensors, case)
    dit = tiny_field().transformer
    taps, hooks = record_taps(dit)
    with torch.inference_mode():
        time, memory = t["time"][None], t["memory"][None]
        schedule = dit.schedule(time, memory, t.get("memory_padding_mask"))
        output = finish(dit.stepwise(t["x"], schedule, 0, t.get("padding_mask")))
    for hook in hooks:
        hook.remove()
    assert_near(output, t["output"], 5e-5)
    last = taps[f"layer{dit.config.n_layers - 1}"]
    taps["final_norm"] = rms_norm(last, last.shape[-1:], dit.norm.weight, dit.config.norm_eps)
    expected = {key.removeprefix("tap."): tensor for key, tensor in t.items() if key.startswith("tap.")}
    assert bool(expected) == (case in (0, 2))
    for name, tensor in expected.items():
        assert_near(taps[name].reshape(tensor.shape), tensor, 5e-5)
    assert cases[case]["L"] == output.shape[1]


def record_taps(dit: DiT) -> tuple[dict[str, Tensor], list[torch.utils.hooks.RemovableHandle]]:
    """What flows out of the transformer's parts, under the golden data's names, filled as it runs."""
    taps: dict[str, Tensor] = {}
    parts = {"t_embedder": dit.t_embedder, "t_block": dit.t_block, "y_embedder": dit.y_embedder}
    parts |= {f"layer{i}": layer for i, layer in enumerate(dit.layers)}
    first = dit.layers[0]
    parts |= {f"layer0.{name}": getattr(first, name) for name in ("attention", "cross_attention", "feed_forward")}

    def keep(name: str):
        return lambda _module, _inputs, output: taps.__setitem__(name, output)

    hooks = [module.register_forward_hook(keep(name)) for name, module in parts.items()]
    hooks.append(
        dit.x_embedder.register_forward_hook(
            lambda _module, _inputs, output: taps.__setitem__("x_embedder_bcl", output.transpose(1, 2))
        )
    )
    return taps, hooks


def test_sinusoids_and_rotary_table() -> None:
    _, t = golden("b_dit")
    assert_near(sinusoids(t["case0.time"], 64), t["sinusoid_time_embedding"], 1e-6)
    ones = sinusoids(torch.ones(1), 256)[0]
    assert_near(ones, torch.cat([t["time_embedding_freqs"].cos(), t["time_embedding_freqs"].sin()]), 1e-6)
    cos, sin = tiny_field().transformer.rotation(8, torch.device("cpu"))
    expected = t["rope_first8"]
    assert_near(torch.stack([torch.stack([cos, -sin], -1), torch.stack([sin, cos], -1)], -2), expected, 1e-6)


def evaluate_once(field: VectorField, t: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The transformer's input and the velocities of a batch of the golden data."""
    video = t["masked_video_features"]
    condition = field.condition(
        t["audio_features"], t["anchor_ids"], t["anchor_alignment"], video if video.any() else None
    )
    schedule = field.schedule(t["time"][None], t.get("text_features"), t.get("text_mask"))
    aligned = field.aligned(t["noisy_audio"], condition)
    return aligned, field.evaluate(t["noisy_audio"], condition, schedule, 0, t["audio_pad_mask"])


@pytest.mark.parametrize("case", range(4))
def test_one_evaluation_of_the_whole_field(case: int) -> None:
    cases, tensors = golden("c_forward")
    t = part_of(tensors, case)
    aligned, velocities = evaluate_once(tiny_field(), t)
    assert ("text_features" in t) == (cases[case]["texts"] is not None)
    assert_near(aligned, t["aligned_inputs"], 5e-5)
    assert_near(velocities, t["output"], 5e-5)


def test_anchors_are_exact() -> None:
    cases, _ = golden("d_anchors")
    assert len(cases) > 10
    told = 0
    for case in cases:
        rate, hop = case["sample_rate"], case["hop"]
        rows = case["anchors"]
        if rows and any(start < 0 for row in rows for _, start, _ in row):
            with pytest.raises(ValueError, match="0 s or later"):
                anchor_rows(rows, case["frames"], sample_rate=rate, hop=hop)
            told += 1
            continue
        ids, alignment = anchor_rows(rows, case["frames"], sample_rate=rate, hop=hop)
        assert ids.tolist() == case["anchor_ids"]
        assert alignment.tolist() == case["anchor_alignment"]
    assert told == 1


@cache
def tiny_text_encoder() -> TextEncoder:
    return TextEncoder.load(TINY_MODEL / "t5", load_config(TINY_MODEL).text_encoder)


@pytest.mark.parametrize("case", range(7))
def test_text_encoder(case: int) -> None:
    cases, tensors = golden("f_t5")
    t, texts = part_of(tensors, case), cases[case]["texts"]
    ids, mask = tiny_text_encoder().words.tokenize(texts)
    assert torch.equal(ids, t["input_ids"])
    assert torch.equal(mask, t["attention_mask"])
    features, mask = tiny_text_encoder().encode(texts)
    rows = cases[case]["rows"]
    assert_near(features if rows is None else features[:, rows], t["last_hidden_state"], 1e-5)
    assert list(features.shape) == cases[case]["shape"]


def test_features_of_clips_that_are_padded_to_the_longest() -> None:
    _, t = golden("c_forward")
    mean = tiny_codec()[0].encode(t["case0.audios"]).transpose(1, 2)
    assert_near(torch.cat([mean, mean], dim=2), t["case0.audio_features"], 1e-4)


@pytest.mark.parametrize("case", range(8))
def test_separation_with_every_solver(case: int) -> None:
    cases, tensors = golden("e_separate")
    t, told = part_of(tensors, case), cases[case]
    plan = SolverPlan(Solver(told["method"]), told["step_size"])
    assert plan.times.tolist() == told["evaluation_times"]
    latents = solve_two_clips(t["noise"], plan, told["texts"], told["anchors"])
    assert_near(latents, t["final_latents"], 1e-4)
    if case > 1:
        return
    codec, watermark = tiny_codec()
    dry = codec.decode(latents)
    marked = dry + GAIN * watermark(dry, t["message"])
    for row, name in enumerate(("target0", "residual0", "target1", "residual1")):
        length = told["out_samples"][row // 2]
        assert_near(dry[row, 0, :length], t[f"{name}_dry"], 2e-4)
        assert_near(marked[row, 0, :length], t[name], 2e-4)


@cache
def real_size_field() -> VectorField:
    """The DiT of the small model, filled as fixture k fills it: 2 GB."""
    tensors = seeded_weights(FIELD)
    with torch.device("meta"):
        field = VectorField(SamAudioConfig(transformer=SIZES["small"]))
    load_module(field, Checkpoint(Path("seeded"), {key: partial(tensors.__getitem__, key) for key in tensors}), "")
    return field.arrange("cpu", torch.float32)


@pytest.mark.slow
def test_field_at_the_real_size(all_cores: None) -> None:
    _, tensors = golden("k_real_size_seeded")
    t = part_of(tensors, "dit.")
    field = real_size_field()
    aligned, velocities = evaluate_once(field, t)
    assert_near(aligned, t["aligned_inputs"], 1e-4)
    assert_near(velocities, t["output"], 1e-4)
    plan = SolverPlan(Solver.MIDPOINT, 0.5)
    condition = field.condition(t["audio_features"], t["anchor_ids"], t["anchor_alignment"], t["masked_video_features"])
    schedule = field.schedule(plan.times, t["text_features"], t["text_mask"])
    *_, last = solve(
        lambda x, index: field.evaluate(x, condition, schedule, index, t["audio_pad_mask"]), t["noisy_audio"], plan
    )
    assert_near(last.x, t["midpoint_0.5"], 1e-4)
    real_size_field.cache_clear()


# Part e once more: the whole engine, from a clip to its stems


@pytest.mark.parametrize(("case", "watermark"), [(0, False), (1, False), (1, True)])
def test_the_longest_clip_of_the_reference(case, watermark, monkeypatch):
    """The reference's longest clip has no padding, so it is what it would be alone."""
    cases, tensors = golden("e_separate")
    _, clips = golden("c_forward")
    given = tensors[f"case{case}.noise"][0].numpy()
    bits = tensors[f"case{case}.message"][:2]
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.sampling.noise.noise",
        lambda _seed, _candidate, start, stop, _n: given[start:stop],
    )
    monkeypatch.setattr("samstudio.separation.sam_audio.pipeline.decoding.message", lambda _seed: bits)
    anchors = (cases[case]["anchors"] or [[]])[0]
    spans = tuple(Span(start, end, Sign(token)) for token, start, end in anchors)
    wav = clips["wav0"].reshape(-1, clips["wav0"].shape[-1]).mean(dim=0)
    settings = SamAudioSettings(
        str(TINY_MODEL),
        solver=cases[case]["method"],
        steps=round(1 / cases[case]["step_size"]),
        residual=ResidualKind.MODEL,
        watermark=watermark,
        presence_gate=False,
    )
    request = SeparationRequest(
        wav.numpy()[:, None],
        48000,
        Prompt(cases[case]["texts"][0], spans),
        SeparationSettings("sam-audio", "cpu", silent_in_minus=False, sam_audio=settings),
    )
    chunks = [step for step in SamAudioEngine(dtype=torch.float32).separate(request) if isinstance(step, StemChunk)]
    ending = "" if watermark else "_dry"
    for name in ("target", "residual"):
        found = np.concatenate([getattr(chunk, name) for chunk in chunks])[:, 0]
        expected = tensors[f"case{case}.{name}0{ending}"].numpy().reshape(-1)[: len(found)]
        np.testing.assert_allclose(found, expected, atol=2e-4, rtol=0)


# Part g, span prediction by PE-A-Frame


FRAME_RATE = 25.0
PREDICTOR = TINY_MODEL / "pe_a_frame"


@pytest.fixture(scope="module")
def tensors_g() -> dict[str, Tensor]:
    return golden("g_pe_a_frame")[1]


@pytest.fixture(scope="module")
def predictor() -> SpanPredictor:
    return SpanPredictor.load(PREDICTOR)


def expected_spans(case: int) -> list[list[list[float]]]:
    return golden("g_pe_a_frame")[0][case]["spans"]


def in_seconds(rows: list[list[PredictedSpan]]) -> list[list[list[float]]]:
    return [[list(span.seconds(FRAME_RATE)) for span in row] for row in rows]


@pytest.mark.parametrize("case", [0, 1])
def test_every_stage_of_the_span_predictor(case: int, tensors_g: dict[str, Tensor], predictor: SpanPredictor) -> None:
    stage = {key.removeprefix(f"case{case}."): t for key, t in tensors_g.items() if key.startswith(f"case{case}.")}
    features, mask = stage["input_features"], stage.get("padding_mask")
    ids, ids_mask = predictor.words.tokenize(TEXTS)
    assert torch.equal(ids, stage["input_ids"])
    assert torch.equal(ids_mask, stage["attention_mask"].bool())
    network = predictor.network
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


@pytest.mark.parametrize("case", [0, 1])
def test_spans_fall_on_the_same_frames(case: int, tensors_g: dict[str, Tensor], predictor: SpanPredictor) -> None:
    rows = predictor.predict(tensors_g[f"case{case}.input_features"], TEXTS, tensors_g.get(f"case{case}.padding_mask"))
    assert in_seconds(rows) == expected_spans(case)


def test_spans_from_a_waveform_through_the_predictors_own_codec(
    tensors_g: dict[str, Tensor], predictor: SpanPredictor
) -> None:
    config = load_pe_a_frame_config(PREDICTOR).audio_codec
    encoder = load_encoder(
        open_weights(PREDICTOR),
        config,
        prefix="audio_model.dac_vae_encoder.",
        table=pe_audio_encoder_names(config),
        ignore=("bottleneck.out_proj",),
    )
    with torch.inference_mode():
        features = encoder(tensors_g["wave.input_values"]).transpose(1, 2)
    assert_near(features, tensors_g["wave.codec_features"], 1e-4)
    with torch.inference_mode():
        assert_near(
            predictor.network.audio_head(predictor.network.audio_model(features, None)),
            tensors_g["wave.audio_embeds"],
            1e-4,
        )
    assert in_seconds(predictor.predict(features, TEXTS)) == expected_spans(2)


def test_predicted_spans_are_really_used(tensors_g: dict[str, Tensor], predictor: SpanPredictor) -> None:
    cases, _ = golden("g_pe_a_frame")
    rows = predictor.predict(tensors_g["case0.input_features"], TEXTS, tensors_g["case0.padding_mask"])
    anchors = [[("+", *span.seconds(FRAME_RATE)) for span in row] for row in rows]
    assert anchors == [[tuple(anchor) for anchor in row] for row in cases[3]["predicted_anchors"]]
    ids, alignment = anchor_rows(anchors, FRAMES)
    assert torch.equal(ids, tensors_g["e2e.batch_anchor_ids_after"])
    assert torch.equal(alignment, tensors_g["e2e.batch_anchor_alignment_after"])
    plan = SolverPlan(Solver.EULER, 0.25)
    assert_near(solve_two_clips(tensors_g["e2e.noise"], plan), tensors_g["e2e.latents_no_anchors"], 1e-4)
    latents = solve_two_clips(tensors_g["e2e.noise"], plan, anchors=anchors)
    assert_near(latents, tensors_g["e2e.latents_with_predicted_anchors"], 1e-4)


# Part h, the picture, and the real PE-Core-L14-336 in k


def even_frames(available: int, wanted: int) -> Tensor:
    """Which frames the reference takes where it knows no times: spread from first to last, halves rounded to even."""
    return torch.linspace(0, available - 1, wanted).round().long()


def batch_features(features: list[Tensor]) -> Tensor:
    """Features of several clips, each (T_b, E), as the reference has them: (B, E, T), zeros after the shorter ones."""
    return torch.nn.utils.rnn.pad_sequence(features, batch_first=True).transpose(1, 2)


class GivenFrames:
    """Frames (N, 3, H, W), one per time asked."""

    def __init__(self, frames: Tensor) -> None:
        self.frames = frames.permute(0, 2, 3, 1).numpy()

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        for _, frame in zip(times, self.frames, strict=True):
            yield frame


@pytest.fixture(scope="module")
def tensors_h() -> dict[str, Tensor]:
    return golden("h_vision")[1]


@pytest.fixture(scope="module")
def vision() -> VisionEncoder:
    config = load_config(TINY_MODEL).vision_encoder
    return VisionEncoder.load(open_weights(TINY_MODEL), config, load_tower_config(TINY_MODEL, config))


@pytest.mark.parametrize("video", ["video0", "video1", "video2"])
def test_frames_are_resized_and_normalised_as_in_the_reference(
    video: str, tensors_h: dict[str, Tensor], vision: VisionEncoder
) -> None:
    difference = (vision.preprocess(tensors_h[f"{video}.frames"]) - tensors_h[f"{video}.preprocessed"]).abs()
    # One grey level (2/255) where a rounding tie falls the other way, which it may do at one value in ten thousand.
    assert difference.max() <= 1 / 127
    assert (difference > 1e-6).float().mean() <= 1e-4


def test_resized_bytes_are_those_of_the_reference(tensors_h: dict[str, Tensor]) -> None:
    expected = tensors_h["video0.resized_uint8"]
    difference = (resize(tensors_h["video0.frames"], expected.shape[-1], "bicubic").int() - expected.int()).abs()
    assert difference.max() <= 1
    assert (difference > 0).float().mean() <= 1e-4


def test_every_stage_of_the_tower(tensors_h: dict[str, Tensor], vision: VisionEncoder) -> None:
    with torch.inference_mode():
        tokens = finish(vision.tower.tokens(tensors_h["video0.preprocessed"]))
        pooled = vision.tower.attn_pool(tokens)
    assert_near(tokens, tensors_h["video0.tap.tokens_after_transformer_ln_post"], 1e-5)
    assert_near(pooled, tensors_h["video0.tap.pooled"], 1e-5)
    assert_near(pooled @ vision.tower.proj, tensors_h["video0.tap.unnormalised"], 1e-5)


@pytest.mark.parametrize("video", ["video0", "video1", "video2"])
def test_features_of_a_video(video: str, tensors_h: dict[str, Tensor], vision: VisionEncoder) -> None:
    assert_near(vision.encode(tensors_h[f"{video}.frames"]), tensors_h[f"{video}.features"], 1e-5)


def test_features_of_several_clips_are_padded_in_time(tensors_h: dict[str, Tensor], vision: VisionEncoder) -> None:
    batch = batch_features([vision.encode(tensors_h[f"video{i}.frames"]) for i in range(3)])
    assert_near(batch.transpose(1, 2), tensors_h["batch.features"], 1e-5)


@pytest.mark.parametrize("clip", [0, 1])
def test_frame_choice_and_mask(clip: int, tensors_h: dict[str, Tensor]) -> None:
    frames, mask = tensors_h[f"sep.frames{clip}"], tensors_h[f"sep.mask{clip}"]
    indices = even_frames(len(frames), len(tensors_h[f"sep.frame_index{clip}"]))
    assert torch.equal(indices, tensors_h[f"sep.frame_index{clip}"])
    masked = mask_frames(frames, mask, Kept.OUTSIDE)  # the reference's helper keeps what the mask leaves out
    assert torch.equal(masked, tensors_h[f"sep.masked{clip}"])
    assert torch.equal(masked[indices], tensors_h[f"sep.selected{clip}"])
    assert torch.equal(mask_frames(frames, mask, Kept.INSIDE) + masked, frames)


def test_separation_by_the_picture_alone(tensors_h: dict[str, Tensor], vision: VisionEncoder) -> None:
    video = batch_features([vision.encode(tensors_h[f"sep.selected{clip}"]) for clip in range(2)])
    assert_near(video, tensors_h["sep.masked_video_features"], 1e-5)
    latents = solve_two_clips(tensors_h["sep.noise"], SolverPlan(Solver.MIDPOINT, 0.25), ("", ""), video=video)
    assert_near(latents, tensors_h["sep.latents"], 1e-4)


def test_the_engine_looks_as_the_reference_does(tensors_h: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch) -> None:
    """From samples and frames to stems, of the reference's longest clip: that one has no padding."""
    given = tensors_h["sep.noise"][0].numpy()
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.sampling.noise.noise",
        lambda _seed, _candidate, start, stop, _n: given[start:stop],
    )
    choices = SamAudioSettings(
        str(TINY_MODEL), steps=4, residual=ResidualKind.MODEL, watermark=False, presence_gate=False
    )
    wav = tensors_h["sep.wav0"].mean(dim=0).numpy()[:, None]
    # The frames are masked already, by masks of any shape: here the place is the whole picture.
    request = SeparationRequest(
        wav,
        48000,
        Prompt(regions=(Region(0, 0, 1, 1),)),
        SeparationSettings("sam-audio", "cpu", sam_audio=choices),
        picture=GivenFrames(tensors_h["sep.selected0"]),
    )
    chunks = [step for step in SamAudioEngine(dtype=torch.float32).separate(request) if isinstance(step, StemChunk)]
    config = load_config(TINY_MODEL)
    codec = load_codec(open_weights(TINY_MODEL), config.audio_codec)
    with torch.inference_mode():
        expected = codec.decode(tensors_h["sep.latents"][:2]).flatten(1)[:, : len(wav)]
    for name, row in zip(("target", "residual"), expected, strict=True):
        found = torch.from_numpy(np.concatenate([getattr(chunk, name) for chunk in chunks]))[:, 0]
        assert_near(found, row, 2e-4)


def test_text_tower_in_the_checkpoint_is_known_and_left_alone() -> None:
    keys = [key for key in open_weights(TINY_MODEL) if key.startswith("vision_encoder.")]
    assert any(not key.startswith(VISUAL_PREFIX) for key in keys)


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_real_checkpoints_fit_the_real_tower(size: str) -> None:
    keys = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text("utf-8"))
    visual = {key.removeprefix(VISUAL_PREFIX): shape for key, shape in keys.items() if key.startswith(VISUAL_PREFIX)}
    with torch.device("meta"):
        tower = VisualTower(VisionTowerConfig())
    assert {name: list(tensor.shape) for name, tensor in tower.state_dict().items()} == visual


@pytest.mark.slow
def test_vision_at_the_real_size(all_cores: None) -> None:
    _, tensors_h = golden("k_real_size_seeded")
    seeded = seeded_weights((VISUAL_PREFIX,))
    weights = Checkpoint(Path("seeded"), {key: lambda key=key: seeded[key] for key in seeded})
    vision = VisionEncoder.load(weights, VisionEncoderConfig(), VisionTowerConfig())
    assert_near(vision.encode(tensors_h["vision.frames"]), tensors_h["vision.features"], 1e-5)


# Part i, the Judge


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load(GOLDEN / "i_judge" / "model")


def judged_case(case: int) -> tuple[list[str], dict[str, Tensor], list[Tensor], list[Tensor]]:
    """Texts, tensors, mixtures and targets of a case."""
    cases, tensors = golden("i_judge")
    t = {key.removeprefix(f"case{case}."): value for key, value in tensors.items() if key.startswith(f"case{case}.")}
    texts = cases[case]["texts"]
    mixtures, targets = ([t[f"{kind}{i}"][0] for i in range(len(texts))] for kind in ("input", "separated"))
    return texts, t, mixtures, targets


@pytest.mark.parametrize("case", [0, 1])
def test_what_the_judge_is_given(case: int, judge: Judge) -> None:
    texts, t, mixtures, targets = judged_case(case)
    hop, length = judge.encoder.config.hop, t["proc.input_values"].shape[-1]
    assert_near(pad_batch(mixtures, hop, length), t["proc.input_values"], 0.0)
    assert_near(pad_batch(targets, hop, length), t["proc.separated_values"], 0.0)
    ids, mask = judge.words.tokenize(texts)
    assert torch.equal(ids, t["proc.input_ids"])
    assert torch.equal(mask, t["proc.attention_mask"].bool())


@pytest.mark.parametrize("case", [0, 1])
def test_scores_of_the_judge(case: int, judge: Judge) -> None:
    cases, _ = golden("i_judge")
    texts, t, mixtures, targets = judged_case(case)
    scores = judge.score(mixtures, targets, texts)
    assert_near(scores, t["scores"], 1e-4)
    assert_near(scores, torch.tensor(cases[case]["scores"]), 1e-4)
    assert list(SCORES) == cases[case]["order"]


def test_the_judges_padding_mask_only_says_which_frames_are_averaged(judge: Judge) -> None:
    texts, t, *_ = judged_case(0)
    heard, taken = (judge.features(t[f"proc.{kind}_values"]) for kind in ("input", "separated"))
    words = judge.words.tokenize(texts)
    with torch.inference_mode():
        everything = judge.network(heard, taken, words, torch.ones(heard.shape[:2], dtype=torch.bool))
    assert_near(everything, t["scores_no_padding_mask"], 1e-4)
    assert (everything - t["scores"]).abs().max() > 0.01


# Part j, candidates and their ranking


CANDIDATES = 3


@cache
def chosen_frames(clip: int) -> Tensor:
    video = golden("j_rerank")[1][f"video{clip}"]
    return video[even_frames(len(video), FRAMES[clip])]


def solve_case(case: dict[str, Any], noise: Tensor) -> Tensor:
    """Latents (2 * 3 * 2, 128, T), item-major."""
    video = None
    if case["video"]:
        config = load_config(TINY_MODEL).vision_encoder
        encoder = VisionEncoder.load(open_weights(TINY_MODEL), config, load_tower_config(TINY_MODEL, config))
        video = batch_features([encoder.encode(chosen_frames(clip)) for clip in range(2)])
    return solve_two_clips(noise, SolverPlan(Solver.EULER, 0.5), TEXTS, case["anchors"], video)


@pytest.mark.parametrize("number", range(4))
def test_candidates_are_solved_shown_and_chosen_as_in_the_reference(number: int) -> None:
    cases, tensors = golden("j_rerank")
    case = cases[number]
    latents = solve_case(case, tensors[f"case{number}.noise"])
    assert_near(latents, tensors[f"case{number}.final_latents"], 1e-4)
    with torch.inference_mode():
        sound = tiny_codec()[0].decode(latents).view(2, CANDIDATES, 2, -1)  # the last but one: target, residual
    for clip in range(2):
        best = best_candidate([Scores(score) for score in case["scores"][clip]]) if case["scores"] else 0
        assert best == case["chosen"][clip]
        for kind, name in enumerate(("target", "residual")):
            expected = tensors.get(f"case{number}.{name}{clip}_dry")
            assert (expected is None) == (number > 1)
            if expected is not None:
                assert_near(sound[clip, best, kind, : len(expected)], expected, 2e-4)
