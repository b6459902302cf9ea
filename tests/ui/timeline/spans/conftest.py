import pytest

from tests.ui.timeline.drawn_lanes import Lanes


@pytest.fixture
def lanes(qtbot) -> Lanes:
    return Lanes(qtbot)
