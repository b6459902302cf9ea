"""What a real sound server is given: the mixer's own samples, to the last bit, with no gap and no click.

PulseAudio plays into a null sink and its monitor is recorded, in real time. SAMSTUDIO_LONG_AUDITION=1 makes it long:
a loop of 10 s, and 60 s beside a separation on all cores and a thread that hogs the interpreter.
"""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.audio.playback.played_for_real import FAST, LEVEL, RATE, SLOW
from tests.audio.playback.sound_server import SoundServer, started, what_is_missing

LONG = bool(os.environ.get("SAMSTUDIO_LONG_AUDITION"))
SECONDS = 60.0 if LONG else 2.0
RENDERED = ("clip", "target", "residual", "both", "mix", "chain", "twice_as_fast", "fast_backwards", "beside_work")
LOOPS = {"loop_short": "loop_0.02", "loop_middle": "loop_0.5", **({"loop_long": "loop_10"} if LONG else {})}
SCENES = (*RENDERED[:-1], *LOOPS, "switches", RENDERED[-1])
FADE, RAMP = 240, 480
_SILENCE = round(0.3 * RATE)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing()),
    pytest.mark.timeout(400),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Facts, what must be heard and what was, by scene: all are played in one go."""
    folder = tmp_path_factory.mktemp("server")
    server = SoundServer(folder)
    with server.running(), server.recording() as end_recording:
        program = [sys.executable, "-m", "tests.audio.playback.played_for_real", str(folder), str(SECONDS), *SCENES]
        player = started(program, env=server.environment, stderr=subprocess.PIPE, text=True)
        try:
            _, errors = player.communicate(timeout=380)
        finally:
            player.kill()
        assert player.returncode == 0, errors[-3000:]
        sound = end_recording()
    facts = json.loads((folder / "facts.json").read_text())
    found = stretches(sound)
    # More of them: it broke off somewhere.
    assert len(found) == len(SCENES), f"{facts} {[round(len(stretch) / RATE, 3) for stretch in found]}"
    return facts, folder, dict(zip(SCENES, found, strict=True))


def stretches(sound):
    """The parts between longer silences."""
    loud = np.flatnonzero(sound.any(axis=1))
    breaks = np.flatnonzero(np.diff(loud) > _SILENCE)
    starts, ends = [loud[0], *loud[breaks + 1]], [*loud[breaks], loud[-1]]
    return [sound[start : end + 1] for start, end in zip(starts, ends, strict=True)]


def test_the_device_runs_at_the_recordings_rate(played):
    assert played[0]["rate"] == RATE


@pytest.mark.parametrize("scene", RENDERED)
def test_what_is_heard_is_the_bounce_or_the_render_bit_for_bit(played, scene):
    facts, folder, heard = played
    wanted = np.load(folder / f"{scene}.npy")
    loud = np.flatnonzero(wanted.any(axis=1))
    wanted = wanted[loud[0] : loud[-1] + 1]
    assert len(heard[scene]) == len(wanted), facts
    assert np.array_equal(heard[scene], wanted)


@pytest.mark.parametrize("scene", LOOPS)
def test_a_loop_joins_to_the_sample(played, scene):
    _, folder, heard = played
    piece = np.load(folder / f"{LOOPS[scene]}.npy")
    sound = heard[scene]
    # The first fade begins at zero, so the stretch may begin at its second frame.
    lead = next(lead for lead in range(3) if np.array_equal(sound[FADE:900], piece[FADE + lead : 900 + lead]))
    rounds = np.tile(piece, (len(sound) // len(piece) + 2, 1))[lead : lead + len(sound)]
    assert len(sound) > 2 * len(piece)
    # Between the fades at the start and the stop it is the same piece over and over, without a frame more or less.
    assert np.array_equal(sound[FADE : -2 * FADE], rounds[FADE : -2 * FADE])


def test_a_hundred_switches_make_no_step_above_the_ramps(played):
    sound = played[2]["switches"].astype(np.float64)
    # The tones' own steepest step, the faster one's while both are heard, and that of a gain on its way.
    steepest = 2 * np.pi * LEVEL * (SLOW + FAST) / RATE + 2 * LEVEL / RAMP
    assert np.abs(np.diff(sound[FADE:-FADE], axis=0)).max() <= steepest
    # A gap or a click of that height would show here too.
    assert np.abs(np.diff(sound[FADE:-FADE], n=2, axis=0)).max() < 4 * LEVEL / RAMP
    assert np.abs(sound).max() > 0.9 * LEVEL


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_runs_dry_not_even_while_the_engine_separates_on_all_cores(played, scene):
    facts = played[0]
    assert facts["callbacks"] > 100
    assert facts["underflows"][scene] == 0
