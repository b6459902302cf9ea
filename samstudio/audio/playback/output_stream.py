"""One running stream to the chosen sound card, at a rate and with a number of channels that it accepts."""

import atexit
import threading
from collections.abc import Callable
from itertools import product
from typing import Any, Protocol, cast

import numpy as np

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import WASAPI, OutputChoice, OutputDevice, chosen_output, portaudio
from samstudio.audio.playback.silent_stream import SilentStream
from samstudio.session.clip import Samples

_TIMEOUT = 1.0
"""Seconds to wait for a dead device to close."""
_STUCK = "closing a dead sound card"

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
        """Release the device."""


def rescan() -> None:
    """List the devices again: PortAudio does so once. No stream may be open, except a dead one that does not close."""
    if any(thread.name == _STUCK for thread in threading.enumerate()):
        return
    sounddevice = portaudio()
    sounddevice._terminate()  # noqa: SLF001 - the documented way, there is no public one
    sounddevice._initialize()  # noqa: SLF001


def open_stream(sample_rate: int, callback: StreamCallback, choice: OutputChoice) -> Stream:
    """A running stream to the chosen device, at `sample_rate` Hz if it takes that, at its own rate if not.

    The callback's stereo goes to the device's first two channels, or is folded down to its only one. Devices are listed
    again: what was connected meanwhile is found, and a changed system default is followed. Where there is none at all,
    a silent one. Raises AudioError that says what to do.
    """
    device = _found(choice)
    if device is None:
        return SilentStream(sample_rate, callback)
    exclusive = choice.exclusive and device.can_be_exclusive
    refusal: Exception | None = None
    # Some devices with many channels accept only all of them.
    channel_counts = (min(2, device.channels), device.channels)
    for rate, channels in dict.fromkeys(product((sample_rate, device.sample_rate), channel_counts)):
        try:
            return _started(device, rate, channels, callback, choice.buffer, exclusive=exclusive)
        except portaudio().PortAudioError as error:
            refusal = error
    raise AudioError(_refused(device, refusal, exclusive=exclusive)) from refusal


def _found(choice: OutputChoice) -> OutputDevice | None:
    try:
        rescan()
        return chosen_output(choice)
    except AudioError:
        # PortAudio is missing; `device_status` says so.
        return None


def _started(
    device: OutputDevice, sample_rate: int, channels: int, callback: StreamCallback, buffer: float, *, exclusive: bool
) -> Stream:
    sounddevice = portaudio()
    stream = sounddevice.OutputStream(
        sample_rate,
        device=device.index,
        channels=channels,
        dtype="float32",
        latency=buffer,
        callback=callback if channels == 2 else _mapped(callback),
        extra_settings=_exclusive_settings(device) if exclusive else None,
    )
    try:
        stream.start()
    except sounddevice.PortAudioError:
        stream.close()
        raise
    return cast("Stream", stream)


def close_stream(stream: Stream) -> None:
    """Stop and close a stream.

    If a JACK server has ended, PortAudio 19.6 waits ten minutes, and again when it lists devices or ends while the
    stream is open. So a dead stream is closed by a thread, and until that is done devices are not listed again.
    """
    if stream.active:
        _end(stream)
        return
    thread = threading.Thread(target=_end, args=(stream,), name=_STUCK, daemon=True)
    thread.start()
    thread.join(_TIMEOUT)
    if thread.is_alive():
        atexit.unregister(portaudio()._exit_handler)  # noqa: SLF001 - it terminates PortAudio, as the end of the process does anyway


def _end(stream: Stream) -> None:
    stream.abort()
    stream.close()


def _exclusive_settings(device: OutputDevice) -> Any:
    """Settings that request a device from its host without the system's mixer and resampler."""
    if device.host == WASAPI:
        return portaudio().WasapiSettings(exclusive=True)
    return portaudio().CoreAudioSettings(change_device_parameters=True, fail_if_conversion_required=True)


def _mapped(callback: StreamCallback) -> StreamCallback:
    """A callback for a device that is not stereo: of more channels it fills the first two, one gets their mean."""
    room = np.zeros((0, 2), np.float32)

    def fill(out: Samples, frames: int, times: Any, status: Any) -> None:
        nonlocal room
        # Hosts use one buffer size, or nearly: this happens once or twice.
        if len(room) < frames:
            room = np.zeros((frames, 2), np.float32)
        pair = room[:frames]
        callback(pair, frames, times, status)
        if out.shape[1] == 1:
            np.add(pair[:, :1], pair[:, 1:], out=out)
            out *= np.float32(0.5)
        else:
            out[:, :2] = pair
            out[:, 2:] = 0.0

    return fill


def _refused(device: OutputDevice, refusal: Exception | None, *, exclusive: bool) -> str:
    """What is wrong in PortAudio's words, without its numbers, and what to do."""
    reason = str(refusal).split(" [PaErrorCode")[0].removeprefix("Error opening OutputStream: ")
    how, way_out = ("used exclusively", "untick Exclusive use") if exclusive else ("used", "choose another one")
    return (
        f"The sound card {device.name} cannot be {how} ({reason}): "
        f"close other programs that use it, or {way_out} in Edit > Preferences."
    )
