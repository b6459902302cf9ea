"""The colours of waveforms, on the canvas and over a spectrogram."""

from PySide6.QtGui import QColor

from samstudio.session.mix import Channel
from samstudio.session.take import Stem
from samstudio.ui.theme import load_theme, theme
from samstudio.ui.timeline.paint.wave_painter import WaveColours

_OVER_PEAKS, _OVER_BODY = 0.5, 0.7
"""Opacities over a spectrogram, which must show through."""


def wave_colours(channel: Channel, *, over_spectrogram: bool) -> WaveColours:
    """The colours of a channel's waveform; an earlier take's are a target's."""
    stem = Stem(channel) if channel in set(Stem) else Stem.TARGET
    # Spectrograms are dark in every theme.
    look = load_theme("dark") if over_spectrogram else theme()
    # Only the recording's own clipping matters here; that of stems is shown by the mixer.
    clipped = look.color("clip_lamp") if stem is Stem.CLIP else None
    if over_spectrogram:
        pale = look.color(f"rms_{stem}")
        return WaveColours(_translucent(pale, _OVER_PEAKS), _translucent(pale, _OVER_BODY), clipped)
    return WaveColours(look.color(f"wave_{stem}"), look.color(f"rms_{stem}"), clipped)


def _translucent(color: QColor, opacity: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(opacity)
    return made
