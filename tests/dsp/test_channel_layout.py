import pytest

from samstudio.dsp.channel_layout import channel_names, layout_name


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
