"""The length of the clip in its column."""

import pytest

from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.length_label import LengthLabel


@pytest.mark.parametrize(("seconds", "shown"), [(13.0, "0:13.000"), (3748.821, "1:02:28")])
def test_a_length_leaves_air_on_both_sides(qtbot, seconds, shown):
    label = LengthLabel(64)
    qtbot.addWidget(label)
    label.show()
    label.show_length(seconds)
    assert label.text() == shown
    assert label.fontMetrics().horizontalAdvance(shown) <= 64 - 2 * theme().space(1)
    assert label.toolTip().endswith("1:02:28.821" if seconds > 60 else "0:13.000")
