"""Labels from a text of any known format: the text says which, and the file's ending only where it does not."""

from itertools import islice

from samstudio.session.labels.audacity import read_audacity
from samstudio.session.labels.label import MAX_LABELS, Label, Skipped
from samstudio.session.labels.label_times import is_number
from samstudio.session.labels.subtitles import is_subtitles, read_subtitles
from samstudio.session.labels.table import is_table, read_table
from samstudio.session.labels.textgrid import read_textgrid

MAX_LINES = 5 * MAX_LABELS
"""Some formats have several lines a label."""


def read_label_text(text: str, suffix: str, sample_rate: float | None = None) -> tuple[list[Label], list[Skipped]]:
    """The labels, and the lines that are none; line ends are line feeds.

    `sample_rate` in Hz is the recording's, for times in samples. Raises LabelError.
    """
    if suffix.lower() == ".textgrid" or '"ooTextFile"' in text[:200]:
        return read_textgrid(text)
    *lines, rest = ["", *text.split("\n", MAX_LINES)]
    if len(lines) > MAX_LINES:
        text = "\n".join(lines[1:])
    labels, skipped = _read(text, suffix.lower(), sample_rate)
    if len(lines) > MAX_LINES and rest.strip():
        skipped = [Skipped("the end", "", f"only the first {MAX_LINES} lines are read"), *skipped]
    if len(skipped) > MAX_LABELS:
        more = len(skipped) - MAX_LABELS
        skipped = [*skipped[:MAX_LABELS], Skipped("the end", "", f"{more} more lines are no labels")]
    return labels, skipped


def _read(text: str, suffix: str, sample_rate: float | None) -> tuple[list[Label], list[Skipped]]:
    if suffix in (".srt", ".vtt") or is_subtitles(text):
        return read_subtitles(text)
    if is_table(text):
        return read_table(text, sample_rate)
    numbers, parted_by_tabs = _leading_numbers(text)
    # Sonic Visualiser writes values between time and duration.
    if parted_by_tabs and numbers < 3:
        return read_audacity(text)
    if numbers or suffix in (".csv", ".tsv"):
        return read_table(text, sample_rate)
    return read_audacity(text)


def _leading_numbers(text: str) -> tuple[int, bool]:
    """The least numbers that one of the first lines with tabs begins with; 1 for a number before another delimiter."""
    first = list(islice((line for line in text.split("\n", 100)[:100] if line.strip()), 50))
    tabbed = [line.split("\t") for line in first if "\t" in line and not line.startswith("\\")]
    counts = [next((n for n, cell in enumerate(cells) if not is_number(cell)), len(cells)) for cells in tabbed]
    if any(counts):
        return min(filter(None, counts)), True
    return int(any(is_number(line.partition(mark)[0]) for line in first[:1] for mark in ";," if mark in line)), False
