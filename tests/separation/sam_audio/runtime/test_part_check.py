import json
import pickle
from contextlib import suppress
from functools import partial

import pytest
import torch
from safetensors.torch import save_file

from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.check import examine, faults, identify
from samstudio.separation.models.checkpoint import Checkpoint
from samstudio.separation.models.weights.pickled import TensorFacts
from samstudio.separation.sam_audio.layouts import contents, layout, part_files
from samstudio.separation.sam_audio.layouts.layout import find_layout
from samstudio.separation.sam_audio.runtime import part_check
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.steps import finish
from tests.separation.models.allocations import Allocations
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, needs_golden
from tests.separation.sam_audio.made_up import write_judge, write_pe_a_frame
from tests.separation.sam_audio.made_up_model import write_model


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model")


def model_tensors(folder):
    return torch.load(folder / "checkpoint.pt", weights_only=True)


def change(folder, **changes):
    """Replace tensors of a checkpoint; None takes one away."""
    tensors = model_tensors(folder)
    for name, tensor in ((name.replace("__", "."), tensor) for name, tensor in changes.items()):
        tensors.pop(name, None)
        if tensor is not None:
            tensors[name] = tensor
    torch.save(tensors, folder / "checkpoint.pt")


def the_role(path):
    return identify(path).role


def the_fault(path):
    (fault,) = faults(path)
    assert "\n" not in fault
    return fault


def test_all_values_that_a_model_uses_are_read_once_and_counted_in_bytes(model):
    steps = list(examine(model))
    sizes = [tensor.nbytes for tensor in model_tensors(model).values()]
    assert all(isinstance(step, Progress) for step in steps)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total == sum(sizes)
    assert len(steps) == len(sizes)


def test_whole_parts_have_no_faults(model, tmp_path):
    assert list(faults(model)) == []
    assert list(faults(model / "checkpoint.pt")) == []
    assert list(faults(model / "t5")) == []
    assert the_role(model) is the_role(model / "checkpoint.pt") is Role.MODEL
    assert the_role(model / "t5") is Role.TEXT
    for folder, role in ((write_pe_a_frame(tmp_path / "p"), Role.SPANS), (write_judge(tmp_path / "j"), Role.JUDGE)):
        assert (list(faults(folder)), the_role(folder)) == ([], role)


@needs_golden
@pytest.mark.parametrize("part", [TINY_MODEL, TINY_MODEL / "t5", TINY_MODEL / "pe_a_frame", GOLDEN / "i_judge/model"])
def test_the_golden_parts_have_no_faults(part):
    assert list(faults(part)) == []


def with_shapes(shapes, path, monkeypatch):
    """Have a file of such tensors, which hold nothing: real sizes take gigabytes."""
    path.touch()
    index = {name: TensorFacts("F32", tuple(shape)) for name, shape in shapes.items()}
    readers = {name: partial(torch.empty, shape, device="meta") for name, shape in shapes.items()}
    for module in (layout, contents, part_files):
        monkeypatch.setattr(module, "read_index", lambda _path: index)
    monkeypatch.setattr(part_check, "open_weights", lambda path: Checkpoint(path, readers))


@needs_golden
@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_the_keys_and_shapes_of_the_published_models_fit(size, tmp_path, monkeypatch):
    shapes = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text())
    with_shapes(shapes, tmp_path / "checkpoint.pt", monkeypatch)
    assert list(faults(tmp_path)) == []
    assert find_layout(tmp_path).size == size


@needs_golden
def test_a_wrong_shape_in_a_published_model_is_named(tmp_path, monkeypatch):
    shapes = json.loads((GOLDEN / "state_dict_keys" / "sam_audio_small.json").read_text())
    with_shapes(shapes | {"transformer.norm.weight": [7]}, tmp_path / "checkpoint.pt", monkeypatch)
    assert "'transformer.norm.weight' has the shape (7,)" in the_fault(tmp_path)


