"""Audacity's label tracks: start, end and text with tabs between; under a label with a band a backslash, low, high.

Source: the Audacity manual, "Importing and exporting labels". The decimal sign is that of the computer's language.
"""

from collections.abc import Sequence
from dataclasses import replace

from samstudio.session.labels.label import Label, LabelError, Skipped, exact
from samstudio.session.labels.label_times import number_of


def write_audacity(labels: Sequence[Label]) -> str:
    """The label track, its numbers exact."""
    lines = []
    for label in labels:
        lines.append(f"{exact(label.start)}\t{exact(label.end)}\t{label.text}")
        if label.low is not None and label.high is not None:
            lines.append(f"\\\t{exact(label.low)}\t{exact(label.high)}")
    return "\n".join(lines) + "\n"


def read_audacity(text: str) -> tuple[list[Label], list[Skipped]]:
    """The labels, and the lines that are none. Raises LabelError where no line is one."""
    labels: list[Label] = []
    skipped = []
    may_have_band = False
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        fields = line.split("\t", 2)
        is_band = fields[0].strip() == "\\"
        try:
            if not is_band:
                words = fields[2] if len(fields) > 2 else ""
                labels.append(Label(number_of(fields[0]), number_of(fields[1]), words, f"line {number}"))
            elif may_have_band:
                low, high = number_of(fields[1]), number_of(fields[2])
                # Audacity writes -1 where a label has no such edge.
                if low >= 0.0 and high >= 0.0:
                    labels[-1] = replace(labels[-1], low=low, high=high)
            else:
                skipped.append(Skipped(f"line {number}", line, "it is the band of a label that is skipped"))
            may_have_band = not is_band
        except (ValueError, IndexError):
            reason = "it is not start, end and text with tabs between them"
            if is_band and may_have_band:
                # Without its band the label would be another one.
                lost = labels.pop()
                skipped.append(Skipped(lost.place, lost.text, f"its band in line {number} is not two numbers"))
                reason = "it is not a band: a backslash and two numbers"
            skipped.append(Skipped(f"line {number}", line, reason))
            may_have_band = False
    if skipped and not labels:
        raise LabelError("This is not an Audacity label track: no line has a start, an end and a text.")
    return labels, skipped
