"""Times and spans in words."""

import pytest

from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.spans.readout import span_text, stretch_text, time_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.000 s"), (4.25, "4.250 s"), (59.9996, "1:00.000"), (64.25, "1:04.250"), (3664.25, "1:01:04.250")],
)
def test_times(seconds, text):
    assert time_text(seconds) == text


def test_spans():
    assert span_text(Span(1.25, 3.1)) == "+ 1.250 – 3.100 s  ·  1.850 s"
    assert span_text(Span(1.25, 3.1, Sign.MINUS, 200, 3400)) == "− 1.250 – 3.100 s  ·  1.850 s  ·  200 – 3400 Hz"
    assert stretch_text(58, 61.5) == "0:58.000 – 1:01.500  ·  3.500 s"


def test_the_length_read_is_that_of_the_times_read():
    assert stretch_text(0.0004, 1.0006) == "0.000 – 1.001 s  ·  1.001 s"
