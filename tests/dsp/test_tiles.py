from dataclasses import replace
from itertools import pairwise

import pytest

from samstudio.dsp import tiles
from samstudio.dsp.channel_layout import LOUDEST
from samstudio.dsp.scales import FrequencyScale
from samstudio.dsp.tiles import TILE_COLUMNS, TileKey, ViewRequest


def stand_ins(keys, view, place=0):
    """Of all these tiles."""
    zooms = {}
    for key in keys:
        zooms.setdefault(key.zoom, []).append(key)
    return tiles.stand_ins(zooms, view, place)


def test_the_tiles_of_a_view_cover_it_and_no_more():
    view = ViewRequest(10.0, 0.01, 1000, 300)
    keys = view.keys
    assert keys[0].start <= 10.0 < keys[0].end
    assert keys[-1].start < view.end <= keys[-1].end
    assert len(keys) == 5
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(keys))


def test_panning_keeps_the_keys():
    near, far = ViewRequest(1000.0, 0.0123, 900, 300), ViewRequest(1000.5, 0.0123, 900, 300)
    assert set(near.keys) & set(far.keys)


def test_nothing_before_the_beginning():
    assert ViewRequest(0.0, 0.001, 10, 10).keys == (TileKey(0.001, 10, 0),)


def test_the_nearest_zoom_is_painted_last_over_what_covers_the_view():
    view = ViewRequest(100.0, 0.01, 1000, 300)
    coarsest, coarse, near, fine = (
        TileKey(zoom, 300, int(101.0 / zoom / TILE_COLUMNS)) for zoom in (5, 0.5, 0.012, 0.001)
    )
    elsewhere = TileKey(0.01, 300, 1000)
    chosen = stand_ins([fine, near, elsewhere, coarsest, coarse], view)
    assert chosen == [coarse, fine, near]


def test_a_zoom_that_covers_the_view_is_enough():
    view = ViewRequest(100.0, 0.01, 1000, 300)
    whole = ViewRequest(99.0, 0.011, 1200, 300).keys
    assert stand_ins([TileKey(0.5, 300, 0), *whole], view) == list(whole)


def test_however_late_the_view_a_part_of_it_is_not_all():
    view = ViewRequest(20_000.0, 0.01, 1000, 300)
    *most, _ = ViewRequest(view.start, 0.011, 909, 300).keys
    coarse = TileKey(0.5, 300, int(view.start / 0.5 / TILE_COLUMNS))
    assert stand_ins([*most, coarse], view) == [coarse, *most]


def test_a_part_of_the_frequencies_lies_over_tiles_that_have_all_of_them():
    whole = FrequencyScale.up_to("mel", 24000.0)
    view = ViewRequest(100.0, 0.01, 1000, 300, FrequencyScale("mel", 1000.0, 2000.0))
    everything = replace(view, scale=whole).keys
    beside = replace(view, scale=FrequencyScale("mel", 1200.0, 2300.0)).keys
    elsewhere = replace(view, scale=FrequencyScale("mel", 3000.0, 4000.0)).keys
    assert stand_ins([*beside, *everything, *elsewhere], view) == [*everything, *beside]
    assert stand_ins(elsewhere, view) == []


def test_parts_share_the_height_and_have_tiles_of_their_own():
    view = ViewRequest(0.0, 0.01, 256, 301, parts=(0, 1, 2))
    assert [view.rows_of(place) for place in range(3)] == [(0, 100), (100, 201), (201, 301)]
    assert [(key.part, key.rows) for key in view.keys] == [(0, 100), (1, 101), (2, 100)]
    assert ViewRequest(0.0, 0.01, 256, 1, parts=(0, 1, 2)).keys_of(0) == ()


def test_the_tiles_of_another_part_serve_only_where_its_own_do_not_cover_the_view():
    view = ViewRequest(100.0, 0.01, 1000, 300, parts=(0, 1))
    loudest = replace(view, parts=(LOUDEST, LOUDEST)).keys_of(0)
    own = view.keys_of(1)
    assert stand_ins([*loudest, *own], view, 1) == list(own)
    assert stand_ins([*loudest, own[1]], view, 1) == [*loudest, own[1]]
