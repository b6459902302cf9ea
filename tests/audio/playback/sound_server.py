"""A real sound server without a sound card: PulseAudio with a null sink, whose monitor is recorded."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

RATE = 48000
NEEDED = ("pulseaudio", "pactl", "parec")
_TIMEOUT = 20.0
_CONFIG = """</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


def what_is_missing():
    """Why no server can be started, in a sentence; empty where one can."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    return f"no sound server: install pulseaudio ({', '.join(missing)} not found)" if missing else ""


def started(command, **options):
    """A process ahead of whatever else this machine does, where that is allowed.

    The player is to stand up to its own engine, which shares its priority, not to other programs. Linux shares time out
    among sessions first (autogroups), and by priority within each.
    """
    process = subprocess.Popen(command, start_new_session=True, **options)
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process.pid, -15)
        Path(f"/proc/{process.pid}/autogroup").write_text("-10")
    return process


class SoundServer:
    """`environment` is for the programs that shall play to it; what they play is heard by `recording`."""

    def __init__(self, folder):
        self._folder = folder
        (folder / "asound.conf").write_text(_CONFIG)
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{folder}/pulse.sock",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        }
        # The one would change how much the client buffers, the other keep the engine beside it from using all cores.
        for name in ("PULSE_LATENCY_MSEC", "OMP_NUM_THREADS"):
            self.environment.pop(name, None)

    @contextmanager
    def running(self):
        """Starts the server and ends it."""
        load = (
            f"module-native-protocol-unix auth-anonymous=1 socket={self._folder}/pulse.sock",
            f"module-null-sink sink_name=ci format=float32le rate={RATE} channels=2",
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        log = self._folder / "pulse.log"
        with log.open("w") as errors:
            server = started(
                [*command, *(f"--load={module}" for module in load)],
                env=self.environment,
                stdout=errors,
                stderr=errors,
            )
        try:
            end = time.monotonic() + _TIMEOUT
            while subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False).returncode:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.05)
            yield self
        finally:
            server.terminate()
            server.wait(_TIMEOUT)

    @contextmanager
    def recording(self):
        """Records all that is heard; yields a function that ends it and gives the samples, (frames, 2)."""
        raw = self._folder / "heard.raw"
        record = ["parec", "-d", "ci.monitor", "--format=float32le", f"--rate={RATE}", "--channels=2", "--raw"]
        with raw.open("wb") as out:
            recorder = started(record, env=self.environment, stdout=out)

        def heard():
            # What is still on its way comes within a second.
            time.sleep(1.0)
            recorder.terminate()
            recorder.wait(_TIMEOUT)
            whole = raw.stat().st_size // 8
            return np.fromfile(raw, np.float32, 2 * whole).reshape(whole, 2)

        try:
            yield heard
        finally:
            recorder.kill()
            recorder.wait(_TIMEOUT)
