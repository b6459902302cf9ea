"""As much of sounddevice as the player's way to the sound card uses, without a sound card."""

import sys
from types import ModuleType


class FakePortAudio(ModuleType):
    """Devices by name; "Mono ..." has one channel, "Eight ..." eight, "... mic" plays nothing."""

    class PortAudioError(Exception):
        pass

    class WasapiSettings(dict):
        pass

    class CoreAudioSettings(dict):
        pass

    def __init__(self, *names, hosts=("ALSA", "JACK"), refuses=lambda rate, options: False, refused_start=False):
        super().__init__("sounddevice")
        self.names, self.hosts = list(names), hosts
        self.refuses, self.refused_start = refuses, refused_start
        self.appears = None
        self.opened = []
        self.closed = 0

    def query_devices(self, kind=None):
        found = [
            {
                "index": index,
                "name": name,
                "max_output_channels": 0 if "mic" in name else {"Mono": 1, "Eight": 8}.get(name.split()[0], 2),
                "default_samplerate": 44100.0,
                "hostapi": index % len(self.hosts),
            }
            for index, name in enumerate(self.names)
        ]
        if kind is None:
            return found
        outputs = [device for device in found if device["max_output_channels"]]
        if not outputs:
            raise self.PortAudioError("Error querying device -1")
        return outputs[-1]

    def query_hostapis(self):
        """The default is the device that came last, of the system and of each host."""
        last = {device["hostapi"]: device["index"] for device in self.query_devices() if device["max_output_channels"]}
        return tuple(
            {"name": name, "default_output_device": last.get(index, -1)} for index, name in enumerate(self.hosts)
        )

    def OutputStream(self, samplerate, **options):
        if self.refuses(samplerate, options):
            raise self.PortAudioError("Error opening OutputStream: Invalid sample rate [PaErrorCode -9997]")
        self.opened.append((samplerate, options))
        return FakeOutputStream(self)

    def _terminate(self):
        if self.appears:
            self.names.append(self.appears)

    def _initialize(self):
        pass

    def _exit_handler(self):
        pass


class FakeOutputStream:
    started = False
    samplerate, latency, active = 48000.0, 0.1, True

    def __init__(self, module):
        self.module = module

    def start(self):
        if self.module.refused_start:
            raise self.module.PortAudioError("Device unavailable [PaErrorCode -9985]")
        self.started = True

    def abort(self):
        self.active = False

    def close(self):
        self.module.closed += 1


def use(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module
