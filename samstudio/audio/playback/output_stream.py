"""One running stream to the chosen sound card, at whatever rate and with however many channels that takes."""

import atexit
import threading
from collections.abc import Callable
from itertools import product
from typing import Any, Protocol, cast

import numpy as np

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import NO_DEVICE, WASAPI, OutputChoice, OutputDevice, chosen_output, portaudio
from samstudio.session.clip import Samples

LATENCY = 0.1
"""Seconds asked for. Less drops out beside a separation that keeps all cores busy; this does not."""
_PATIENCE = 1.0
"""Seconds for a dead device to be let go of."""
_STUCK = "leaving a dead sound card"

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


def rescan() -> None:
    """Look for devices again: PortAudio lists them once. No stream may be open, but one that cannot be let go of."""
    if any(thread.name == _STUCK for thread in threading.enumerate()):
        return
    sounddevice = portaudio()
    sounddevice._terminate()  # noqa: SLF001 - the way its documentation names; there is no other
    sounddevice._initialize()  # noqa: SLF001


def open_stream(sample_rate: int, callback: StreamCallback, choice: OutputChoice) -> Stream:
    """A running stream to the chosen device, at `sample_rate` Hz if it takes that, at its own rate if not.

    What the callback plays in stereo goes to the device's first two channels, or folded down to its only one. Devices
    are looked for anew: what was connected since is found, and another default of the system's is followed. Raises
    AudioError that says what to do.
    """
    rescan()
    device = chosen_output(choice)
    if device is None:
        raise AudioError(NO_DEVICE)
    exclusive = choice.exclusive and device.can_be_exclusive
    refusal: Exception | None = None
    # Some devices of many channels take all of them or nothing.
    channel_counts = (min(2, device.channels), device.channels)
    for rate, channels in dict.fromkeys(product((sample_rate, device.sample_rate), channel_counts)):
        try:
            return _started(device, rate, channels, callback, exclusive=exclusive)
        except portaudio().PortAudioError as error:
            refusal = error
    raise AudioError(_refused(device, refusal, exclusive=exclusive)) from refusal


def _started(
    device: OutputDevice, sample_rate: int, channels: int, callback: StreamCallback, *, exclusive: bool
) -> Stream:
    sounddevice = portaudio()
    stream = sounddevice.OutputStream(
        sample_rate,
        device=device.index,
        channels=channels,
        dtype="float32",
        latency=LATENCY,
        callback=callback if channels == 2 else _mapped(callback),
        extra_settings=_exclusive_settings(device) if exclusive else None,
    )
    try:
        stream.start()
    except sounddevice.PortAudioError:
        stream.close()
        raise
    return cast("Stream", stream)


def let_go(stream: Stream) -> None:
    """Stop and close a stream.

    For a JACK server that has ended PortAudio 19.6 waits ten minutes, and again when it lists devices or ends while the
    stream is open. So a dead stream is left to a thread, and until that is done devices are not listed anew.
    """
    if stream.active:
        _end(stream)
        return
    thread = threading.Thread(target=_end, args=(stream,), name=_STUCK, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    if thread.is_alive():
        atexit.unregister(portaudio()._exit_handler)  # noqa: SLF001 - it ends PortAudio; the process does so anyway


def _end(stream: Stream) -> None:
    stream.abort()
    stream.close()


def _exclusive_settings(device: OutputDevice) -> Any:
    """What asks a host for a device without the system's mixer and its resampler."""
    if device.host == WASAPI:
        return portaudio().WasapiSettings(exclusive=True)
    return portaudio().CoreAudioSettings(change_device_parameters=True, fail_if_conversion_required=True)


def _mapped(callback: StreamCallback) -> StreamCallback:
    """A callback for a device that has not two channels: of more it fills the first two, one gets the mean of both."""
    room = np.zeros((0, 2), np.float32)

    def fill(out: Samples, frames: int, times: Any, status: Any) -> None:
        nonlocal room
        # Hosts keep to one size, or nearly: this happens once or twice.
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
        f"close other programs that use it, or {way_out} in Play > Playback settings."
    )
