"""What is given back to the system, and what must not be lost by it."""

import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from samstudio.separation.freed_memory import forget_mapped
from samstudio.separation.models.checkpoint import Checkpoint, open_weights

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep pages as they see fit")


def mapped_megabytes() -> float:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssFile:"))
    return int(line.split()[1]) / 1024


@only_linux
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_what_was_read_of_a_file_is_given_back_and_can_be_read_again(tmp_path, suffix):
    tensors = {f"part{n}": torch.randn(2048, 2048) for n in range(4)}
    path = tmp_path / f"weights{suffix}"
    (torch.save if suffix == ".pt" else save_file)(tensors, path)
    weights = open_weights(path)
    kept = weights["part1"]
    sums = [float(weights[name].sum()) for name in tensors]
    before = mapped_megabytes()
    weights.forget_pages()
    assert mapped_megabytes() < before - 60
    assert [float(weights[name].sum()) for name in tensors] == sums
    assert torch.equal(kept, tensors["part1"])


def test_tensors_that_no_file_holds_are_left_alone(tmp_path):
    tensor = torch.ones(1 << 20)
    Checkpoint(tmp_path, {"part": lambda: tensor}).forget_pages()
    assert bool((tensor == 1).all())


@only_linux
def test_nothing_beyond_a_storage_is_given_back(monkeypatch):
    calls = []

    class Recorder:
        def madvise(self, begin, length, _advice):
            calls.append((begin.value, begin.value + length.value))

    monkeypatch.setattr("samstudio.separation.freed_memory._LIBC", Recorder())
    whole = torch.zeros(1 << 16)
    repeated = whole[:4096].expand(1000, 4096)
    forget_mapped([repeated, torch.zeros(1).expand(1 << 28), whole[5000:]])
    first = whole.untyped_storage().data_ptr()
    assert calls
    assert all(first <= begin < end <= first + whole.untyped_storage().nbytes() for begin, end in calls)
