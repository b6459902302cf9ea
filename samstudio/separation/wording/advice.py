"""What the text of a prompt might say better to an engine, and what becomes of its parts. Nothing heavy is imported."""

from dataclasses import dataclass

from samstudio.separation.engine_info import EngineInfo, PromptPart
from samstudio.separation.listening.choice import ListenerChoice, listener_for
from samstudio.separation.listening.vocabulary import sounds
from samstudio.session.prompt import Prompt, Sign
from samstudio.session.text.quoting import one_line
from samstudio.session.text.wording import worded

SEVERAL = "The text names {count} sounds. Separate makes one take of them together."
EVIDENCE = "− spans are set where “{left}” is heard and “{wanted}” is not, if that can be told."
EVIDENCE_ALONE = "− spans are set where “{left}” is heard."
UNKNOWN_LEFT = "“{left}” is not a sound that is listened for, so it changes nothing"
MARK_IT = "mark a − span where it is heard."
REMOVAL = "To remove “{left}”, separate it and use the residual: that is the recording without it."
UNKNOWN_WANTED = "“{wanted}” is not a sound that is listened for, so “{left}” changes nothing: mark − spans."
ONLY_LEFT_OUT = (
    "“{text}” says only what the sound is not: type the sound that is to be left out and take the residual, "
    "or mark a + span where the wanted sound is heard."
)


@dataclass(frozen=True)
class Advice:
    """What can be done about a text: another wording, and each of its sounds by itself; empty where there is none."""

    sentences: tuple[str, ...] = ()
    rewrite: str = ""
    sounds: tuple[str, ...] = ()


def advice(prompt: Prompt, info: EngineInfo) -> Advice:
    """Advice about the text of a prompt for an engine."""
    text = prompt.text.strip()
    if not text or PromptPart.TEXT not in info.accepts:
        return Advice()
    wording = worded(text)
    has_plus = any(span.sign is Sign.PLUS for span in prompt.active_spans)
    if not wording.wanted and len(wording.left_out) == 1:
        left = wording.left_out[0]
        rewrite = left if info.rewrite is None else info.rewrite(left)
        return Advice((REMOVAL.format(left=one_line(left, 40)),), rewrite)
    sentences = [] if only_leaves_out(prompt) else [left_out_sentence(prompt, left) for left in wording.left_out]
    # Spans alone decide where an engine does not go by any words beside them.
    several = sounds(wording.wanted) if info.accepts_any_text or not has_plus else ()
    rewrite = info.rewrite(text) if info.rewrite is not None else text
    if rewrite != text:
        sentences.append(info.hints.rewrite)
    if len(several) < 2:
        return Advice(tuple(sentences), rewrite if rewrite != text else "")
    sentences.append(SEVERAL.format(count=len(several)))
    each = (sound if info.rewrite is None else info.rewrite(sound) for sound in several)
    return Advice(tuple(sentences), rewrite if rewrite != text else "", tuple(each))


def only_leaves_out(prompt: Prompt) -> bool:
    """Whether a prompt says what the sound is not, and nothing else."""
    wording = worded(prompt.text)
    has_plus = any(span.sign is Sign.PLUS for span in prompt.active_spans)
    return bool(wording.left_out) and not (wording.wanted or has_plus or prompt.active_objects)


def only_left_out_sentence(prompt: Prompt) -> str:
    """What to do about such a prompt."""
    return ONLY_LEFT_OUT.format(text=one_line(prompt.text.strip(), 60))


def left_out_sentence(prompt: Prompt, left: str) -> str:
    """What becomes of a sound that a prompt leaves out."""
    wanted, shown = worded(prompt.text).wanted, one_line(left, 40)
    if listener_for(left, ListenerChoice.AUTO) is None:
        return f"{UNKNOWN_LEFT.format(left=shown)}: {MARK_IT}"
    if wanted and listener_for(wanted, ListenerChoice.AUTO) is None:
        return UNKNOWN_WANTED.format(wanted=one_line(wanted, 40), left=shown)
    return (EVIDENCE if wanted else EVIDENCE_ALONE).format(left=shown, wanted=one_line(wanted, 40))
