import pytest

from samstudio.session.stretch import without


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], ((1.0, 2.0), (3.0, 5.0))),
        ([(1.0, 2.0)], ((3.0, 5.0),)),
        ([(0.0, 1.5), (3.5, 4.0)], ((1.5, 2.0), (3.0, 3.5), (4.0, 5.0))),
        ([(0.0, 9.0)], ()),
        ([(2.0, 3.0)], ((1.0, 2.0), (3.0, 5.0))),
    ],
)
def test_what_is_left_outside(taken, left):
    assert without([(1.0, 2.0), (3.0, 5.0)], taken) == left
