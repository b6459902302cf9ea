"""What is taken for weights and is none is named in a sentence that says what to do."""

import json
import pickle
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.checkpoint import open_weights
from samstudio.separation.models.weights.index import read_index
from samstudio.separation.models.weights.pickled import MAGIC

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:93929d357aad\nsize 5958000000\n"


def safetensors(header: dict, values: bytes = b"") -> bytes:
    content = json.dumps(header).encode()
    return struct.pack("<Q", len(content)) + content + values


def entry(kind: str, size: int) -> dict:
    return {"dtype": kind, "shape": [size], "data_offsets": [0, size]}


FP8 = safetensors({"proj.weight": entry("F8_E4M3", 4)}, b"1234")
FP8_SCALED = safetensors({"proj.scale": entry("F8_E5M2", 4)}, b"1234")
INT8 = safetensors({"proj.weight": entry("I8", 4)}, b"1234")
MLX = safetensors({"__metadata__": {"format": "mlx"}, "proj.weight": entry("U8", 4)}, b"1234")
TRUNCATED = safetensors({"proj.weight": entry("U8", 5_958_000_000)}, b"1234")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a-fp8.safetensors", FP8, "is fp8, which is not supported: take the bf16 or fp16"),
        ("a.safetensors", FP8_SCALED, "is fp8, which is not supported"),
        ("a.safetensors", INT8, "is quantised (I8), which is not supported: take the bf16 or fp16"),
        ("model.safetensors", MLX, "is MLX, which is not supported: take the bf16 or fp16"),
        ("weights.npz", b"PK\x03\x04", "is MLX (npz), which is not supported"),
        ("a.gguf", b"GGUF\x03", "is GGUF, which is not supported: take the bf16 or fp16"),
        ("renamed.safetensors", b"GGUF\x03", "is GGUF, which is not supported"),
        ("a.onnx", b"\x08\x07\x12\x07pytorch", "is ONNX, which is not supported"),
        ("model.safetensors", LFS, "is a Git LFS pointer to 6.0 GB, not the weights: fetch them with 'git lfs pull'"),
        ("checkpoint.pt", b"<!DOCTYPE html><html>Log in</html>", "is a web page that was saved as weights"),
        ("checkpoint.pt", b"\n <HTML>", "is a web page"),
        ("checkpoint.pt", b'{"error":"Access to model is restricted"}', "is a text of 1 kB and no weights"),
        ("checkpoint.pt", b"Invalid username or password.", "'Invalid username or password.'"),
        ("checkpoint.pt", b"", "is empty: download it again"),
        ("song.safetensors", b"ID3\x04" + bytes(20), "is a sound file and no weights, whatever it is called: choose"),
        ("song.pt", b"\xff\xfb\x90\x00", "is a sound file"),
        ("a.safetensors", b"RIFF\x00\x10\x00\x00WAVEfmt ", "is a sound file"),
        ("a.pt", b"\x00\x00\x00\x20ftypM4A ", "is a sound file"),
        ("a.pt", b"\x00\x00\x00\x20ftypisom", "is a video and no weights"),
        ("a.ckpt", b"\x89PNG\r\n", "is a picture and no weights"),
        ("a.safetensors", "Größe".encode(), "is a text of 1 kB and no weights ('Größe'): choose the model's own file"),
        ("a.safetensors", b"a" * 1023 + "ß".encode(), "is a text of"),
        ("a.safetensors", bytes(range(200, 256)), "begins neither as safetensors nor as a PyTorch checkpoint does"),
        ("a.pt", b"PK\x03\x04" + bytes(30), "is truncated or no PyTorch checkpoint: download it again"),
        ("checkpoint.pt", b"\x1f\x8b\x08", "is a gzip archive: unpack it first"),
        ("a.safetensors", TRUNCATED, "is truncated, 1 kB of 6.0 GB are there: download it again"),
        ("a.safetensors", TRUNCATED[:40], "is truncated, 1 kB are there: download it again"),
        ("a.safetensors", safetensors({"a": {"dtype": 3}}), "is damaged or no safetensors file"),
    ],
)  # fmt: skip
def test_foreign_and_damaged_files_are_named(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    for read in (read_index, open_weights):
        with pytest.raises(SeparationError) as caught:
            read(file)
        assert str(caught.value).startswith(f"{file} ")
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_fp8_in_a_file_of_torch_is_named(tmp_path: Path) -> None:
    torch.save({"proj.weight": torch.zeros(4).to(torch.float8_e4m3fn)}, tmp_path / "a.pt")
    with pytest.raises(SeparationError, match="is fp8, which is not supported"):
        read_index(tmp_path / "a.pt")


def test_an_archive_of_something_else_is_no_checkpoint(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("notes.txt", "hello")
    with pytest.raises(SeparationError, match="is a ZIP archive: unpack it first"):
        read_index(tmp_path / "a.pt")


@pytest.mark.parametrize("legacy", [False, True])
def test_the_index_of_a_torch_file_is_what_torch_reads(legacy: bool, tmp_path: Path) -> None:
    """Types and shapes as torch itself has them, views and parameters included."""
    base = torch.arange(12.0)
    content = {
        "a": base[:6].view(2, 3),
        "b": torch.nn.Parameter(torch.ones(4, dtype=torch.float16)),
        "c": torch.ones(2, 1, dtype=torch.bfloat16),
        "d": torch.zeros((), dtype=torch.int64),
    }
    torch.save(content, tmp_path / "a.pt", _use_new_zipfile_serialization=not legacy)
    index = read_index(tmp_path / "a.pt")
    assert {name: (facts.kind, facts.shape) for name, facts in index.items()} == {
        "a": ("F32", (2, 3)), "b": ("F16", (4,)), "c": ("BF16", (2, 1)), "d": ("I64", ()),
    }  # fmt: skip
    read = open_weights(tmp_path / "a.pt")
    for name, tensor in content.items():
        assert torch.equal(read[name], tensor)


def test_contents_count_and_not_the_suffix(tmp_path: Path) -> None:
    save_file({"a": torch.ones(3)}, tmp_path / "really_safetensors.pt")
    torch.save({"a": torch.ones(3)}, tmp_path / "really_torch.safetensors")
    assert torch.equal(open_weights(tmp_path / "really_safetensors.pt")["a"], torch.ones(3))
    with pytest.raises(SeparationError, match=r"by its contents: give it a name that ends in \.pt"):
        open_weights(tmp_path / "really_torch.safetensors")


def test_a_shard_that_is_missing_is_named(tmp_path: Path) -> None:
    save_file({"a": torch.ones(3)}, tmp_path / "m-00001-of-00002.safetensors")
    with pytest.raises(SeparationError, match=r"m-00002-of-00002\.safetensors is missing, which m-00001"):
        read_index(tmp_path / "m-00001-of-00002.safetensors")


def test_a_file_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    save_file({"a": torch.ones(3)}, tmp_path / "m.safetensors")
    assert set(read_index(tmp_path / "m.safetensors")) == {"a"}
    save_file({"b": torch.ones(3), "c": torch.ones(1)}, tmp_path / "m.safetensors")
    assert set(read_index(tmp_path / "m.safetensors")) == {"b", "c"}


@pytest.mark.parametrize(
    "greedy", [pickle.BYTEARRAY8 + struct.pack("<Q", 1 << 33), b"N" + pickle.LONG_BINPUT + struct.pack("<I", 1 << 31)]
)
def test_a_damaged_file_is_given_no_memory_on_its_word(greedy: bytes, tmp_path: Path) -> None:
    start = b"".join(pickle.dumps(value, 2) for value in (MAGIC, 1001, {}))
    (tmp_path / "a.pt").write_bytes(start + b"\x80\x02" + greedy + b".")
    tracemalloc.start()
    try:
        with pytest.raises(SeparationError):
            read_index(tmp_path / "a.pt")
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
