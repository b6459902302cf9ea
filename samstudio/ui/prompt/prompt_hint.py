"""What a prompt as it stands will lead to, in a sentence or two."""

from collections.abc import Mapping
from types import MappingProxyType

from samstudio.separation.engine_info import EngineInfo, PromptPart
from samstudio.separation.listening.choice import ListenerChoice, listener_for
from samstudio.separation.registry import engine_that_accepts
from samstudio.separation.wording.advice import only_leaves_out, only_left_out_sentence
from samstudio.session.engine_settings import Value
from samstudio.session.prompt import Prompt, Sign
from samstudio.session.text.quoting import and_list, one_line
from samstudio.session.text.wording import worded
from samstudio.session.video.object_edits import title

_EXAMPLES = 3


def count_spans(prompt: Prompt) -> tuple[int, int, int]:
    """How many unmuted + spans, - spans and boxes there are; a box counts as a box only."""
    spans = prompt.active_spans
    boxes = sum(span.is_box for span in spans)
    plus = sum(span.sign is Sign.PLUS and not span.is_box for span in spans)
    return plus, len(spans) - plus - boxes, boxes


def marked_in_video(prompt: Prompt) -> str:
    """What is marked in the video, in a few words; '' for nothing."""
    followed = [
        one_line(title(prompt.objects, place), 24)
        for place, known in enumerate(prompt.objects)
        if known.follows and known in prompt.active_objects
    ]
    return and_list(followed) if followed else "a rectangle" if prompt.active_objects else ""


def lacks_a_span(prompt: Prompt) -> bool:
    """Whether there is text or a region, but no + span."""
    named = bool(prompt.text.strip() or prompt.active_objects)
    return named and not any(span.sign is Sign.PLUS for span in prompt.active_spans)


def examples_for(info: EngineInfo) -> tuple[str, ...]:
    """Texts that the engine understands."""
    return info.words[:_EXAMPLES] if info.words else ("acoustic guitar",)


def hint_for(prompt: Prompt, info: EngineInfo, options: Mapping[str, Value] = MappingProxyType({})) -> str:
    """What will happen, or what is still missing."""
    hints = info.hints
    has_plus = any(span.sign is Sign.PLUS for span in prompt.active_spans)
    has_minus = any(span.sign is Sign.MINUS for span in prompt.active_spans)
    if prompt.is_empty:
        return "Say what the sound is, or drag over a place where it is heard with the + tool."
    if prompt.active_objects and PromptPart.REGIONS in info.accepts:
        return hints.region
    if prompt.without_objects().is_empty:
        return f"This engine does not use the video: mark a + span as well{_or_choose(PromptPart.REGIONS)}."
    if only_leaves_out(prompt):
        return only_left_out_sentence(prompt)
    if info.accepts_any_text:
        return hints.text
    if has_plus:
        return f"{hints.both_signs if has_minus else hints.plus}{_beside_spans(prompt, info, has_minus=has_minus)}"
    if has_minus and not prompt.text.strip():
        return hints.minus
    if info.text_hint is not None:
        return info.text_hint(worded(prompt.text).wanted, options)
    known = hints.words.format(words=and_list(info.words)) if info.words else "This engine does not understand words."
    return f"{known} For anything else mark a + span{_or_choose(PromptPart.TEXT)}."


def _beside_spans(prompt: Prompt, info: EngineInfo, *, has_minus: bool) -> str:
    """What the words do beside + spans, for an engine that looks them up."""
    wanted = worded(prompt.text).wanted
    if info.text_hint is None or not wanted:
        return ""
    shown = one_line(wanted, 40)
    if listener_for(wanted, ListenerChoice.AUTO) is None:
        return f" “{shown}” is not in the word list: only the spans count."
    if has_minus:
        return f" The spans decide, not “{shown}”: remove them to look for it by its word."
    return f" Without one, − spans are set where “{shown}” is not heard, as far as it is clear."


def _or_choose(part: PromptPart) -> str:
    other = engine_that_accepts(part)
    return f", or choose {other.title}" if other else ""
