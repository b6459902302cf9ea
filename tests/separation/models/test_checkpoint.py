"""Checkpoints of every layout, whole, damaged, foreign and malicious."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.checkpoint import Checkpoint, fold_weight_norm, load_module, open_weights
from tests.separation.models.allocations import Allocations
from tests.separation.sam_audio.golden import assert_near

NAMES = ("net.0.weight", "net.0.bias", "net.1.weight", "net.1.bias")


def tensors(dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    shapes = ((300, 200), (300,), (100, 300), (100,))
    return {n: torch.randn(s, generator=generator).to(dtype) for n, s in zip(NAMES, shapes, strict=True)}


def empty_net() -> nn.Module:
    with torch.device("meta"):
        return nn.Sequential(nn.Linear(200, 300), nn.Linear(300, 100))


def write_torch(folder: Path, content: dict[str, torch.Tensor]) -> Path:
    torch.save(content, folder / "checkpoint.pt")
    return folder / "checkpoint.pt"


def write_safetensors(folder: Path, content: dict[str, torch.Tensor]) -> Path:
    save_file(content, folder / "model.safetensors")
    return folder / "model.safetensors"


def write_shards(folder: Path, content: dict[str, torch.Tensor]) -> Path:
    shard_of = {name: f"model-0000{1 + i % 2}-of-00002.safetensors" for i, name in enumerate(content)}
    for shard in set(shard_of.values()):
        save_file({name: content[name] for name in content if shard_of[name] == shard}, folder / shard)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": shard_of}), "utf-8")
    return index


WRITERS = [write_torch, write_safetensors, write_shards]
Writer = Callable[[Path, dict[str, torch.Tensor]], Path]


def in_memory(content: dict[str, torch.Tensor]) -> Checkpoint:
    return Checkpoint(Path("a.pt"), {name: lambda t=tensor: t for name, tensor in content.items()})


def refusal(path: Path) -> str:
    with pytest.raises(SeparationError) as caught:
        open_weights(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("write", WRITERS)
def test_every_layout_and_precision(write: Writer, dtype: torch.dtype, tmp_path: Path) -> None:
    file = write(tmp_path, tensors(dtype))
    for path in (file, tmp_path):
        weights = open_weights(path)
        assert set(weights) == set(NAMES)
        net = empty_net()
        load_module(net, weights, "net.")
        for name, parameter in net.named_parameters():
            assert parameter.dtype == torch.float32
            assert not parameter.requires_grad
            assert torch.equal(parameter, tensors(dtype)[f"net.{name}"].float())
        kept = empty_net()
        load_module(kept, weights, "net.", dtype=None)
        assert {p.dtype for p in kept.parameters()} == {dtype}


@pytest.mark.parametrize("write", [write_torch, write_safetensors])
def test_weights_stay_on_the_disk_until_they_are_read(write: Writer, tmp_path: Path) -> None:
    """Anonymous memory doesn't grow by opening a checkpoint and asking for its tensors."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("only Linux tells what kind of memory a process holds")

    def anonymous() -> int:
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("RssAnon"))

    file = write(tmp_path, {"net.0.weight": torch.ones(32 << 20)})
    before = anonymous()
    tensor = open_weights(file)["net.0.weight"]
    assert float(tensor[::4096].sum()) == 8192
    assert anonymous() - before < 16 << 10


@pytest.mark.parametrize("write", [write_torch, write_safetensors])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_file_is_refused(write: Writer, share: float, tmp_path: Path) -> None:
    file = write(tmp_path, tensors())
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    assert "download it again" in refusal(file)


def test_a_truncated_or_missing_shard_is_refused(tmp_path: Path) -> None:
    index = write_shards(tmp_path, tensors())
    shard = tmp_path / "model-00002-of-00002.safetensors"
    shard.write_bytes(shard.read_bytes()[:-1])
    assert shard.name in refusal(index)
    shard.unlink()
    assert f"{shard.name} is missing" in refusal(tmp_path)
    save_file({"other": torch.ones(1)}, shard)
    assert "net.0.bias" in refusal(tmp_path)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"weight_map": []}', '{"weight_map": {"a": "../a.safetensors"}}', '{"weight_map": {"a": 1}}'],
)
def test_a_damaged_index_is_refused(content: str, tmp_path: Path) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(content, "utf-8")
    assert "index" in refusal(index)


@pytest.mark.parametrize("content", [{}, [1], {"net": {"weight": [2.0]}}, {"epoch": 3}, torch.ones(3)])
def test_what_is_no_flat_state_dict_is_refused(content: object, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "checkpoint.pt")
    if content == {}:
        with pytest.raises(SeparationError, match="no key begins with"):
            load_module(empty_net(), open_weights(tmp_path), "net.")
    else:
        assert "named tensors" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["notes.pt", "notes.safetensors"])
def test_a_foreign_file_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text("Not weights at all, but a text of some length.\n" * 100, "utf-8")
    assert name in refusal(file)


def test_nothing_there(tmp_path: Path) -> None:
    assert "is empty" in refusal(tmp_path)
    assert "is missing" in refusal(tmp_path / "checkpoint.pt")


