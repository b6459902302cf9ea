"""Lengths, remaining times and frequencies as text, and frequencies from text."""

import re

from samstudio.dsp.scales import time_label

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:s|ms|min|h|Hz|kHz|dB|LUFS|%|px|MB|GB)\b)")


def unbroken(text: str) -> str:
    """The text for a label of several lines: no number is parted from its unit."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


def format_length(seconds: float) -> str:
    """A length as short as it can be: `0.25 s`, `12.3 s`, `4:05 min`, `1:02:03 h`."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return f"{time_label(seconds, 0)} {'h' if seconds >= 3599.5 else 'min'}"


def format_left(seconds: float | None) -> str:
    """The time that is left, no more exactly than it can be known."""
    if seconds is None:
        return "estimating the time left"
    if seconds < 1.5:
        return "about 1 s left"
    if seconds < 59.5:
        step = 1 if seconds < 10 else 5
        return f"about {max(step, round(seconds / step) * step)} s left"
    if seconds < 3570:
        return f"about {round(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"


def format_done(fraction: float) -> str:
    """How much is done, 0..1, in percent; slow work shows that it moves."""
    return f"{fraction:.1%}" if fraction < 0.0995 else f"{fraction:.0%}"


def format_band(low: float | None, high: float | None) -> str:
    """`200 – 4000 Hz`, or a dash for the whole band."""
    return "—" if low is None or high is None else f"{low:.0f} – {high:.0f} Hz"


def short_band(low: float | None, high: float | None) -> str:
    """`200–4k`, for a narrow column; three digits each."""

    def short(hertz: float) -> str:
        return f"{hertz / 1000.0:.3g}k" if hertz >= 999.5 else f"{hertz:.0f}"

    return "—" if low is None or high is None else f"{short(low)}–{short(high)}"


def parse_band(text: str) -> tuple[float, float] | None:
    """Low and high in Hz from `200-4000` or `0.2k – 4 kHz`; nothing or a dash is the whole band (None).

    Raises ValueError with a sentence for the user.
    """
    plain = text.lower().replace("hz", "").replace("–", "-").replace("—", "-").replace(" ", "").replace(",", ".")
    if plain in ("", "-"):
        return None
    low, dash, high = plain.partition("-")
    if not dash or not all(part.removesuffix("k").replace(".", "", 1).isdecimal() for part in (low, high)):
        raise ValueError(f"“{text.strip()}” is not a band: type two frequencies, such as 200-4000 or 0.2k-4k.")
    below, above = (float(part.removesuffix("k")) * (1000.0 if part.endswith("k") else 1.0) for part in (low, high))
    if below >= above:
        raise ValueError(f"A band must rise: {below:g} Hz is not below {above:g} Hz.")
    return below, above
