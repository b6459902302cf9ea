"""Which device is taken, and in which type, on machines that are not this one."""

from types import SimpleNamespace

import pytest
import torch

from samstudio.separation import devices
from samstudio.separation.devices import choose_device, device_title, free_memory, has_fast_bfloat16, is_out_of_memory
from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.runtime.memory_budget import precision, rows_at_once

APPLE, CARD = torch.device("mps"), torch.device("cuda")


def with_cards(monkeypatch: pytest.MonkeyPatch, *, cuda: int, apple: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)


@pytest.mark.parametrize(("cuda", "apple", "chosen"), [(1, True, "cuda"), (0, True, "mps"), (0, False, "cpu")])
def test_a_graphics_card_is_taken_where_there_is_one(monkeypatch, cuda, apple, chosen):
    with_cards(monkeypatch, cuda=cuda, apple=apple)
    assert choose_device("auto").type == chosen
    assert choose_device("cpu").type == "cpu"


def test_an_engine_that_does_not_run_on_apples_cards_takes_the_cpu(monkeypatch):
    with_cards(monkeypatch, cuda=0, apple=True)
    assert choose_device("auto", apple=False).type == choose_device("mps", apple=False).type == "cpu"
    assert choose_device("mps") == APPLE


@pytest.mark.parametrize("name", ["mps", "mps:1", "cuda:2"])
def test_a_card_that_is_not_there_is_refused(monkeypatch, name):
    with_cards(monkeypatch, cuda=2, apple=name == "mps:1")
    with pytest.raises(SeparationError, match=f"no device '{name}'"):
        choose_device(name)


@pytest.mark.parametrize(
    ("architecture", "is_fast"),
    [("gfx90a:sramecc+:xnack-", True), ("gfx1100", True), ("gfx1030", False), ("gfx906", False)],
)
def test_amd_cards_compute_in_bfloat16_where_they_have_matrix_instructions_for_it(monkeypatch, architecture, is_fast):
    monkeypatch.setattr(torch.version, "hip", "6.4")
    properties = SimpleNamespace(gcnArchName=architecture)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _device: properties)
    # What PyTorch says for RDNA 2, which would be enough on NVIDIA's cards.
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _device: (10, 3))
    assert has_fast_bfloat16(CARD) is is_fast
    assert precision(CARD) is (torch.bfloat16 if is_fast else torch.float32)


@pytest.mark.parametrize("version", [(7, 5), (8, 0)])
def test_nvidias_cards_compute_in_bfloat16_from_ampere_on(monkeypatch, version):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _device: version)
    assert has_fast_bfloat16(CARD) is (version >= (8, 0))


def test_apples_cards_compute_in_bfloat16_if_a_trial_shows_that_they_can(monkeypatch):
    ones = torch.ones
    monkeypatch.setattr(torch, "ones", lambda *size, dtype, device: ones(*size, dtype=dtype))
    assert precision(APPLE) is torch.bfloat16

    def refuse(*_size, **_options):
        raise TypeError("BFloat16 is not supported on MPS")

    monkeypatch.setattr(torch, "ones", refuse)
    assert precision(APPLE) is torch.float32


def test_apples_memory_is_what_the_system_recommends_less_what_is_in_use(monkeypatch):
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 1000)
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 400)
    assert free_memory(APPLE) == 600
    assert free_memory(torch.device("cpu")) > 0
    assert device_title(APPLE) == "the Apple graphics card"
    assert rows_at_once(APPLE, 500, 500, row=100, left=1000) == 5


def test_apples_card_says_in_its_own_words_that_the_memory_ran_out(monkeypatch):
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"))
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))
    assert not is_out_of_memory(RuntimeError("shape mismatch"))
    emptied = []
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.mps, "empty_cache", lambda: emptied.append("mps"))
    devices.empty_cache()
    assert emptied == ["mps"]
