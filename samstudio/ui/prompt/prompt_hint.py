"""What a prompt as it stands will lead to, in a sentence or two."""

from samstudio.session.prompt import Prompt, Sign


def count_marks(prompt: Prompt) -> tuple[int, int, int]:
    """How many unmuted + spans, - spans and boxes there are; a box counts as a box only."""
    spans = prompt.active_spans
    boxes = sum(span.is_box for span in spans)
    plus = sum(span.sign is Sign.PLUS and not span.is_box for span in spans)
    return plus, len(spans) - plus - boxes, boxes


def lacks_a_span(prompt: Prompt) -> bool:
    """Whether there are words or a place in the picture, and no stretch of time where the sound is heard."""
    named = bool(prompt.text.strip() or prompt.regions)
    return named and not any(span.sign is Sign.PLUS for span in prompt.active_spans)


def hint_for(prompt: Prompt, engine: str) -> str:
    """What will happen, or what is still missing."""
    heard = any(span.sign is Sign.PLUS for span in prompt.active_spans)
    absent = any(span.sign is Sign.MINUS for span in prompt.active_spans)
    if prompt.is_empty:
        return "Say what the sound is, or drag over a place where it is heard with the + tool."
    if engine != "spectral":
        if prompt.regions:
            return "The model listens for what the words, the marks and the place in the picture have in common."
        return "The model listens for the words and the marks together."
    if prompt.without_region().is_empty:
        return "This engine does not use the video: mark a + span as well, or choose SAM Audio."
    if heard and absent:
        return "Learns the sound from the + spans and the background from the − spans, then separates the whole clip."
    if heard:
        return "Add a − span where the sound is absent: results get clearly better."
    if absent:
        return "Now mark with + where the sound is heard: − alone only says where it is not."
    return (
        "By words alone this engine knows only voice, drums, hum, hiss and clicks, and those roughly. "
        "For anything else mark a + span, or let SAM Audio listen for the words."
    )
