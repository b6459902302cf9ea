"""What sessions and settings of version 1 call what version 2 calls otherwise.

Version 1 kept an engine's own settings in `settings` under the engine's name, `_` for `-`, beside those of all engines;
a take's sound in the take itself; and it called notices remarks, and suggestions ghosts. What is not of the expected
type is left as it is: the reader of version 2 names it in its error.
"""

from collections.abc import Mapping
from typing import Any

_COMMON = ("engine", "device", "seed", "silent_in_minus")
_RENAMED = {"remarks": "notices", "ghosts": "suggestions"}
_SOUND = ("stems", "absent", "withheld", "parts")


def upgraded_session(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a session.json of version 1 as version 2 has them."""
    upgraded = dict(facts)
    if "settings" in facts:
        upgraded["settings"] = upgraded_settings(facts["settings"])
    if isinstance(facts.get("takes"), list):
        upgraded["takes"] = [_take(take) for take in facts["takes"]]
    return upgraded


def upgraded_settings(facts: Any) -> Any:
    """The settings of a separation as version 2 has them: with the options of the chosen engine alone."""
    if not isinstance(facts, Mapping):
        return facts
    options = facts.get(str(facts.get("engine", "")).replace("-", "_"), {})
    return {**{name: value for name, value in facts.items() if not _is_engine(name, value)}, "options": options}


def options_of_engines(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The options of every engine that settings of version 1 hold, by the engines' names."""
    return {name.replace("_", "-"): value for name, value in facts.items() if _is_engine(name, value)}


def _is_engine(name: str, value: Any) -> bool:
    return name not in _COMMON and isinstance(value, Mapping)


def _take(facts: Any) -> Any:
    if not isinstance(facts, Mapping):
        return facts
    take = _with_sound({_RENAMED.get(name, name): value for name, value in facts.items()})
    if "settings" in take:
        take["settings"] = upgraded_settings(take["settings"])
    if isinstance(take.get("candidates"), list):
        take["candidates"] = [_with_sound(candidate) for candidate in take["candidates"]]
    return take


def _with_sound(facts: Any) -> Any:
    """A take or a candidate with its sound in a value of its own."""
    if not isinstance(facts, Mapping):
        return facts
    sound = {name: facts[name] for name in _SOUND if name in facts}
    return {**{name: value for name, value in facts.items() if name not in _SOUND}, "sound": sound}
