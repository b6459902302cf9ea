"""What the cache keeps, and what it lets go."""

import numpy as np
import torch

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.cache.content import PIECE, sound_digest, weights_digest
from samstudio.separation.steps import finish


def test_what_was_not_used_for_longest_goes_first():
    cache = ClipCache(10)
    cache.put("a", "first", 4)
    cache.put("b", "second", 4)
    assert cache.get(str, "a") == "first"
    cache.put("c", "third", 4)
    assert [cache.get(str, key) for key in "abc"] == ["first", None, "third"]
    assert cache.size == 8


def test_a_value_larger_than_the_cache_is_not_kept_and_drives_nothing_out():
    cache = ClipCache(10)
    cache.put("a", "first", 4)
    cache.put("b", "huge", 11)
    assert cache.get(str, "b") is None
    assert cache.get(str, "a") == "first"


def test_a_key_has_one_value_of_one_kind():
    cache = ClipCache(10)
    cache.put("a", "first", 6)
    cache.put("a", "again", 6)
    assert cache.get(str, "a") == "again"
    assert cache.get(int, "a") is None
    assert cache.size == 6


def test_sounds_are_told_apart_by_every_sample_and_by_their_rate():
    sound = np.zeros((PIECE + 10, 1), np.float32)
    other = sound.copy()
    other[-1] = 1e-6
    digests = {finish(sound_digest(*given)) for given in ((sound, 8000), (other, 8000), (sound, 8001))}
    digests |= {finish(sound_digest(sound.reshape(-1, 2), 8000))}
    assert len(digests) == 4
    assert finish(sound_digest(sound.copy(), 8000)) in digests


def test_weights_are_told_apart_by_names_types_shapes_and_values():
    plain = torch.arange(1000.0)
    given = [("a", plain), ("b", plain), ("a", plain.double()), ("a", plain.view(10, 100)), ("a", plain + 1)]
    assert len({weights_digest([pair]) for pair in given}) == len(given)
    assert weights_digest([("a", plain.clone())]) == weights_digest([("a", plain)])
