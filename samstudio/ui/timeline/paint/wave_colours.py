"""The colours of waveforms, on the canvas and over a spectrogram."""

from PySide6.QtGui import QColor

from samstudio.session.mix import Channel
from samstudio.session.take import Stem
from samstudio.ui.theme import load_theme, theme
from samstudio.ui.timeline.paint.wave_painter import WaveColours

_OVER_PEAKS, _OVER_BODY = 0.5, 0.7
"""Opacities over a spectrogram, which must show through."""
_INNER = 130
"""Percent by which the inner half of a part's waveform is lighter, or darker on light ground."""


def wave_colours(channel: Channel, part: str = "", *, over_spectrogram: bool) -> WaveColours:
    """The colours of a channel's waveform; those of the role `part`, or an earlier take's are a target's."""
    stem = Stem(channel) if channel in set(Stem) else Stem.TARGET
    # Spectrograms are dark in every theme.
    look = load_theme("dark") if over_spectrogram else theme()
    # Only the recording's own clipping matters here; that of stems is shown by the mixer.
    clipped = look.color("clip_lamp") if stem is Stem.CLIP else None
    base, inner = look.color(f"wave_{stem}"), look.color(f"rms_{stem}")
    if part:
        base = look.color(part)
        inner = base.lighter(_INNER) if look.is_dark else base.darker(_INNER)
    if over_spectrogram:
        return WaveColours(_translucent(inner, _OVER_PEAKS), _translucent(inner, _OVER_BODY), clipped)
    return WaveColours(base, inner, clipped)


def _translucent(color: QColor, opacity: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(opacity)
    return made
