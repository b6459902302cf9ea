"""Parts b, c, d and f: the transformer, the vector field, its anchors and its text."""

import json

import pytest
import torch
from torch import Tensor
from torch.nn.functional import rms_norm

from samstudio.separation.sam_audio.config import SIZES, SamAudioConfig
from samstudio.separation.sam_audio.nn.transformer import DiT, sinusoids
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.steps import finish
from tests.separation.sam_audio.golden import (
    GOLDEN,
    assert_near,
    case_of,
    cases_with,
    golden,
    needs,
    numbers,
    tensors_of,
)
from tests.separation.sam_audio.golden.tiny_model import (
    FIELD,
    evaluate_once,
    tiny_codec,
    tiny_field,
    tiny_text_encoder,
)
from tests.separation.sam_audio.reference import anchor_rows

needs_model = needs("tiny_model/checkpoint.pt")
PUBLISHED = [size for size in SIZES if (GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").is_file()]


@pytest.mark.parametrize("size", PUBLISHED)
def test_every_field_key_of_the_real_sizes_has_its_place(size: str) -> None:
    listed = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text("utf-8"))
    with torch.device("meta"):
        field = VectorField(SamAudioConfig(transformer=SIZES[size]))
    found = {key: list(tensor.shape) for key, tensor in field.state_dict().items()}
    assert found == {key: shape for key, shape in listed.items() if key.startswith(FIELD)}


@needs_model
@pytest.mark.parametrize("case", numbers(cases_with("b_dit", "output")))
def test_transformer_with_every_tap(case: int) -> None:
    t = tensors_of("b_dit", case)
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
    for name, tensor in t.items():
        if name.startswith("tap."):
            assert_near(taps[name.removeprefix("tap.")].reshape(tensor.shape), tensor, 5e-5)
    assert case_of("b_dit", case)["L"] == output.shape[1]


@needs_model
@needs("b_dit")
def test_some_taps_were_recorded() -> None:
    # Else the test above would compare outputs alone.
    assert any(".tap." in key for key in golden("b_dit")[1])


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


@needs_model
@needs("b_dit")
def test_sinusoids_and_rotary_table() -> None:
    _, t = golden("b_dit")
    expected = t["sinusoid_time_embedding"]
    assert_near(sinusoids(t["case0.time"], expected.shape[-1]), expected, 1e-6)
    speeds = t["time_embedding_freqs"]
    ones = sinusoids(torch.ones(1), 2 * len(speeds))[0]
    assert_near(ones, torch.cat([speeds.cos(), speeds.sin()]), 1e-6)
    expected = t["rope_first8"]
    cos, sin = tiny_field().transformer.rotation(len(expected), torch.device("cpu"))
    assert_near(torch.stack([torch.stack([cos, -sin], -1), torch.stack([sin, cos], -1)], -2), expected, 1e-6)


@needs_model
@pytest.mark.parametrize("case", numbers(cases_with("c_forward", "output")))
def test_one_evaluation_of_the_whole_field(case: int) -> None:
    t = tensors_of("c_forward", case)
    aligned, velocities = evaluate_once(tiny_field(), t)
    assert ("text_features" in t) == (case_of("c_forward", case)["texts"] is not None)
    assert_near(aligned, t["aligned_inputs"], 5e-5)
    assert_near(velocities, t["output"], 5e-5)


@needs("d_anchors")
def test_anchors_are_exact() -> None:
    cases, _ = golden("d_anchors")
    for case in cases:
        rate, hop = case["sample_rate"], case["hop"]
        rows = case["anchors"]
        if rows and any(start < 0 for row in rows for _, start, _ in row):
            with pytest.raises(ValueError, match="0 s or later"):
                anchor_rows(rows, case["frames"], sample_rate=rate, hop=hop)
            continue
        ids, alignment = anchor_rows(rows, case["frames"], sample_rate=rate, hop=hop)
        assert ids.tolist() == case["anchor_ids"]
        assert alignment.tolist() == case["anchor_alignment"]


@needs("tiny_model/t5")
@pytest.mark.parametrize("case", numbers(cases_with("f_t5", "last_hidden_state")))
def test_text_encoder(case: int) -> None:
    t, described = tensors_of("f_t5", case), case_of("f_t5", case)
    ids, mask = tiny_text_encoder().tokenizer.tokenize(described["texts"])
    assert torch.equal(ids, t["input_ids"])
    assert torch.equal(mask, t["attention_mask"])
    features, _ = tiny_text_encoder().encode(described["texts"])
    rows = described["rows"]
    assert_near(features if rows is None else features[:, rows], t["last_hidden_state"], 1e-5)
    assert list(features.shape) == described["shape"]


@needs_model
@pytest.mark.parametrize("case", numbers(cases_with("c_forward", "audios")))
def test_features_of_clips_that_are_padded_to_the_longest(case: int) -> None:
    t = tensors_of("c_forward", case)
    mean = tiny_codec()[0].encode(t["audios"]).transpose(1, 2)
    assert_near(torch.cat([mean, mean], dim=2), t["audio_features"], 1e-4)
