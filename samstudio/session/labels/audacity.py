"""Audacity's label tracks: start, end, text, separated by tabs; a band is on a second line: backslash, low, high.

Source: the Audacity manual, "Importing and exporting labels".
"""

from collections.abc import Sequence
from dataclasses import replace

from samstudio.session.labels.label import Label, LabelError, Skipped, exact


def write_audacity(labels: Sequence[Label]) -> str:
    """The label track, with exact numbers."""
    lines = []
    for label in labels:
        lines.append(f"{exact(label.start)}\t{exact(label.end)}\t{label.text}")
        if label.low is not None and label.high is not None:
            lines.append(f"\\\t{exact(label.low)}\t{exact(label.high)}")
    return "\n".join(lines) + "\n"


def read_audacity(text: str) -> tuple[list[Label], list[Skipped]]:
    """The labels, and the lines that are skipped. Raises LabelError if no line is a label."""
    labels: list[Label] = []
    skipped = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        fields = line.split("\t", 2)
        try:
            if fields[0] == "\\" and labels:
                low, high = float(fields[1]), float(fields[2])
                # Audacity writes -1 for a missing edge.
                if low >= 0.0 and high >= 0.0:
                    labels[-1] = replace(labels[-1], low=low, high=high)
            else:
                words = fields[2] if len(fields) > 2 else ""
                labels.append(Label(float(fields[0]), float(fields[1]), words, f"line {number}"))
        except (ValueError, IndexError):
            skipped.append(Skipped(f"line {number}", line, "it is not start, end and text with tabs between them"))
    if skipped and not labels:
        raise LabelError("This is not an Audacity label track: no line has a start, an end and a text.")
    return labels, skipped
