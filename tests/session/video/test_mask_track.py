import numpy as np
import pytest

from samstudio.session.video.mask_track import MaskTrack, packed_mask

NOISE = np.random.default_rng(1).random((4, 9, 13)) < 0.3
EMPTY = np.zeros((9, 13), bool)


def track(masks, certainty) -> MaskTrack:
    return MaskTrack("k", tuple(k / 5 for k in range(len(masks))), tuple(map(packed_mask, masks)), certainty, 9, 13)


def test_masks_come_back_from_their_bits():
    kept = track(NOISE, (1.0,) * 4)
    for index, mask in enumerate(NOISE):
        np.testing.assert_array_equal(kept.mask(index), mask)
    np.testing.assert_array_equal(kept.mask_at(0.31), NOISE[2])
    np.testing.assert_array_equal(kept.mask_at(99.0), NOISE[3])
    assert kept.index_at(-1.0) == 0


def test_an_absent_object_is_known_to_be_absent_and_a_lost_one_is_not():
    kept = track([NOISE[0], EMPTY, EMPTY, NOISE[1]], (1.0, 1.0, 0.0, 0.3))
    assert [kept.is_lost(index) for index in range(4)] == [False, False, True, False]
    assert kept.unsure == ((0.4, pytest.approx(0.6)),)
    assert kept.masks[1] == b""


def test_a_track_of_nothing_has_empty_masks():
    assert not track([], ()).mask_at(1.0).any()


def test_every_time_needs_a_mask():
    with pytest.raises(ValueError, match="for each of its times"):
        track(NOISE, (1.0,))
