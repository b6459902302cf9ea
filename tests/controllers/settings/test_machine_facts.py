"""What this computer separates on is told in one line."""

import os

import torch

from samstudio.controllers.settings.machine_facts import describe_machine
from samstudio.separation import devices


def test_a_processor_and_a_card_are_told_with_their_memory(monkeypatch):
    (text,) = describe_machine()
    if not torch.cuda.is_available() and not torch.backends.mps.is_available():
        assert text.startswith(f"Separates on the CPU, {os.cpu_count()} cores, ")
    monkeypatch.setattr(devices, "choose_device", lambda _name: torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _device: "a card")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (1, 8 * 2**30))
    assert list(describe_machine()) == ["Separates on a card, 8 GB of memory"]
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (0, 0))
    assert list(describe_machine()) == ["Separates on a card"]
