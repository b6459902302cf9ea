"""Frozen values to JSON and back. A file may come from anywhere: every type is checked, every size is limited."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from math import isfinite
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, NoReturn, get_args, get_origin, get_type_hints

import numpy as np

from samstudio.session.clip import Samples
from samstudio.session.correction import CellField
from samstudio.session.take import is_stored

MOST_ITEMS = 20_000
"""Entries of a list: more than a day's work makes, and few enough for a window to show."""
MOST_LETTERS = 100_000
MOST_NUMBER = 1e15
"""Beyond this a float no longer counts single samples, and a screen's arithmetic overflows."""
MOST_INTEGER = 1 << 63

Stored = Samples | CellField
"""What lies in a file of its own."""
StoreSamples = Callable[[Stored], str]
"""The name under which samples, or the cells of a correction, are stored."""
LoadSamples = Callable[[str], Stored]
"""The samples or cells of that name."""


class SessionError(Exception):
    """Facts that are no session; the text says which and what to do, and may be shown as it stands."""


def no_sound(_sound: object) -> NoReturn:
    """For facts without sound: raises SessionError where some is to be stored or loaded."""
    raise SessionError("There is no sound in these facts.")


def to_json(value: object, store: StoreSamples) -> Any:
    """What `json` writes for a value: a dataclass becomes an object of its fields, samples become their name.

    Raises SessionError for what could not be read again.
    """
    # The most frequent types first.
    if value is None or type(value) in (bool, int, float, str):
        return _plain(value)
    if isinstance(value, np.ndarray):
        return store(value)
    if isinstance(value, CellField):
        return store(value) if value.blocks else ""
    if isinstance(value, tuple):
        if len(value) > MOST_ITEMS:
            raise SessionError(f"A session holds lists of {MOST_ITEMS} entries at most, and one has {len(value)}.")
        return [to_json(entry, store) for entry in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(entry, store) for key, entry in value.items()}
    if is_dataclass(value):
        return {name: to_json(getattr(value, name), store) for name in stored_fields(value.__class__)}
    return _plain(value.item() if isinstance(value, np.generic) else value)


def _plain(value: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float) and not isfinite(value):
        raise SessionError("A number of this session is not finite, and could not be read again.")
    if value is None or isinstance(value, bool | str | int | float):
        return value
    raise TypeError(f"{type(value)} cannot be stored in a session")


def from_json(kind: Any, value: object, where: str, load: LoadSamples) -> Any:
    """The value of type `kind` that `to_json` wrote; `where` is its place, for the sentence about what is wrong.

    Fields that are missing get their defaults. Raises SessionError, and what `load` raises.
    """
    if is_dataclass(kind):
        return _dataclass(kind, value, where, load)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _union(arguments, value, where, load)
    if origin is tuple:
        return _tuple(arguments, value, where, load)
    if origin is Literal:
        if value not in arguments:
            raise _wrong(where, _choice(arguments), value)
        return value
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(arguments, value, where, load)
    if origin is np.ndarray or kind is CellField:
        name = _text(value, where)
        loaded = CellField() if kind is CellField and not name else load(name)
        if not isinstance(loaded, np.ndarray if origin is np.ndarray else CellField):
            raise _wrong(where, "the name of a file of the right kind", value)
        return loaded
    return _scalar(kind, value, where)


def _scalar(kind: Any, value: object, where: str) -> Any:
    if kind is int:
        return _integer(value, where)
    if kind is float:
        return _number(value, where)
    if kind is str:
        return _text(value, where)
    if kind is bool:
        if not isinstance(value, bool):
            raise _wrong(where, "true or false", value)
        return value
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = [member.value for member in kind]
        if value not in choices:
            raise _wrong(where, _choice(choices), value)
        return kind(value)
    raise TypeError(f"{kind} cannot be stored in a session")


def _integer(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not abs(value) < MOST_INTEGER:
        raise _wrong(where, "a whole number", value)
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_NUMBER:
        raise _wrong(where, "a finite number", value)
    return float(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "a text", value)
    if len(value) > MOST_LETTERS:
        raise SessionError(f"{where} is {len(value)} letters long, and {MOST_LETTERS} are the most.")
    return value


def _union(kinds: tuple[Any, ...], value: object, where: str, load: LoadSamples) -> Any:
    if value is None and NoneType in kinds:
        return None
    others = [kind for kind in kinds if kind is not NoneType]
    exact = [kind for kind in others if type(value) is kind]
    return from_json((exact or others)[0], value, where, load)


def _tuple(kinds: tuple[Any, ...], value: object, where: str, load: LoadSamples) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _wrong(where, "a list", value)
    if len(value) > MOST_ITEMS:
        raise SessionError(f"{where} has {len(value)} entries, and {MOST_ITEMS} are the most.")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(value) != len(kinds):
        raise _wrong(where, f"a list of {len(kinds)}", value)
    return tuple(
        from_json(kind, entry, f"{where}[{index}]", load)
        for index, (kind, entry) in enumerate(zip(kinds, value, strict=True))
    )


def _mapping(kinds: tuple[Any, ...], value: object, where: str, load: LoadSamples) -> Mapping[Any, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    if len(value) > MOST_ITEMS:
        raise SessionError(f"{where} has {len(value)} entries, and {MOST_ITEMS} are the most.")
    return MappingProxyType(
        {
            from_json(kinds[0], key, f"{where}: the name “{_short(key)}”", load): from_json(
                kinds[1], entry, f"{where}.{_short(key)}", load
            )
            for key, entry in value.items()
        }
    )


def _dataclass(kind: Any, value: object, where: str, load: LoadSamples) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    known, kinds = stored_fields(kind), _hints(kind)
    for name in value:
        if name not in known:
            raise SessionError(f"{_inside(where, _short(name))} is not known to this version of SAM Studio.")
    for name, field in known.items():
        if name not in value and _is_needed(field):
            raise SessionError(f"{_inside(where, name)} is missing.")
    values = {name: from_json(kinds[name], entry, _inside(where, name), load) for name, entry in value.items()}
    try:
        return kind(**values)
    except ValueError as error:
        raise SessionError(f"{where or 'The session'} is not valid: {error}") from error


@cache
def stored_fields(kind: Any) -> dict[str, Field[Any]]:
    """The fields of a dataclass that a session keeps, by their names."""
    return {field.name: field for field in fields(kind) if is_stored(field)}


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _choice(choices: Any) -> str:
    return "one of " + ", ".join(f"“{choice}”" for choice in choices)


def _short(text: object) -> str:
    """A text of unknown length and content, shortened and in plain characters, for a sentence."""
    plain = re.sub(r"[^\w .+\-/]", "?", str(text)[:40], flags=re.ASCII)
    return plain + "…" if len(str(text)) > 40 else plain


def _wrong(where: str, wanted: str, value: object) -> SessionError:
    match value:
        case None:
            shown = "null"
        case list():
            shown = f"a list of {len(value)}"
        case dict():
            shown = "an object"
        case str():
            shown = f"“{_short(value)}”"
        case int() if abs(value) >= MOST_INTEGER:
            shown = "a number out of range"
        case _:
            shown = str(value).lower()
    return SessionError(f"{where or 'The session'} must be {wanted}, not {shown}.")
