"""Where chunks of sound are put: what lasts in their time stamps is believed, what passes is not."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from samstudio.audio.decode.chunks import Chunk
from samstudio.audio.decode.faults import Faults
from samstudio.audio.decode.timeline import ChunkTimeline

RATE, STEP = 48000, 960
MILLISECOND = Fraction(1, 1000)


def tone(frames: int, start: int = 0):
    return (0.5 * np.sin(2 * np.pi * 200 * (start + np.arange(frames)) / RATE)).astype(np.float32)[:, None]


def placed(stamps, tick=MILLISECOND, room=100, last=None, first=0):
    """What packets of a continuous tone become that have these time stamps in seconds, and what was told."""
    faults = Faults(Path("a.mkv"), RATE)
    timeline = ChunkTimeline(2 * MILLISECOND, tick, Fraction(room), faults, last)
    chunks = [
        Chunk(tone(STEP, number * STEP), RATE, None if stamp is None else Fraction(stamp), STEP)
        for number, stamp in enumerate(stamps, first)
    ]
    sound = [chunk.samples for chunk in timeline.place(iter(chunks))]
    return np.concatenate(sound)[:, 0], faults.sentences()


def even(count: int, start: float = 0):
    return [Fraction(start) + Fraction(number * STEP, RATE) for number in range(count)]


def roughest(sound) -> float:
    """The greatest bend between three samples that follow each other: a click bends far more than the tone."""
    return float(np.abs(np.diff(sound, 2)).max())


SMOOTH = roughest(tone(RATE)[:, 0])


@pytest.mark.parametrize("start", [0, 3000, 95_000])
def test_stamps_that_are_rounded_neither_cut_nor_fill(start):
    stamps = [round(stamp * 1000) * MILLISECOND for stamp in even(500, start)]
    sound, warnings = placed(stamps)
    assert np.array_equal(sound, tone(500 * STEP)[:, 0])
    assert warnings == []


@pytest.mark.parametrize("jitter", [0.004, 0.012])
def test_stamps_that_tremble_neither_cut_nor_fill(jitter):
    random = np.random.default_rng(0)
    stamps = [stamp + Fraction(random.uniform(-jitter, jitter)).limit_denominator(10**6) for stamp in even(500)]
    # Where the sound begins is what the first one says.
    stamps[0] = Fraction(0)
    sound, warnings = placed(stamps)
    assert abs(len(sound) - 500 * STEP) <= jitter * RATE
    assert warnings == []
    assert roughest(sound) <= 1.5 * SMOOTH


def test_stamps_that_are_missing_go_on():
    stamps = [stamp if number % 7 == 0 else None for number, stamp in enumerate(even(100))]
    sound, warnings = placed(stamps)
    assert np.array_equal(sound, tone(100 * STEP)[:, 0])
    assert warnings == []


@pytest.mark.parametrize("gap", [Fraction(1, 50), Fraction(2)])
def test_a_gap_becomes_silence_and_is_reported_with_its_place(gap):
    stamps = [*even(200), *even(100, 4 + gap)]
    stamps = [round(stamp * 1000) * MILLISECOND for stamp in stamps]
    sound, (warnings,) = placed(stamps)
    assert len(sound) == 300 * STEP + gap * RATE
    assert not sound[200 * STEP : 200 * STEP + int(gap * RATE)].any()
    assert np.array_equal(sound[200 * STEP + int(gap * RATE) :], tone(300 * STEP)[200 * STEP :, 0])
    length = "20 ms" if gap < 1 else "2.0 s"
    assert (
        warnings == f"“a.mkv” is damaged or incomplete: {length} missing at 0:04. Silence keeps the rest in its place."
    )


def test_gaps_close_to_each_other_are_each_filled():
    stamps = [stamp for number, stamp in enumerate(even(300)) if number not in {100, 102, 103, 105, 110}]
    sound, (warnings,) = placed(stamps)
    assert len(sound) == 300 * STEP
    assert "20 ms missing at 0:02, 40 ms missing at 0:02, 20 ms missing at 0:02 and 20 ms missing at 0:02" in warnings


def test_what_comes_twice_is_cut():
    stamps = [*even(100), *even(100, 100 * STEP / RATE - 0.1)]
    sound, (warnings,) = placed(stamps)
    assert len(sound) == 200 * STEP - 4800
    assert warnings == "In “a.mkv” 0.1 s came twice at 0:01; it was left out the second time."


@pytest.mark.parametrize("jump", [-1.5, -3000.0, 5000.0])
def test_a_clock_set_again_drops_and_fills_nothing(jump):
    stamps = [*even(100), *even(100, 2 + jump)]
    sound, (warnings,) = placed(stamps)
    assert np.array_equal(sound, tone(200 * STEP)[:, 0])
    assert warnings == "The clock of “a.mkv” jumps at 0:02: what follows was put right behind what came before."


def test_silence_is_bounded_in_all_and_by_the_end_that_the_file_states():
    stamps = [Fraction(3 * number) for number in range(20)]
    sound, _ = placed(stamps, room=10)
    assert len(sound) <= 20 * STEP + 10 * RATE
    sound, _ = placed([*even(10), *even(10, 50)], last=Fraction(1))
    assert len(sound) == 20 * STEP


@pytest.mark.parametrize("drift", [Fraction(1, 10_000), Fraction(-1, 2000)])
def test_a_clock_that_drifts_is_followed_without_a_click(drift):
    stamps = [round(stamp * (1 + drift) * 1000) * MILLISECOND for stamp in even(5000)]
    sound, warnings = placed(stamps)
    assert abs(len(sound) - 5000 * STEP * (1 + drift)) <= 0.005 * RATE
    assert warnings == []
    assert roughest(sound) <= 1.5 * SMOOTH
