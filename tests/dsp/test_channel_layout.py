import pytest

from samstudio.dsp.channel_layout import LOUDEST, SUMMED, channel_names, layout_name, shown_parts


def test_channels_are_called_as_in_the_field():
    assert channel_names(1) == ("",)
    assert channel_names(2) == ("L", "R")
    assert channel_names(6) == ("L", "R", "C", "LFE", "Ls", "Rs")
    assert channel_names(8)[:4] == ("L", "R", "C", "LFE")
    assert channel_names(12)[-1] == "12"
    assert (layout_name(2), layout_name(6), layout_name(12)) == ("stereo", "5.1", "12 channels")


@pytest.mark.parametrize("channels", range(1, 40))
def test_every_channel_has_a_name_of_its_own(channels):
    assert len(set(channel_names(channels))) == channels


def test_parts_are_channels_or_all_of_them_as_one():
    assert shown_parts("each", 3) == (0, 1, 2)
    assert shown_parts("sum", 2) == (SUMMED,)
    assert shown_parts("loudest", 2) == (LOUDEST,)
    # There is nothing to sum or to part.
    assert {shown_parts(shown, 1) for shown in ("loudest", "sum", "each")} == {(LOUDEST,)}
