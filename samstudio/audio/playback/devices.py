"""The sound card: which there are, what is missing, and which one is meant."""

import platform
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from samstudio.audio.errors import AudioError

NO_DEVICE = "No sound card found: everything but sound works. Connect one and press play again."
WASAPI, CORE_AUDIO = "Windows WASAPI", "Core Audio"
"""The hosts, as PortAudio names them, that leave the system's mixer out on request."""


@dataclass(frozen=True)
class OutputDevice:
    """A device that plays: `index` as PortAudio counts now, `host` the system that plays on it, `sample_rate` Hz."""

    index: int
    name: str
    channels: int
    sample_rate: int
    host: str = ""
    """ALSA, Core Audio, Windows WASAPI, ...: the same card may be offered by several."""
    is_default: bool = False
    """Whether its host plays on it where none is named."""

    @property
    def key(self) -> str:
        """What it is remembered by: its index changes when another one is connected."""
        return f"{self.host}: {self.name}"

    @property
    def can_be_exclusive(self) -> bool:
        """Whether it can be had without the system's mixer, alone. ALSA's hw devices never are anything else."""
        return self.host in (WASAPI, CORE_AUDIO)


@dataclass(frozen=True)
class OutputChoice:
    """What to play with: a device's key, `host: ` for that host's default, or nothing for the system's default."""

    key: str = ""
    exclusive: bool = False
    """Alone, without the system's mixer, where the device can."""

    @property
    def host(self) -> str:
        """The host meant; empty for whichever has the system's default."""
        return self.key.partition(": ")[0]

    @property
    def name(self) -> str:
        """The device meant; empty for a default."""
        return self.key.partition(": ")[2]


def host_default(host: str) -> str:
    """The key of whatever a host plays on by default."""
    return f"{host}: "


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
    """The device that sounds by default, None where there is none. Raises AudioError where PortAudio is missing."""
    sounddevice = portaudio()
    try:
        found = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError):
        return None
    return next((device for device in output_devices() if device.index == found["index"]), None)


def chosen_output(choice: OutputChoice) -> OutputDevice | None:
    """The device meant, or the system's default where that one is not there."""
    for device in output_devices():
        if device.key == choice.key or (device.is_default and host_default(device.host) == choice.key):
            return device
    return default_output()


def device_status(choice: OutputChoice) -> str:
    """What can be heard with, or why nothing can, in one sentence for the status bar."""
    try:
        device = chosen_output(choice)
    except AudioError as error:
        return str(error)
    if device is None:
        return NO_DEVICE
    alone = " (exclusive)" if choice.exclusive and device.can_be_exclusive else ""
    found = device.host == choice.host and choice.name in ("", device.name)
    missing = "" if found or not choice.key else f" ({choice.name or choice.host} is not connected)"
    return f"Sound: {device.name}{alone}{missing}"
