import pytest

from samstudio.separation.registry import engine_info
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.prompt.prompt_hint import hint_for

PLUS, MINUS = Span(0, 1), Span(1, 2, Sign.MINUS)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (Prompt("dog", (PLUS,)), "− spans are set where “dog” is not heard"),
        (Prompt("dog", (PLUS, MINUS)), "The spans decide, not “dog”: remove them to look for it by its word."),
        (Prompt("xyzzy", (PLUS, MINUS)), "“xyzzy” is not in the word list: only the spans count"),
        (Prompt("room tone"), "Heard as room tone, ambience of a hall."),
        (Prompt("vocals"), "Heard as Singing, Vocal music, Choir."),
    ],
)
def test_what_words_do_beside_spans_and_alone(prompt, said):
    assert said in hint_for(prompt, engine_info("spectral"))
