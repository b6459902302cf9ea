"""What a real sound server does to a stream that plays: another default, another sink, none, one again."""

import json
import subprocess
import sys

import pytest

from samstudio.audio.playback.player import LOST
from tests.audio.playback.sound_server import SoundServer, what_is_missing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing()),
    pytest.mark.timeout(200),
]


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moved")
    server = SoundServer(folder)
    with server.running():
        program = [sys.executable, "-m", "tests.audio.playback.followed_for_real", str(folder)]
        ended = subprocess.run(
            program, env=server.environment, capture_output=True, text=True, timeout=180, check=False
        )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads((folder / "facts.json").read_text())


@pytest.mark.parametrize(
    ("event", "sink"),
    [
        ("at first", "ci"),
        ("another default", "other"),
        ("moved by hand", "ci"),
        ("moved back", "other"),
        ("sink lost", "ci"),
        ("back again", "ci"),
    ],
)
def test_the_sound_goes_on_where_the_server_puts_it(facts, event, sink):
    assert facts[event]["sink"] == sink
    assert facts[event]["goes_on"]
    assert facts[event]["loudest"] == pytest.approx(0.25, abs=0.01)


def test_a_server_without_any_sink_stops_the_player_and_is_reported(facts):
    assert facts["all lost"] == {"said": LOST, "playing": False}
    assert "cannot be used" in facts["none there"]["said"]
    assert not facts["none there"]["playing"]
