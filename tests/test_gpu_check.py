"""The script that measures a graphics card runs to its end without one, and says so where one is needed."""

import weakref
from types import SimpleNamespace

import pytest
import torch

from benchmarks import gpu_check


def test_a_trial_run_on_the_cpu_fills_every_line_of_the_report(qapp, tmp_path, capsys):
    report = tmp_path / "report.md"
    assert gpu_check.main(["--device", "cpu", "--size", "tiny", "--seconds", "0.5", "--output", str(report)]) == 0
    rows = [line.split(" | ") for line in report.read_text("utf-8").splitlines() if line.startswith("| ")]
    names = [row[0].removeprefix("| ") for row in rows]
    for name in ("encode", "decode both, marked", "one evaluation", "GUI thread waits", "memory", "too little memory"):
        assert name in names
    assert rows[names.index("memory")][1] == gpu_check.NOT_RUN
    assert "failed" not in report.read_text("utf-8")
    shown = capsys.readouterr()
    assert report.read_text("utf-8") == shown.out
    assert f"Saved as {report}" in shown.err
    assert "ended" not in shown.out
    # Nothing of the machine but its system, and the card's name.
    assert "/" not in shown.out.replace("GFLOP/s", "")


def test_on_a_card_memory_is_measured_and_then_made_scarce(qapp, monkeypatch):
    """All lines that need a card, with the CPU in its place: that they run is what this shows."""
    fractions, engines = [], []
    made = gpu_check.SamAudioEngine.__init__
    monkeypatch.setattr(
        gpu_check.SamAudioEngine, "__init__", lambda self: (engines.append(weakref.ref(self)), made(self))[1]
    )

    def limit(fraction, _device):
        # The first model would take the room of the one that is to have too little.
        assert fraction == 1.0 or [engine() for engine in engines] == [None]
        fractions.append(fraction)

    monkeypatch.setattr(gpu_check.Bench, "is_card", True)
    monkeypatch.setattr(torch, "compile", lambda forward: forward)
    monkeypatch.setattr(torch.compiler, "reset", lambda: None)
    fakes = {
        "reset_peak_memory_stats": lambda _device: None,
        "max_memory_allocated": lambda _device: 3 * 10**9,
        "memory_allocated": lambda _device: 10**9,
        "get_device_properties": lambda _device: SimpleNamespace(total_memory=8 * 10**9),
        "set_per_process_memory_fraction": limit,
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    lines = list(gpu_check.report(torch.device("cpu"), ["tiny"], 0.5))
    rows = {row[0]: row for line in lines if line.startswith("| ") for row in [line[2:-2].split(" | ")]}
    # It may use as much as the weights and half of the rest took, and all of the card afterwards.
    assert fractions == [2 / 8, 1.0]
    assert rows["memory"][1:] == ["3.00 GB", "1 GB", "NO"]
    assert rows["at most 2.00 GB"][1] == "nothing had to be changed Relative difference 0.0e+00"
    assert "evaluations: " in rows["torch.compile"][1]
    assert "ended" not in " ".join(lines)


def test_a_card_that_is_too_small_for_one_thing_is_still_measured_in_the_others(qapp, monkeypatch):
    def full(self):
        raise RuntimeError(f"CUDA out of memory while {self.folder}/checkpoint.pt was loaded\nand more")
        yield

    monkeypatch.setattr(gpu_check.Bench, "_stages", full)
    lines = list(gpu_check.report(torch.device("cpu"), ["tiny"], 0.5))
    assert "| stages | ended: CUDA out of memory while the model/checkpoint.pt was loaded |  | NO |" in lines
    assert any(line.startswith("| GUI thread waits | longest") for line in lines)


def test_without_a_card_it_says_so_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu_check.main([]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "finds no graphics card on this machine" in line


@pytest.mark.parametrize(("peak", "verdict"), [(True, "yes"), (False, "NO"), (None, "")])
def test_a_goal_that_was_missed_stands_out(peak, verdict):
    assert gpu_check.Finding("memory", "3 GB", "2.5 GB", peak).row == f"| memory | 3 GB | 2.5 GB | {verdict} |"
