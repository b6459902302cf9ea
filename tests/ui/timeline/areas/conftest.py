import pytest

from tests.ui.timeline.areas.drawn_areas import DrawnAreas


@pytest.fixture
def drawn(qtbot) -> DrawnAreas:
    return DrawnAreas(qtbot)