@needs_golden
def test_published_sizes_are_told_by_shapes_whatever_the_name_and_the_config_say(tmp_path, monkeypatch):
    """The small model's tensors in a file called base, beside base's config.json; and some of its layers alone."""
    shapes = json.loads((GOLDEN / "state_dict_keys" / "sam_audio_small.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "sam_audio", "model_size": "base"}))
    file = tmp_path / "sam_audio_base.safetensors"
    with_shapes(shapes, file, monkeypatch)
    assert list(faults(file)) == []
    assert find_layout(file).size == "small"
    assert find_layout(file).config.transformer.n_heads == 12
    cut = {name: shape for name, shape in shapes.items() if not name.startswith("transformer.layers.11.")}
    (tmp_path / "config.json").unlink()
    with_shapes(cut, file, monkeypatch)
    assert the_fault(file) == f"{file} is incomplete: it has 11 layers, where the small model has 12."


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_any_precision_and_safetensors_will_do(model, dtype):
    tensors = {name: tensor.to(dtype) for name, tensor in model_tensors(model).items()}
    save_file(tensors, model / "model.safetensors")
    (model / "checkpoint.pt").unlink()
    assert list(faults(model)) == []


def test_shards_are_checked_through_their_index(model):
    tensors = model_tensors(model)
    (model / "checkpoint.pt").unlink()
    halves = {"model-00001-of-00002.safetensors": {}, "model-00002-of-00002.safetensors": {}}
    for i, (name, tensor) in enumerate(tensors.items()):
        list(halves.values())[i % 2][name] = tensor
    for shard, content in halves.items():
        save_file(content, model / shard)
    weight_map = {name: shard for shard, content in halves.items() for name in content}
    (model / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    assert list(faults(model)) == []
    (model / "model-00002-of-00002.safetensors").unlink()
    assert "model-00002-of-00002.safetensors is missing" in the_fault(model)


def test_a_missing_key_is_named(model):
    change(model, proj__weight=None)
    assert "lacks the key 'proj.weight'" in the_fault(model)


def test_a_wrong_shape_is_named_with_both_shapes(model):
    change(model, memory_proj__weight=torch.zeros(32, 15))
    fault = the_fault(model)
    assert "'memory_proj.weight' has the shape (32, 15), not (32, 16)" in fault


def test_a_surplus_key_is_named(model):
    change(model, transformer__layers__9__norm=torch.zeros(3))
    assert "no place for the key 'transformer.layers.9.norm'" in the_fault(model)


def test_a_damaged_codec_and_a_damaged_field_make_two_sentences(model):
    change(model, proj__bias=None, audio_codec__quantizer__out_proj__bias=None)
    emitted = list(faults(model))
    assert len(emitted) == 2
    assert "proj.bias" in emitted[0]
    assert "audio_codec.quantizer.out_proj.bias" in emitted[1]


def test_another_size_than_the_config_says_is_reported(model):
    config = json.loads((model / "config.json").read_text())
    config["transformer"]["dim"] = 64
    (model / "config.json").write_text(json.dumps(config))
    assert "does not fit its config.json: 'proj.weight' has the shape (32, 48), not (64, 48)" in the_fault(model)


ABSURD = [
    {"n_layers": 256},
    {"dim": 1 << 15},
    {"dim": 1 << 15, "n_layers": 256, "ffn_exp": 64.0, "ffn_dim_multiplier": 64.0},
    {"multiple_of": 1 << 15},
    {"frequency_embedding_dim": 1 << 15},
    # Has no weights of its own: it costs nothing, and such a model is whole.
    {"max_positions": 1 << 20},
]


@pytest.mark.parametrize("sizes", ABSURD, ids=str)
def test_a_config_that_asks_for_more_than_the_file_holds_is_refused_before_anything_is_allocated(model, sizes):
    config = json.loads((model / "config.json").read_text())
    config["transformer"] |= sizes
    (model / "config.json").write_text(json.dumps(config))
    held = max(tensor.numel() for tensor in model_tensors(model).values())
    with Allocations() as allocations:
        found = list(faults(model))
        with suppress(SeparationError):
            finish(Model(model, torch.device("cpu"), torch.float32).load_field())
    assert bool(found) == ("max_positions" not in sizes)
    assert all("does not fit its config.json" in fault or "lacks the key" in fault for fault in found)
    assert 0 < allocations.most <= held


def test_a_truncated_checkpoint_is_reported(model):
    content = (model / "checkpoint.pt").read_bytes()
    (model / "checkpoint.pt").write_bytes(content[: len(content) // 2])
    assert "truncated" in the_fault(model)


def test_a_checkpoint_with_code_is_refused_and_does_not_run_it(model, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    torch.save({"proj.weight": Trap()}, model / "checkpoint.pt")
    assert "is refused" in the_fault(model)
    (model / "checkpoint.pt").write_bytes(pickle.dumps(Trap()))
    assert len(list(faults(model))) == 1
    assert not (tmp_path / "sprung").exists()


def test_weights_of_another_network_are_reported(model):
    torch.save({"conv.weight": torch.zeros(3, 3)}, model / "checkpoint.pt")
    emitted = list(faults(model))
    assert emitted
    assert all("model" in fault or "checkpoint" in fault for fault in emitted)


@pytest.mark.parametrize(
    ("weights", "config", "words"),
    [
        ("model", {"model_type": "llama", "hidden_size": 8}, "config.json is missing, or another model's"),
        ("nothing", {"model_type": "llama", "hidden_size": 8}, "holds the weights of a model that no engine uses"),
        ("nothing", {"model_type": "pe_audio", "audio_model": {}}, "PE-A-Frame"),
        ("nothing", {"model_type": "sam_audio_judge", "dac_vae_encoder": {}}, "revision sam_audio"),
        ("t5", {"model_type": "t5", "d_model": None}, "T5"),
    ],
)
def test_a_config_of_something_else_is_reported(model, weights, config, words):
    folder = model / "t5" if weights == "t5" else model
    if weights == "nothing":
        torch.save({"conv.weight": torch.zeros(3)}, model / "checkpoint.pt")
    (folder / "config.json").write_text(json.dumps(config))
    assert words in the_fault(folder)


def test_a_config_that_is_missing_or_damaged_is_reported(model):
    (model / "config.json").write_text("{")
    assert "not valid JSON" in the_fault(model)
    (model / "config.json").unlink()
    assert "config.json is missing" in the_fault(model)
