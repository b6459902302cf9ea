"""Sound cards: listing them, finding the chosen one, and sentences for what is missing."""

import platform
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from samstudio.assets import IS_BUNDLE
from samstudio.audio.errors import AudioError

NO_DEVICE = "No sound card was found, so nothing is heard. Connect one and press play again."
WASAPI, CORE_AUDIO = "Windows WASAPI", "Core Audio"
"""Hosts, as PortAudio names them, that bypass the system's mixer on request."""
USUAL_BUFFER = 0.1
BUFFERS = {0.05: "Short", USUAL_BUFFER: "Normal", 0.25: "Long", 0.5: "Very long"}
"""Seconds of latency to request, and their names. Less than the usual one causes dropouts beside a separation that
keeps all cores busy."""


@dataclass(frozen=True)
class OutputDevice:
    """An output device: `index` is PortAudio's present one, `host` the audio system behind it, `sample_rate` in Hz."""

    index: int
    name: str
    channels: int
    sample_rate: int
    host: str = ""
    """ALSA, Core Audio, Windows WASAPI, ...: the same card may be offered by several."""
    is_default: bool = False
    """Whether it is its host's default."""

    @property
    def key(self) -> str:
        """The name under which it is stored: its index changes when another device is connected."""
        return f"{self.host}: {self.name}"

    @property
    def can_be_exclusive(self) -> bool:
        """Whether it can be used exclusively, without the system's mixer. ALSA's hw devices always are."""
        return self.host in (WASAPI, CORE_AUDIO)


@dataclass(frozen=True)
class OutputChoice:
    """The output to use: a device's key, `host: ` for that host's default, or empty for the system's default."""

    key: str = ""
    exclusive: bool = False
    """Without the system's mixer, where the device can be used so."""
    buffer: float = USUAL_BUFFER
    """Seconds of latency to request."""

    @property
    def host(self) -> str:
        """The chosen host; empty for the one with the system's default."""
        return self.key.partition(": ")[0]

    @property
    def name(self) -> str:
        """The chosen device; empty for a default."""
        return self.key.partition(": ")[2]


def host_default(host: str) -> str:
    """The key of a host's default device."""
    return f"{host}: "


def portaudio() -> ModuleType:
    """The sounddevice module, imported when first needed. Raises AudioError where PortAudio is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise AudioError(f"PortAudio is missing: nothing can be heard. {_remedy()}") from error
    return cast("ModuleType", sounddevice)


def _remedy() -> str:
    if platform.system() == "Linux":
        return "Install it (Debian, Ubuntu: sudo apt install libportaudio2) and press play again."
    if IS_BUNDLE:
        return "Install SAM Studio again, from its package or archive."
    return "Install it again with: python -m pip install --force-reinstall sounddevice"


def output_devices() -> tuple[OutputDevice, ...]:
    """All output devices. Raises AudioError where PortAudio is missing."""
    hosts = portaudio().query_hostapis()
    return tuple(
        OutputDevice(
            index,
            str(found["name"]),
            int(found["max_output_channels"]),
            round(found["default_samplerate"]),
            str(hosts[found["hostapi"]]["name"]),
            index == hosts[found["hostapi"]]["default_output_device"],
        )
        for index, found in enumerate(portaudio().query_devices())
        if found["max_output_channels"] > 0
    )


def default_output() -> OutputDevice | None:
    """The system's default device, None if there is none. Raises AudioError where PortAudio is missing."""
    sounddevice = portaudio()
    try:
        found = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError):
        return None
    return next((device for device in output_devices() if device.index == found["index"]), None)


def chosen_output(choice: OutputChoice) -> OutputDevice | None:
    """The chosen device, or the system's default if it is not connected."""
    for device in output_devices():
        if device.key == choice.key or (device.is_default and host_default(device.host) == choice.key):
            return device
    return default_output()


def device_status(choice: OutputChoice, latency: float = 0.0) -> str:
    """The device in use and its latency in seconds, if that is known; or why there is none, for the status bar."""
    try:
        device = chosen_output(choice)
    except AudioError as error:
        return str(error)
    if device is None:
        return NO_DEVICE
    exclusive = " (exclusive)" if choice.exclusive and device.can_be_exclusive else ""
    found = device.host == choice.host and choice.name in ("", device.name)
    missing = "" if found or not choice.key else f" ({choice.name or choice.host} is not connected)"
    delay = f" · {round(1000.0 * latency)} ms latency" if latency else ""
    return f"Sound: {device.name}{exclusive}{missing}{delay}"
