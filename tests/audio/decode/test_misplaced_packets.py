"""Packets that are missing, come twice or are damaged cost their own time and no other.

SAMSTUDIO_EXAMPLES=200 tries two hundred combinations of faults in each format.
"""

import os
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from samstudio.audio.files import read_clip
from tests.audio.decode.mangled import KINDS, RATE, lag, mangled, whole

FEW = 10
EXAMPLES = int(os.environ.get("SAMSTUDIO_EXAMPLES", FEW))
PLACES = st.floats(0.0, 1.0)
CHECKED = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WHAT = st.sampled_from(["drop", "double", "damage"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mangled")


@cache
def undamaged(folder, name):
    path = folder / f"whole.{name}"
    path.write_bytes(whole(name))
    *_, last = read_clip(path)
    assert last.warnings == ()
    return last.clip.samples[:, 0]


def check(folder, name, faults) -> None:
    """The length is right within a frame, and what follows the last fault stands within 5 ms of where it stood."""
    meant = undamaged(folder, name)
    content, end = mangled(name, faults)
    path = folder / f"mangled.{name}"
    path.write_bytes(content)
    *_, last = read_clip(path)
    heard = last.clip.samples[:, 0]
    assert abs(len(heard) - len(meant)) <= KINDS[name].unit
    start = min(round((end + 0.3) * RATE), len(meant) - RATE // 2)
    assert abs(lag(heard, meant, start)) <= 0.005 * RATE
    # What lies before the first fault is untouched.
    assert np.array_equal(heard[: RATE // 2], meant[: RATE // 2])


@pytest.mark.parametrize("name", [name for name in KINDS if name != "mp3"])
@given(faults=st.lists(st.tuples(WHAT, PLACES), min_size=1, max_size=8))
@example(faults=[("drop", 0.5), ("drop", 0.502), ("drop", 0.51)])
@example(faults=[("double", 0.3), ("damage", 0.301)])
@settings(CHECKED, max_examples=EXAMPLES, derandomize=EXAMPLES == FEW)
def test_what_follows_stands_where_it_stood(folder, name, faults):
    check(folder, name, faults)


# A frame that is taken out of an MP3 leaves no trace: only damage can be seen in it.
@given(places=st.lists(PLACES, min_size=1, max_size=5))
@CHECKED
def test_damage_in_an_mp3_costs_its_own_time(folder, places):
    check(folder, "mp3", [("damage", place) for place in places])


@pytest.mark.parametrize("name", list(KINDS))
@given(place=st.floats(0.1, 0.97), length=st.integers(1, 300), seed=st.integers(0, 99))
@CHECKED
def test_overwritten_bytes_leave_the_length_as_it_was(folder, name, place, length, seed):
    content = bytearray(whole(name))
    # MP4's index stands at the end: without it there is nothing.
    end = content.index(b"moov") if name == "mp4" else len(content)
    at = round(place * end)
    content[at : at + length] = np.random.default_rng(seed).bytes(min(length, end - at))
    path = folder / f"overwritten.{name}"
    path.write_bytes(content)
    *_, last = read_clip(path)
    # A page or cluster may be cut at the end; of FLAC two frames may look like one.
    allowed = 2 * KINDS[name].unit if place < 0.9 else RATE
    assert abs(last.clip.frames - len(undamaged(folder, name))) <= allowed
