"""The script that measures a graphics card runs to its end without one, and says so where one is needed."""

import pytest
import torch

from benchmarks import gpu_check


def test_a_trial_run_on_the_cpu_fills_every_line_of_the_report(qapp, tmp_path, capsys):
    report = tmp_path / "report.md"
    assert gpu_check.main(["--device", "cpu", "--size", "tiny", "--seconds", "1", "--output", str(report)]) == 0
    rows = [line.split(" | ") for line in report.read_text("utf-8").splitlines() if line.startswith("| ")]
    names = [row[0].removeprefix("| ") for row in rows]
    for name in ("encode", "decode both, marked", "one evaluation", "GUI thread waits", "memory", "too little memory"):
        assert name in names
    assert rows[names.index("memory")][1] == gpu_check.NOT_RUN
    assert "failed" not in report.read_text("utf-8")
    assert report.read_text("utf-8") == capsys.readouterr().out


def test_without_a_card_it_says_so_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu_check.main([]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "finds no graphics card on this machine" in line


@pytest.mark.parametrize(("peak", "verdict"), [(True, "yes"), (False, "NO"), (None, "")])
def test_a_goal_that_was_missed_stands_out(peak, verdict):
    assert gpu_check.Finding("memory", "3 GB", "2.5 GB", peak).row == f"| memory | 3 GB | 2.5 GB | {verdict} |"
