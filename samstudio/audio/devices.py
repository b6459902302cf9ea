"""The sound card: which there are, what is missing, and one stream to it."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol, cast

from samstudio.audio.errors import AudioError
from samstudio.session.clip import Samples

LATENCY = 0.1
"""Seconds asked for. Less drops out beside a separation that keeps all cores busy; this does not."""
NO_DEVICE = "No sound card found: everything but sound works. Connect one and press play again."

StreamCallback = Callable[[Samples, int, Any, Any], None]
"""Fills a buffer (frames, 2); then frames, times (`currentTime`, `outputBufferDacTime`) and flags."""


class Stream(Protocol):
    """What the player needs of a sounddevice.OutputStream."""

    samplerate: float
    latency: float

    @property
    def active(self) -> bool:
        """Whether the callback is being called."""

    def abort(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Let go of the device."""


@dataclass(frozen=True)
class OutputDevice:
    """A device that plays: `index` as PortAudio counts now, `host` the system that plays on it, `sample_rate` Hz."""

    index: int
    name: str
    channels: int
    sample_rate: int
    host: str = ""
    """ALSA, Core Audio, Windows WASAPI, ...: the same card may be offered by several."""

    @property
    def key(self) -> str:
        """What it is remembered by: its index changes when another one is connected."""
        return f"{self.host}: {self.name}"


def portaudio() -> ModuleType:
    """The sounddevice module, imported when first needed. Raises AudioError where PortAudio is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise AudioError(f"PortAudio is missing: everything but sound works. {_remedy()}") from error
    return cast("ModuleType", sounddevice)


def _remedy() -> str:
    if platform.system() == "Linux":
        return "Install it (Debian, Ubuntu: sudo apt install libportaudio2) and press play again."
    return "Install it again with: python -m pip install --force-reinstall sounddevice"


def output_devices() -> tuple[OutputDevice, ...]:
    """Every device that plays. Raises AudioError where PortAudio is missing."""
    hosts = [str(host["name"]) for host in portaudio().query_hostapis()]
    return tuple(
        OutputDevice(
            index,
            str(found["name"]),
            int(found["max_output_channels"]),
            round(found["default_samplerate"]),
            hosts[found["hostapi"]],
        )
        for index, found in enumerate(portaudio().query_devices())
        if found["max_output_channels"] > 0
    )


def default_output() -> OutputDevice | None:
    """The device that sounds by default, None where there is none. Raises AudioError where PortAudio is missing."""
    sounddevice = portaudio()
    try:
        found = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError):
        return None
    return next((device for device in output_devices() if device.index == found["index"]), None)


def chosen_output(key: str) -> OutputDevice | None:
    """The device remembered by that key, or the default one where it is not there or none is meant (empty)."""
    return next((device for device in output_devices() if device.key == key), None) or default_output()


def rescan() -> None:
    """Look for devices again: PortAudio lists them once. No stream may be open."""
    sounddevice = portaudio()
    sounddevice._terminate()  # noqa: SLF001 - the way its documentation names; there is no other
    sounddevice._initialize()  # noqa: SLF001


def device_status(key: str = "") -> str:
    """What can be heard with, or why nothing can, in one sentence for the status bar."""
    try:
        device = chosen_output(key)
    except AudioError as error:
        return str(error)
    if device is None:
        return NO_DEVICE
    missing = f" ({key.partition(': ')[2]} is not connected)" if key not in ("", device.key) else ""
    return f"Sound: {device.name}{missing}"


def open_stream(sample_rate: int, callback: StreamCallback, key: str = "") -> Stream:
    """A running stereo stream to the chosen device, at `sample_rate` Hz if it takes that, at its own rate if not.

    Devices are looked for anew: what was connected since is found, and another default of the system's is followed.
    Raises AudioError that says what to do.
    """
    rescan()
    device = chosen_output(key)
    if device is None:
        raise AudioError(NO_DEVICE)
    sounddevice = portaudio()
    refusal: Exception | None = None
    for rate in dict.fromkeys((sample_rate, device.sample_rate)):
        try:
            stream = sounddevice.OutputStream(
                rate, device=device.index, channels=2, dtype="float32", latency=LATENCY, callback=callback
            )
            stream.start()
        except sounddevice.PortAudioError as error:
            refusal = error
        else:
            return cast("Stream", stream)
    raise AudioError(
        f"The sound card {device.name} cannot be used ({_reason(refusal)}): "
        "close other programs that use it, or choose another one with Play > Playback settings."
    ) from refusal


def _reason(error: Exception | None) -> str:
    """PortAudio's words without its numbers."""
    return str(error).split(" [PaErrorCode")[0].removeprefix("Error opening OutputStream: ")
