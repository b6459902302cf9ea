"""Times in another format, everywhere at once."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from samstudio.session.prompt import Span
from samstudio.session.take import SeparationSettings, Sound, SplicedPart, Stems, Take
from samstudio.ui.export.export_choices import ExportChoices, ExportSource
from samstudio.ui.export.export_form import ExportForm
from samstudio.ui.spans.span_table import END, LENGTH, START, edited_span
from samstudio.ui.time_formats import TimeFormat, TimeUnit, use_time_format


@pytest.fixture(autouse=True)
def _clock_again():
    yield
    use_time_format(TimeFormat())


def test_clock_ruler_and_list_follow_the_format(opened) -> None:
    document = opened.container.document
    document.edit_prompt("Mark", document.prompt.with_span(Span(0.5, 0.75)))
    opened.container.selection.select_range((0.5, 0.75))
    opened.commands.preferences.time_format()
    dialog = opened.commands.preferences.look.time_format
    dialog.unit.setCurrentIndex(dialog.unit.findData(TimeUnit.SAMPLES))
    dialog.unit.activated.emit(dialog.unit.currentIndex())
    rate = document.clip.sample_rate
    table = opened.span_list.table
    shown = [table.data(table.index(0, column)) for column in (START, END, LENGTH)]
    expected = [f"{round(seconds * rate):,}".replace(",", "\u202f") for seconds in (0.5, 0.75, 0.25)]
    assert shown == expected
    assert opened.transport_bar.selection_times["Start"].text() == expected[0]
    assert opened.transport_bar.clock.text() == "0"
    assert all(":" not in tick.label for tick in opened.timeline.ruler.grid.majors)
    assert not dialog.tempo.isEnabled()


def test_the_format_is_remembered_and_fits_everywhere(opened) -> None:
    opened.commands.time_format.change(replace(opened.commands.time_format.format, unit=TimeUnit.BARS, tempo=93.5))
    assert opened.commands.time_format._remembered() == opened.commands.time_format.format
    # One that nobody knows is the clock.
    opened.container.preferences.set_text("time_format", '{"unit": "moons", "tempo": "fast"}')
    assert opened.commands.time_format._remembered() == TimeFormat()
    # The length beside the overview fits its place.
    length = opened.timeline._length
    for unit in TimeUnit:
        opened.commands.time_format.change(replace(opened.commands.time_format.format, unit=unit))
        assert length.fontMetrics().horizontalAdvance(length.text()) <= length.width()
    opened.commands.time_format.change(replace(opened.commands.time_format.format, unit=TimeUnit.TIMECODE))
    assert length.text() == "00:02:00"
    # The export names the selection in it.
    opened.container.selection.select_range((0.5, 1.0))
    opened.commands.time_format.change(replace(opened.commands.time_format.format, unit=TimeUnit.TIMECODE))
    source = ExportSource("clip", "take", 48_000, 2, 2.0, (0.5, 1.0))
    form = ExportForm(source, ExportChoices(Path()))
    assert form.selection.text() == "Selection, 00:00:00:12 to 00:00:01:00"
    assert form.whole.text() == "Whole recording, 00:00:02:00"
    form.deleteLater()


def test_times_are_typed_as_they_are_shown() -> None:
    span = Span(0.123456, 4.0)
    use_time_format(TimeFormat(TimeUnit.BARS))
    assert edited_span(span, START, "2.1.000", 10.0).start == 2.0
    assert edited_span(span, LENGTH, "1.0.000", 10.0).length == 2.0
    use_time_format(TimeFormat(TimeUnit.TIMECODE))
    # What is shown is coarser than the span: leaving the cell as it was changes nothing.
    assert edited_span(span, START, "00:00:00:03", 10.0) == span
    assert edited_span(span, END, "00:00:03:00", 10.0).end == 3.0


def span_text_in(window, role: Qt.ItemDataRole, row: int) -> str:
    table = window.span_list.table
    return table.data(table.index(row, START), role)


def test_words_about_times_follow_the_format(opened) -> None:
    document = opened.container.document
    document.edit_prompt("Mark", document.prompt.with_span(Span(0.5, 0.75)))
    part = SplicedPart(0.25, 0.5, "Take 9")
    stems = Stems(document.clip.samples, document.clip.samples)
    take = Take("Take", document.prompt, SeparationSettings(), Sound(stems, parts=(part,)), 1.0, 72_000)
    document.add_take(replace(take, predicted=(Span(1.0, 1.5),)))
    document.add_take(replace(take, name="Other", id="other"))
    document.select_take(0)
    opened.container.selection.select_range((0.5, 1.0))
    opened.takes_panel.fold.setChecked(True)
    opened.commands.takes.compare_settings()
    opened.commands.time_format.change(replace(opened.commands.time_format.format, unit=TimeUnit.SAMPLES))
    assert "96\u202f000" in opened.status._clip.text()
    assert "from 24\u202f000 to 36\u202f000" in span_text_in(opened, Qt.ItemDataRole.ToolTipRole, 0)
    assert "from 48\u202f000 to 72\u202f000" in span_text_in(opened, Qt.ItemDataRole.ToolTipRole, 1)
    for facts in (opened.takes_panel.facts_of(take), opened.takes_panel.details._shown_facts):
        assert facts["Spans"] == "+\xa024\u202f000–36\u202f000"
        assert facts["Spliced in"] == "12\u202f000 – 24\u202f000: Take 9"
        assert facts["Length"] == "stopped at 72\u202f000"
    dialog = opened.commands.takes._dialog
    cells = dialog.table.findItems("24\u202f000–36\u202f000", Qt.MatchFlag.MatchContains)
    assert len(cells) == 2
    assert "24\u202f000 – 48\u202f000" in opened.timeline.accessibleDescription()
    dialog.close()


def test_sentences_about_typed_times_follow_the_format() -> None:
    use_time_format(TimeFormat(TimeUnit.SAMPLES, sample_rate=1000))
    with pytest.raises(ValueError, match="ends at 10\u202f000: a span cannot reach to 12\u202f000"):
        edited_span(Span(1.0, 2.0), END, "12000", 10.0)
    with pytest.raises(ValueError, match="2\u202f500 is not before 2\u202f000"):
        edited_span(Span(1.0, 2.0), START, "2500", 10.0)
