"""Labels from a text of any known format: the text says which, and the file's ending only where it does not."""

from collections.abc import Sequence
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
    if is_table(text) or text.lstrip()[:5].lower().lstrip('"').startswith("sep="):
        return read_table(text, sample_rate)
    first = list(islice((line for line in text.split("\n", 100)[:100] if line.strip()), 50))
    tabbed = [line.split("\t") for line in first if "\t" in line and is_number(line.partition("\t")[0])]
    # Audacity has two numbers and a text; Sonic Visualiser one, or three and more.
    if tabbed and not _is_of_layers(tabbed):
        return read_audacity(text)
    is_headless = bool(tabbed) or any(is_number(line.partition(mark)[0]) for line in first[:1] for mark in ";,")
    if is_headless or suffix in (".csv", ".tsv"):
        return read_table(text, sample_rate)
    return read_audacity(text)


def _is_of_layers(lines: Sequence[Sequence[str]]) -> bool:
    """Whether each line is one of Sonic Visualiser's: a time and a text, or three numbers at least and a text."""
    numbers = [next((n for n, cell in enumerate(cells) if not is_number(cell)), len(cells)) for cells in lines]
    return max(numbers) == 1 or (min(numbers) > 2 and min(map(len, lines)) > 3)
