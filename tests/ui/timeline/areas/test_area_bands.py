"""Areas over a spectrogram that shows two channels one below the other."""

import pytest

from samstudio.dsp.scales import FrequencyScale
from samstudio.session.take import Stem
from samstudio.ui.timeline.areas.area_options import AreaTool

SCALE = FrequencyScale("linear", 0.0, 20000.0)


@pytest.fixture
def bands(drawn):
    """0 to 20 kHz in the upper half, and again in the lower one."""
    drawn.lanes.spectrogram.show_bands(2)
    drawn.layer.attach([(Stem.CLIP, drawn.lanes.spectrogram)], SCALE)
    return drawn


def height(band: int, hz: float) -> float:
    """The place of a frequency in a band, as a frequency of the whole lane."""
    return (1 - band) * 10000.0 + hz / 2.0


@pytest.mark.parametrize("band", [0, 1])
def test_a_box_has_the_frequencies_of_its_band_and_ends_with_it(bands, band):
    bands.use(AreaTool.BOX)
    bands.draw((2.0, height(band, 5000.0)), (4.0, height(band, 15000.0)))
    area, _ = bands.only("area_drawn")
    (ring,) = area.rings
    assert (ring[:, 1].min(), ring[:, 1].max()) == pytest.approx((5000.0, 15000.0), abs=250.0)
    bands.draw((2.0, height(band, 10000.0)), (4.0, height(1 - band, 10000.0)))
    area, _ = bands.only("area_drawn")
    ends = area.rings[0][:, 1].min(), area.rings[0][:, 1].max()
    assert ends[band] == pytest.approx((0.0, 20000.0)[band], abs=1.0)


def test_an_area_is_outlined_in_every_band(bands):
    bands.use(AreaTool.BOX)
    bands.draw((2.0, height(0, 5000.0)), (4.0, height(0, 15000.0)))
    area, _ = bands.only("area_drawn")
    bands.layer.show_area(area)
    image = bands.lanes.picture()
    for band in (0, 1):
        edge = bands.at(3.0, height(band, 15000.0))
        column = [image.pixelColor(edge.x(), edge.y() + step).lightness() for step in range(-4, 5)]
        assert max(column) > 150
        inside = bands.at(3.0, height(band, 500.0))
        assert image.pixelColor(inside).lightness() < 100


def test_as_one_again_there_is_one_pad(bands):
    assert len(bands.layer._pads) == 2
    bands.lanes.spectrogram.show_bands(1)
    bands.layer.attach([(Stem.CLIP, bands.lanes.spectrogram)], SCALE)
    (pad,) = bands.layer._pads
    assert pad.boundingRect() == bands.lanes.spectrogram.rect()


def test_the_brush_shows_and_says_that_it_paints_all_channels(bands):
    bands.layer.set_paintable(True)
    bands.use(AreaTool.BRUSH)
    assert bands.layer.hint().startswith("Paint to the target in all channels;")
    texts = []
    bands.layer.readout_changed.connect(texts.append)
    bands.lanes.press(bands.at(2.0, height(0, 5000.0)))
    bands.lanes.move(bands.at(2.0, height(0, 5000.0)), bands.at(3.0, height(0, 5000.0)))
    first, second = (pad.draft._tip for pad in bands.layer._pads)
    assert first is not None
    assert first == second
    assert texts[-1].endswith("Painting to the target in all channels")
    bands.use(AreaTool.BOX)
    assert "for all channels" in bands.layer.hint()
    assert [pad.draft._tip for pad in bands.layer._pads] == [None, None]
