"""What sessions of version 2 say of the video in another way than version 3.

A prompt of version 2 had `regions`, rectangles that move in straight lines; they are the boxes of an object that is not
followed. What is not of the expected type is left as it is: the reader names it in its error.
"""

from collections.abc import Mapping
from typing import Any


def with_objects(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a session.json of version 2 as version 3 has them."""
    upgraded = dict(facts)
    if "prompt" in facts:
        upgraded["prompt"] = _prompt(facts["prompt"])
    if isinstance(facts.get("takes"), list):
        upgraded["takes"] = [_take(take) for take in facts["takes"]]
    return upgraded


def _take(facts: Any) -> Any:
    return {**facts, "prompt": _prompt(facts["prompt"])} if isinstance(facts, Mapping) and "prompt" in facts else facts


def _prompt(facts: Any) -> Any:
    if not isinstance(facts, Mapping) or not isinstance(facts.get("regions"), list):
        return facts
    prompt = {name: value for name, value in facts.items() if name != "regions"}
    marks = [_mark(region) for region in facts["regions"]]
    return {**prompt, "objects": [{"marks": marks, "follows": False}]} if marks else prompt


def _mark(facts: Any) -> Any:
    if not isinstance(facts, Mapping):
        return facts
    return {"time": facts.get("time", 0.0), "box": [facts.get(name) for name in ("left", "top", "width", "height")]}
