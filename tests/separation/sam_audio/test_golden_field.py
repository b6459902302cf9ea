"""The field, its transformer, anchors, text and solvers, against what the reference gave on the same weights."""

import json
from functools import cache, partial
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import rms_norm

from samstudio.separation.sam_audio.anchors import anchor_rows
from samstudio.separation.sam_audio.codec.codec import Codec, load_codec, load_watermark
from samstudio.separation.sam_audio.codec.watermark import GAIN, Watermark
from samstudio.separation.sam_audio.config import SIZES, SamAudioConfig, load_config
from samstudio.separation.sam_audio.field import VectorField
from samstudio.separation.sam_audio.sampler import Plan, Solver, solve
from samstudio.separation.sam_audio.text import TextEncoder
from samstudio.separation.sam_audio.transformer import DiT, sinusoids
from samstudio.separation.sam_audio.weights import Weights, load_module, open_weights
from samstudio.separation.ticks import finish
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, assert_near, golden, needs_golden, seeded_weights
from tests.separation.sam_audio.tiny_solver import solve_two_clips, tiny_field

pytestmark = needs_golden

FIELD = ("proj.", "memory_proj.", "align_masked_video.", "embed_anchors.", "transformer.")


def part(tensors: dict[str, Tensor], case: int | str) -> dict[str, Tensor]:
    """The tensors of one case, without its name."""
    start = f"case{case}." if isinstance(case, int) else case
    return {key.removeprefix(start): tensor for key, tensor in tensors.items() if key.startswith(start)}


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_real_sizes_have_the_checkpoints_keys_and_shapes(size: str) -> None:
    listed = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text())
    with torch.device("meta"):
        field = VectorField(SamAudioConfig(transformer=SIZES[size]))
    found = {key: list(tensor.shape) for key, tensor in field.state_dict().items()}
    assert found == {key: shape for key, shape in listed.items() if key.startswith(FIELD)}


@pytest.mark.parametrize("case", range(5))
def test_transformer_with_every_tap(case: int) -> None:
    cases, tensors = golden("b_dit")
    t = part(tensors, case)
    dit = tiny_field().transformer
    taps, hooks = record(dit)
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


def record(dit: DiT) -> tuple[dict[str, Tensor], list[torch.utils.hooks.RemovableHandle]]:
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
    t = part(tensors, case)
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
    t, texts = part(tensors, case), cases[case]["texts"]
    ids, mask = tiny_text_encoder().words.tokenize(texts)
    assert torch.equal(ids, t["input_ids"])
    assert torch.equal(mask, t["attention_mask"])
    features, mask = tiny_text_encoder().encode(texts)
    rows = cases[case]["rows"]
    assert_near(features if rows is None else features[:, rows], t["last_hidden_state"], 1e-5)
    assert list(features.shape) == cases[case]["shape"]


@cache
def tiny_codec() -> tuple[Codec, Watermark]:
    weights, config = open_weights(TINY_MODEL), load_config(TINY_MODEL).audio_codec
    return load_codec(weights, config), load_watermark(weights, config)


def test_features_of_clips_that_are_padded_to_the_longest() -> None:
    _, t = golden("c_forward")
    mean = tiny_codec()[0].encode(t["case0.audios"]).transpose(1, 2)
    assert_near(torch.cat([mean, mean], dim=2), t["case0.audio_features"], 1e-4)


@pytest.mark.parametrize("case", range(8))
def test_separation_with_every_solver(case: int) -> None:
    cases, tensors = golden("e_separate")
    t, told = part(tensors, case), cases[case]
    plan = Plan(Solver(told["method"]), told["step_size"])
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
    load_module(field, Weights(Path("seeded"), {key: partial(tensors.__getitem__, key) for key in tensors}), "")
    return field.arrange("cpu", torch.float32)


def test_real_size() -> None:
    _, tensors = golden("k_real_size_seeded")
    t = part(tensors, "dit.")
    field = real_size_field()
    aligned, velocities = evaluate_once(field, t)
    assert_near(aligned, t["aligned_inputs"], 1e-4)
    assert_near(velocities, t["output"], 1e-4)
    plan = Plan(Solver.MIDPOINT, 0.5)
    condition = field.condition(t["audio_features"], t["anchor_ids"], t["anchor_alignment"], t["masked_video_features"])
    schedule = field.schedule(plan.times, t["text_features"], t["text_mask"])
    *_, last = solve(
        lambda x, index: field.evaluate(x, condition, schedule, index, t["audio_pad_mask"]), t["noisy_audio"], plan
    )
    assert_near(last.x, t["midpoint_0.5"], 1e-4)
    real_size_field.cache_clear()
