"""The status bar's text for the place under the pointer."""

from samstudio.dsp.scales import time_label
from samstudio.ui.time_formats import TimeUnit, time_format
from samstudio.ui.timeline.lanes.lane_box import Gesture

_FINE = 5e-4
"""Seconds a pixel below which a millisecond is too coarse."""


def hover_time_text(gesture: Gesture, duration: float) -> str:
    """The time, to the millisecond or at deep zoom to the microsecond."""
    time = min(max(gesture.time, 0.0), duration)
    if time_format().unit is not TimeUnit.CLOCK:
        return time_format().text(time)
    return time_label(time, 6 if gesture.seconds_per_pixel < _FINE else 3, hours=duration >= 3600.0)


def hz_text(hz: float) -> str:
    """`440 Hz`, `2.50 kHz`."""
    return f"{hz / 1000.0:.2f} kHz" if hz >= 1000.0 else f"{hz:.0f} Hz"


def level_text(level: float, floor_db: float) -> str:
    """`−23 dB`, or `≤ −90 dB` for what is drawn in the darkest colour."""
    return ("≤ " if level <= floor_db else "") + f"{level:.0f} dB".replace("-", "−")


def spectrum_text(gesture: Gesture, duration: float, hz: float, level: float | None, floor_db: float) -> str:
    """Time, frequency and, where it is known, the level of a place in the spectrogram."""
    texts = [hover_time_text(gesture, duration), hz_text(hz)]
    return " · ".join(texts if level is None else [*texts, level_text(level, floor_db)])
