"""Plays through the real player while the sound server moves, loses and gets back what it plays on; writes facts.

python -m tests.audio.playback.followed_for_real FOLDER
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.mixer import Mixer, Track
from samstudio.audio.playback.player import Player

RATE = 48000
_TIMEOUT = 20.0


def pactl(*words):
    return subprocess.run(["pactl", *words], capture_output=True, text=True, check=True).stdout.strip()


def new_sink(name, rate):
    """Its module's number."""
    return pactl("load-module", "module-null-sink", f"sink_name={name}", f"rate={rate}")


def sink_played_on():
    """The name of the sink that the player's stream is on; empty where there is none."""
    names = {line.split()[0]: line.split()[1] for line in pactl("list", "short", "sinks").splitlines()}
    streams = pactl("list", "short", "sink-inputs").splitlines()
    return names.get(streams[0].split()[1], "") if streams else ""


def wait(until):
    end = time.monotonic() + _TIMEOUT
    while not until() and time.monotonic() < end:
        time.sleep(0.02)


def goes_on(player):
    """Whether the playhead still moves, by a third of a second."""
    player.check()
    goal = player.position + RATE // 3
    wait(lambda: player.position >= goal)
    player.check()
    return player.position >= goal


def loudest(sink):
    """The highest sample that comes out of a sink in a fifth of a second."""
    command = ["parec", "-d", f"{sink}.monitor", "--format=float32le", f"--rate={RATE}", "--channels=2", "--raw"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as recorder:
        sound = np.frombuffer(recorder.stdout.read(RATE // 5 * 8), np.float32)
        recorder.kill()
    return float(np.abs(sound).max())


def on(player, sink):
    """What there is to say once the stream should be on that sink."""
    wait(lambda: sink_played_on() == sink)
    return {"sink": sink_played_on(), "goes_on": goes_on(player), "loudest": loudest(sink)}


def said(attempt):
    """The sentence of what goes wrong."""
    try:
        attempt()
    except AudioError as error:
        return str(error)
    return ""


def loss(player):
    """What the player says within the patience once its sink is gone."""
    sentences = [""]

    def is_lost():
        sentences.append(said(player.check))
        return sentences[-1]

    wait(is_lost)
    return sentences[-1]


def main():
    samples = np.full((60 * RATE, 2), 0.25, np.float32)
    mixer = Mixer(RATE)
    mixer.set_tracks((Track(samples),))
    player = Player()
    player.load(mixer, len(samples))
    player.play(0)
    facts = {"at first": on(player, "ci")}
    other = new_sink("other", 44100)
    pactl("set-default-sink", "other")
    facts["another default"] = on(player, "other")
    pactl("move-sink-input", pactl("list", "short", "sink-inputs").split()[0], "ci")
    facts["moved by hand"] = on(player, "ci")
    pactl("move-sink-input", pactl("list", "short", "sink-inputs").split()[0], "other")
    facts["moved back"] = on(player, "other")
    pactl("unload-module", other)
    facts["sink lost"] = on(player, "ci")
    pactl("unload-module", "module-null-sink")
    facts["all lost"] = {"said": loss(player), "playing": player.playing}
    facts["none there"] = {"said": said(lambda: player.play(0)), "playing": player.playing}
    new_sink("ci", RATE)
    player.play(0)
    facts["back again"] = on(player, "ci")
    player.close()
    (Path(sys.argv[1]) / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main()
