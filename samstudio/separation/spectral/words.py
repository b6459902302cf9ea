"""Words without a + span: the clip is listened to, and what is heard becomes spans."""

from collections.abc import Generator
from dataclasses import replace

from samstudio.separation.engine import Notice, Predicted, Progress, SeparationError, SeparationRequest, Step
from samstudio.separation.engine_info import PromptPart
from samstudio.separation.listening.listener import Prediction, predicted_spans
from samstudio.separation.listening.vocabulary import understood
from samstudio.separation.registry import engine_that_accepts
from samstudio.separation.steps import mapped
from samstudio.session.text.quoting import one_line

NO_PROMPT = "Mark a + span where the sound is heard, or type what it is: without either there is nothing to look for."
UNKNOWN = "“{text}” is not among the words that this engine knows: mark a + span where it is heard{other}."
OTHER_ENGINE = ", or set up {title}, which understands any text"
HEARD = "“{text}” was heard as {names}: {seconds:.1f} s of it were used as + spans."


def with_heard_spans(request: SeparationRequest) -> Generator[Step, None, SeparationRequest]:
    """The request with spans where its text is heard; spans that are drawn already decide over these.

    Raises SeparationError, saying what else can be done, where the words are unknown or not heard.
    """
    prompt = request.prompt
    text = one_line(prompt.text.strip(), 60)
    if not text:
        raise SeparationError(NO_PROMPT)
    meaning = understood(text)
    if meaning is None:
        other = engine_that_accepts(PromptPart.TEXT)
        raise SeparationError(UNKNOWN.format(text=text, other=OTHER_ENGINE.format(title=other.title) if other else ""))
    listening = predicted_spans(text, meaning, request.samples, request.sample_rate)
    prediction: Prediction = yield from mapped(
        listening, lambda fraction: Progress(f"Listening for “{text}”", fraction, 1.0)
    )
    yield Predicted(prediction.spans)
    yield Notice(_heard_sentence(text, prediction))
    return replace(request, prompt=replace(prompt, spans=(*prediction.spans, *prompt.spans)))


def _heard_sentence(text: str, prediction: Prediction) -> str:
    seconds = sum(span.length for span in prediction.spans if span.sign == "+")
    return HEARD.format(text=text, names=", ".join(prediction.names[:3]), seconds=seconds)
