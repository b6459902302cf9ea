"""The wording that models of sound and text are trained on: a short noun phrase in lower case, such as “man speaking”.

What an engine's own guidance asks for is in its package; these rules take off what people put around the name of a
sound: articles, requests, sentences, capitals, full stops.
"""

import re

from samstudio.separation.listening.vocabulary import in_english, sounds
from samstudio.session.text.wording import with_wanted, worded

_ASKING = re.compile(
    r"^(?:please|bitte|can you|could you|would you|i want(?: to (?:hear|have|get))?|i need|i would like|i'd like"
    r"|give me|get me|let me hear|i (?:can )?hear|there (?:is|are)|there's|this is|it is|it's"
    r"|(?:extract|isolate|separate|find|keep|take|pull)(?: out)?|only|just)\b[\s,:]*"
)
"""Words that ask for a sound, at the beginning."""
_NAMING = re.compile(r"^(?:the )?(?:sounds?|noises?|audio|recordings?) (?:of|from|made by) ")
_ARTICLE = re.compile(r"^(?:the|an?|der|die|das|den|ein|eine|some|my|your|his|her|their|our|this|that|these|those)\s+")
_BEING = re.compile(r"\s+(?:(?:that|which|who)\s+)?(?:is|are|was|were)\s+(?=\w+ing\b)")
"""`is` in “a man is speaking”, `that is` in “a man that is speaking”."""
_ENDING = re.compile(
    r"[\s.!?…:;,]+$|\s+please$|\s+(?:from|in) (?:the|this|my) (?:recording|audio|track|file|clip|song|video|mix)$"
)


def noun_phrase(text: str) -> str:
    """The text as such a phrase; unchanged where it is one, or where nothing would be left.

    What the text leaves out (“without dog”) is kept.
    """
    wanted = worded(text).wanted
    phrase = " ".join(wanted.lower().replace("’", "'").strip(" \"'“”«»`").split())
    before = ""
    while phrase != before:
        before = phrase
        for pattern in (_ENDING, _ASKING, _NAMING, _ARTICLE):
            phrase = pattern.sub("", phrase)
    phrase = _BEING.sub(" ", phrase)
    if not phrase:
        return text
    several = tuple(map(in_english, sounds(phrase)))
    # The joining words of another language go with its sounds.
    english = " and ".join(several) if several != sounds(phrase) else phrase
    left_out = worded(text).left_out
    if english != phrase and left_out:
        return f"{english} without {' and '.join(in_english(sound.lower()) for sound in left_out)}"
    return with_wanted(text.strip(), english)
