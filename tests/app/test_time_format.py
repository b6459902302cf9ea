"""Times in another format, everywhere at once."""

from dataclasses import replace

import pytest

from samstudio.session.prompt import Span
from samstudio.ui.span_table import END, LENGTH, START, edited_span
from samstudio.ui.time_formats import TimeFormat, TimeUnit, use_time_format


@pytest.fixture(autouse=True)
def _clock_again():
    yield
    use_time_format(TimeFormat())


def test_clock_ruler_and_list_follow_the_format(opened) -> None:
    document = opened.studio.document
    document.edit_prompt("Mark", document.prompt.with_span(Span(0.5, 0.75)))
    opened.studio.selection.select_range((0.5, 0.75))
    opened.times.time_format()
    dialog = opened.times._dialog
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


def test_the_format_is_remembered(opened) -> None:
    opened.times.change(replace(opened.times.format, unit=TimeUnit.BARS, tempo=93.5))
    assert opened.times._remembered() == opened.times.format


def test_a_format_nobody_knows_is_the_clock(opened) -> None:
    opened.studio.preferences.set_text("time_format", '{"unit": "moons", "tempo": "fast"}')
    assert opened.times._remembered() == TimeFormat()


def test_times_are_typed_as_they_are_shown() -> None:
    span = Span(0.123456, 4.0)
    use_time_format(TimeFormat(TimeUnit.BARS))
    assert edited_span(span, START, "2.1.000", 10.0).start == 2.0
    assert edited_span(span, LENGTH, "1.0.000", 10.0).length == 2.0
    use_time_format(TimeFormat(TimeUnit.TIMECODE))
    # What is shown is coarser than the span: leaving the cell as it was changes nothing.
    assert edited_span(span, START, "00:00:00:03", 10.0) == span
    assert edited_span(span, END, "00:00:03:00", 10.0).end == 3.0
