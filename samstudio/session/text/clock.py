"""Parses times."""


def parse_time(text: str) -> float:
    """Seconds from `1.5`, `1:02.5` or `1:00:02`; a comma may be the decimal mark.

    Raises ValueError with a sentence for the user.
    """
    sentence = f"“{text.strip()}” is not a time: type seconds (1.5) or minutes and seconds (1:02.5)."
    parts = text.strip().removesuffix("s").strip().replace(",", ".").split(":")
    # Not every text that float() takes is a time: "nan", "1e3" and "-1" are not.
    if len(parts) > 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):
        raise ValueError(sentence)
    if any("." in part for part in parts[:-1]) or any(float(part) >= 60 for part in parts[1:]):
        raise ValueError(sentence)
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return seconds
