"""The field and its transformer on random weights, against the same maths written out plainly."""

from collections.abc import Callable
from math import log

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv1d, group_norm, layer_norm, silu

from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import (
    SamAudioConfig,
    TextEncoderConfig,
    TransformerConfig,
    VisionEncoderConfig,
)
from samstudio.separation.sam_audio.nn import packed_linear
from samstudio.separation.sam_audio.nn.packed_linear import PackedLinear
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.sampling import schedule
from tests.separation.sam_audio.random_weights import randomise

DIM, HEADS, LAYERS, CHANNELS = 48, 3, 2, 16
CONFIG = SamAudioConfig(
    in_channels=3 * CHANNELS,
    anchor_embedding_dim=12,
    audio_codec=CodecConfig(codebook_dim=CHANNELS // 2),
    text_encoder=TextEncoderConfig(dim=20),
    vision_encoder=VisionEncoderConfig(dim=10),
    transformer=TransformerConfig(
        dim=DIM, n_heads=HEADS, n_layers=LAYERS, frequency_embedding_dim=32, out_channels=CHANNELS
    ),
)
ROWS, FRAMES, TOKENS = 2, 11, 4


def checkpoint() -> VectorField:
    """A field as it is before it is laid out."""
    return randomise(VectorField(CONFIG))


def arranged(dtype: torch.dtype = torch.float32) -> VectorField:
    return checkpoint().arrange("cpu", dtype)


def inputs(seed: int = 1) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    return {
        "noisy": random(ROWS, FRAMES, CHANNELS),
        "features": random(ROWS, FRAMES, CHANNELS),
        "ids": torch.tensor([[0, 3, 1], [0, 3, 2]]),
        "alignment": torch.randint(0, 3, (ROWS, FRAMES), generator=generator),
        "video": random(ROWS, 10, FRAMES),
        "text": random(ROWS, TOKENS, 20),
        "text_mask": torch.tensor([[True] * 4, [True, True, False, False]]),
        "times": torch.tensor([[0.1, 0.6]]),
        "padding_mask": torch.arange(FRAMES) < torch.tensor([[FRAMES], [7]]),
    }


def evaluate(field: VectorField, t: dict[str, Tensor], index: int = 0) -> Tensor:
    condition = field.condition(t["features"], t["ids"], t["alignment"], t.get("video"))
    made = field.schedule(t["times"], t.get("text"), t.get("text_mask"))
    return field.evaluate(t["noisy"], condition, made, index, t.get("padding_mask"))


def plain(w: dict[str, Tensor], t: dict[str, Tensor]) -> Tensor:
    """The velocities straight from the equations, on a checkpoint's own parameters `w`, row order of heads included."""
    time = t["times"][0]
    noisy = torch.cat([t["noisy"], torch.zeros_like(t["noisy"]), t["features"]], -1)
    x = noisy @ w["proj.weight"].T + w["proj.bias"]
    video = (
        t["video"].transpose(1, 2) @ w["align_masked_video.conv.weight"][..., 0].T + w["align_masked_video.conv.bias"]
    )
    norm = (w["align_masked_video.layer_norm.weight"], w["align_masked_video.layer_norm.bias"])
    x = x + w["align_masked_video.gate"].tanh() * layer_norm(video, (DIM,), *norm)
    marks = w["embed_anchors.embed.weight"][t["ids"].gather(1, t["alignment"])]
    x = x + w["embed_anchors.gate"].tanh() * (marks @ w["embed_anchors.proj.weight"].T)
    memory = t["text"] @ w["memory_proj.weight"].T + w["memory_proj.bias"] + waves(time, DIM)[:, None]
    dit = {key.removeprefix("transformer."): tensor for key, tensor in w.items()}
    y = gated(dit, "y_embedder.projection.", memory)
    t_emb = gated(dit, "t_embedder.projection.", waves(time, 32))
    t0 = (silu(t_emb) @ dit["t_block.weight"].T + dit["t_block.bias"]).view(ROWS, 6, 1, DIM)
    h = x.transpose(1, 2)
    for block in ("block1", "block2"):
        at = f"x_embedder.block.{block}."
        h = silu(group_norm(h, 1, dit[at + "groupnorm.weight"], dit[at + "groupnorm.bias"], 1e-5))
        h = conv1d(h, dit[at + "project.weight"], dit[at + "project.bias"], padding=1)
    h = x + h.transpose(1, 2)
    for i in range(LAYERS):
        at = f"layers.{i}."
        a, b, c, d, e, f = (dit[at + "scale_shift_table"][:, None] + t0).unbind(1)
        u = rms(h, dit[at + "attention_norm.weight"]) * (1 + b) + a
        h = h + c * attention(dit, at + "attention.", u, u, t["padding_mask"], rotate)
        h = h + attention(dit, at + "cross_attention.", h, y, t["text_mask"], lambda q: q)
        u = rms(h, dit[at + "ffn_norm.weight"]) * (1 + e) + d
        h = h + f * gated(dit, at + "feed_forward.", u)
    shift, scale = (dit["final_layer_scale_shift_table"] + t_emb[:, None])[:, :, None].unbind(1)
    return (rms(h, dit["norm.weight"]) * (1 + scale) + shift) @ dit["output.weight"].T


def waves(time: Tensor, width: int) -> Tensor:
    angles = time[:, None] * torch.exp(-log(10000) * torch.arange(width // 2) / (width // 2))
    return torch.cat([angles.cos(), angles.sin()], -1)


def rms(x: Tensor, weight: Tensor) -> Tensor:
    return x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt() * weight


def gated(w: dict[str, Tensor], at: str, x: Tensor) -> Tensor:
    return (silu(x @ w[at + "w1.weight"].T) * (x @ w[at + "w3.weight"].T)) @ w[at + "w2.weight"].T


def rotate(x: Tensor) -> Tensor:
    """Neighbouring channels as complex numbers, turned."""
    width = x.shape[-1]
    angles = torch.arange(x.shape[2])[:, None] * 20000.0 ** (-torch.arange(0, width, 2) / width)
    return torch.view_as_real(
        torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous()) * (1j * angles).exp()
    ).flatten(-2)


def attention(
    w: dict[str, Tensor], at: str, x: Tensor, y: Tensor, mask: Tensor, turn: Callable[[Tensor], Tensor]
) -> Tensor:
    """Channel c belongs to head c mod H."""
    q, k, v = (
        (s @ w[f"{at}w{n}.weight"].T).unflatten(-1, (-1, HEADS)).permute(0, 3, 1, 2)
        for s, n in ((x, "q"), (y, "k"), (y, "v"))
    )
    q, k = (turn(rms(s, w[f"{at}{n}_norm.weight"])) for s, n in ((q, "q"), (k, "k")))
    scores = (q @ k.transpose(2, 3) * q.shape[-1] ** -0.5).masked_fill(~mask[:, None, None], -torch.inf)
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2) @ w[at + "wo.weight"].T


def near(found: Tensor, expected: Tensor, tolerance: float = 1e-5) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max() <= tolerance


def test_the_field_is_what_the_equations_say() -> None:
    t = inputs()
    near(evaluate(arranged(), t), plain(checkpoint().state_dict(), t))


@pytest.mark.parametrize("changed", ["features", "alignment", "video", "text", "text_mask", "times", "padding_mask"])
def test_everything_given_has_its_effect(changed: str) -> None:
    t, other = inputs(), inputs()
    other[changed] = ~t[changed] if t[changed].dtype == torch.bool else inputs(seed=2)[changed]
    other["times"] = t["times"] * 0.5 if changed == "times" else t["times"]
    assert (evaluate(arranged(), other) - evaluate(arranged(), t)).abs().max() > 1e-3


def test_a_batch_of_windows_equals_each_alone() -> None:
    field, t = arranged(), inputs()
    shared = {**t, "text": t["text"][:1], "text_mask": t["text_mask"][:1], "times": torch.tensor([0.3])}
    del shared["padding_mask"]
    together = evaluate(field, shared)
    for row in range(ROWS):
        own = {name: t[name][row : row + 1] for name in ("noisy", "features", "ids", "alignment", "video")}
        near(evaluate(field, {**shared, **own}), together[row : row + 1])
    each = {**t, "text": shared["text"].expand(ROWS, -1, -1), "text_mask": shared["text_mask"].expand(ROWS, -1)}
    each |= {"times": torch.tensor([[0.3, 0.3]]), "padding_mask": torch.ones(ROWS, FRAMES, dtype=torch.bool)}
    near(evaluate(field, each), together)


def test_without_text_the_memory_is_the_time_and_without_video_a_constant() -> None:
    field, t = arranged(), inputs()
    silent = {**t, "video": torch.zeros_like(t["video"])}
    del t["video"]
    near(evaluate(field, t), evaluate(field, silent))
    worded = {**t, "text": torch.zeros(ROWS, 1, 20), "text_mask": torch.ones(ROWS, 1, dtype=torch.bool)}
    field.memory_proj.bias.zero_()
    del t["text"], t["text_mask"]
    near(evaluate(field, t), evaluate(field, worded))


def test_long_prompts_are_done_in_blocks_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    field, t = arranged(), {**inputs(), "times": torch.rand(5, ROWS)}
    at_once = [evaluate(field, t, index) for index in range(5)]
    monkeypatch.setattr(schedule, "TOKENS_AT_ONCE", 2 * ROWS * TOKENS)
    made: list[int] = []
    inner = field.transformer.keys_values
    monkeypatch.setattr(field.transformer, "keys_values", lambda memory: made.append(len(memory)) or inner(memory))
    condition = field.condition(t["features"], t["ids"], t["alignment"], t["video"])
    blocks = field.schedule(t["times"], t["text"], t["text_mask"])
    for index in (0, 1, 2, 3, 4, 0):
        near(field.evaluate(t["noisy"], condition, blocks, index, t["padding_mask"]), at_once[index])
        if index == 1:
            assert made == [2]
    assert made == [2, 2, 1, 2]


def test_bfloat16_is_near_and_only_for_the_large_matrices() -> None:
    t, exact, rounded = inputs(), arranged(), arranged(torch.bfloat16)
    assert {p.dtype for p in rounded.parameters()} == {torch.float32}
    matrices = {name: m.dtype for name, m in rounded.named_modules() if isinstance(m, PackedLinear)}
    kept = {name for name, dtype in matrices.items() if dtype == torch.float32}
    assert kept == {f"transformer.t_embedder.projection.{name}" for name in ("inner", "outer")}
    assert len(matrices) == 2 + 2 + LAYERS * (2 + 3 + 2) + 2
    reference = evaluate(exact, t)
    error = (evaluate(rounded, t) - reference).norm() / reference.norm()
    assert 1e-4 < error < 0.03


def test_a_half_precision_checkpoint_is_computed_in_float32() -> None:
    halves = checkpoint().half()
    expected = plain({name: tensor.float() for name, tensor in halves.state_dict().items()}, inputs())
    near(evaluate(halves.arrange("cpu", torch.float32), inputs()), expected)


def test_bfloat16_is_multiplied_where_the_processor_has_no_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Inputs and weights have 8 bits, the sums more: against float64 each output is off by its own last rounding.

    A sum of 24 products in float32 adds 24 * 2^-24 of the products' absolute sum, which is nothing beside 2^-9.
    """
    monkeypatch.setattr(packed_linear, "multiplies_bfloat16", lambda: False)
    weight, x = torch.randn(9, 24).bfloat16(), torch.randn(7, 24).bfloat16()
    unpacked = PackedLinear(torch.bfloat16, weight)
    assert not unpacked.packed
    exact = x.double() @ weight.double().T
    bound = 2**-8 * exact.abs() + 24 * 2**-23 * (x.double().abs() @ weight.double().abs().T)
    assert bool(((unpacked(x).double() - exact).abs() <= bound).all())


@pytest.mark.parametrize("rows", [1, 7, 300])
def test_a_packed_matrix_is_the_same_map(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = torch.randn(5, 24), torch.randn(9, 24)
    x = torch.randn(2, rows, 24)
    expected = x @ torch.cat(parts).T
    near(PackedLinear(torch.float32, *parts)(x), expected)
    monkeypatch.setattr(packed_linear, "can_pack", lambda _dtype: False)
    unpacked = PackedLinear(torch.float32, *parts)
    assert not unpacked.packed
    near(unpacked(x), expected)
