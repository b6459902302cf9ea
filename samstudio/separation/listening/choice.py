"""Which listener a text is for; nothing heavy is imported to find out."""

from enum import StrEnum

from samstudio.separation.listening.pe_a_frame.weights import find_weights
from samstudio.separation.listening.vocabulary import understood


class ListenerChoice(StrEnum):
    """Who listens for words."""

    AUTO = "auto"
    """The list of words for those in it, PE-A-Frame for all others."""
    WORD_LIST = "word-list"
    PE_A_FRAME = "pe-a-frame"


def listener_for(text: str, choice: ListenerChoice) -> ListenerChoice | None:
    """Who hears a text: one of the two listeners; None where neither does. PE-A-Frame only where its weights are."""
    if choice is not ListenerChoice.AUTO:
        knows = choice is ListenerChoice.PE_A_FRAME or understood(text) is not None
        return choice if knows else None
    meaning = understood(text)
    if meaning is not None and not meaning.asks_more:
        return ListenerChoice.WORD_LIST
    if find_weights() is not None:
        return ListenerChoice.PE_A_FRAME
    return ListenerChoice.WORD_LIST if meaning is not None else None