class WritesFile:
    """An object that writes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return exec, (f"import pathlib; pathlib.Path({str(self.file)!r}).write_text('ran')",)


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("plain_pickle", [False, True])
def test_a_checkpoint_that_carries_code_is_refused_and_its_code_never_runs(
    legacy: bool, plain_pickle: bool, tmp_path: Path
) -> None:
    trace, file = tmp_path / "trace", tmp_path / "checkpoint.pt"
    content = {**tensors(), "net.2.bias": WritesFile(trace)}
    if plain_pickle:
        file.write_bytes(pickle.dumps({"net.2.bias": WritesFile(trace)}))
    else:
        torch.save(content, file, _use_new_zipfile_serialization=not legacy)
    message = refusal(tmp_path)
    assert "checkpoint.pt" in message
    assert not trace.exists()
    if not legacy and not plain_pickle:
        assert "might run code" in message
        # The fixture is not harmless: read the ordinary way it does run.
        torch.load(file, weights_only=False)
        assert trace.read_text() == "ran"


def load_refusal(content: dict[str, torch.Tensor]) -> str:
    with pytest.raises(SeparationError) as caught:
        load_module(empty_net(), in_memory(content), "net.")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_key_is_named() -> None:
    content = tensors()
    del content["net.1.bias"]
    assert "lacks the key 'net.1.bias'." in load_refusal(content)
    del content["net.0.bias"]
    assert "'net.0.bias' and 1 more" in load_refusal(content)


def test_a_surplus_key_is_named_unless_it_is_ignored_or_lies_elsewhere() -> None:
    content = {**tensors(), "net.2.weight": torch.ones(2, 3), "vision.weight": torch.ones(1)}
    message = load_refusal(content)
    assert "'net.2.weight'" in message
    assert "(2, 3)" in message
    load_module(empty_net(), in_memory(content), "net.", ignore=("2.",))


def test_a_wrong_shape_is_named_with_both() -> None:
    message = load_refusal({**tensors(), "net.1.weight": torch.ones(100, 200)})
    assert "'net.1.weight'" in message
    assert "(100, 200)" in message
    assert "(100, 300)" in message


def test_all_shapes_are_compared_before_anything_is_converted() -> None:
    content = tensors(torch.bfloat16)
    with Allocations() as allocations:
        load_module(empty_net(), in_memory(content), "net.")
    assert allocations.most >= 300 * 200
    content["net.1.bias"] = torch.ones(101, dtype=torch.bfloat16)
    with Allocations() as allocations:
        assert "(101,)" in load_refusal(content)
    assert allocations.most == 0


def test_whole_numbers_are_no_weights() -> None:
    assert "int64" in load_refusal({**tensors(), "net.1.bias": torch.ones(100, dtype=torch.int64)})


def test_another_models_checkpoint_is_refused() -> None:
    assert "no key begins with 'net.'" in load_refusal({"model.layers.0.weight": torch.ones(2)})


def test_submodules_of_other_names() -> None:
    content = {
        name.replace("net.0", "net.first.block").replace("net.1", "net.last"): t for name, t in tensors().items()
    }
    net = empty_net()
    load_module(net, in_memory(content), "net.", names={"0": "first.block", "1": "last"})
    assert torch.equal(net.state_dict()["1.weight"], tensors()["net.1.weight"])


def test_weight_norm_is_folded() -> None:
    generator = torch.Generator().manual_seed(1)
    content = {
        "net.weight_g": torch.rand(3, 1, 1, generator=generator),
        "net.weight_v": torch.randn(3, 5, 4, generator=generator),
        "net.bias": torch.ones(5),
    }
    with torch.device("meta"):
        layer = nn.ConvTranspose1d(3, 5, 4)
    load_module(layer, in_memory(content), "net.")
    # Each row has the direction of v and the length g.
    assert_near(layer.weight.flatten(1).norm(dim=1), content["net.weight_g"].flatten(), 1e-6)
    cosine = nn.functional.cosine_similarity(layer.weight.flatten(1), content["net.weight_v"].flatten(1))
    assert_near(cosine, torch.ones(3), 1e-6)
    assert torch.equal(fold_weight_norm(in_memory(content), "net"), layer.weight)
    content["net.weight_g"] = content["net.weight_g"][:1]
    with pytest.raises(SeparationError, match=r"net\.weight_g"):
        load_module(layer, in_memory(content), "net.")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: torch.zeros(1).expand(1 << 28), "repeats or reorders"),
        (lambda: torch.ones(3, 5).t(), "repeats or reorders"),
        (lambda: torch.ones(8)[::2], "repeats or reorders"),
        (lambda: torch.eye(3).to_sparse(), "sparse"),
        (lambda: torch.eye(3).to_sparse_csr(), "sparse"),
        (lambda: torch.ones(3, device="meta"), "shape and no values"),
        (lambda: torch.quantize_per_tensor(torch.ones(3), 1.0, 0, torch.qint8), "quantized"),
        (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "nested"),
    ],
)
def test_tensors_that_are_no_plain_values_in_the_file_are_refused(make, words, tmp_path: Path) -> None:
    torch.save({"net.0.weight": make()}, tmp_path / "checkpoint.pt")
    message = refusal(tmp_path)
    assert "checkpoint.pt" in message
    assert words in message or "might run code" in message or "truncated" in message


def test_a_name_of_a_million_letters_is_cut(tmp_path: Path) -> None:
    torch.save({"a\n" * 1_000_000: torch.eye(3).t()[:2].t()}, tmp_path / "checkpoint.pt")
    assert len(refusal(tmp_path).replace(str(tmp_path), "")) < 400
