"""JSON files read into frozen dataclasses, every value checked."""

import json
import stat
from collections.abc import Mapping
from dataclasses import MISSING, fields
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.field_bounds import MOST_JSON_BYTES, fits_bounds
from samstudio.session.text.quoting import one_line, quoted

Json = Mapping[str, Any]
Part = TypeVar("Part")
NUMBERS = tuple[int, ...]


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises SeparationError."""
    try:
        data = json.loads(read_text(file))
    except FileNotFoundError:
        raise SeparationError(f"{file} is missing: a model needs it beside its weights.") from None
    except OSError as error:
        raise SeparationError(f"{file} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise SeparationError(f"{file} is damaged: it is not valid JSON ({one_line(str(error))}).") from error
    if not isinstance(data, dict):
        raise SeparationError(f"{file} is damaged: it should hold one JSON object.")
    return data


def read_text(file: Path) -> str:
    """The text of a small file. Raises SeparationError for what is none, OSError and ValueError."""
    facts = file.stat()
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > MOST_JSON_BYTES:
        raise SeparationError(f"{file} is damaged: it is no file of at most {MOST_JSON_BYTES >> 20} MB.")
    return file.read_text("utf-8")


def read_part(cls: type[Part], data: Json, name: str, source: Path, default: Part | None = None) -> Part:
    """One nested object as a `cls`; what it leaves out comes from `default` or from the class."""
    known = {f.name: getattr(default, f.name) for f in fields(cls)} if default else {}  # type: ignore[arg-type]
    return cls(**{**known, **read_fields(cls, mapping(data, name, source), source, f"{name}.")})


def read_fields(cls: type[Any], data: Json, source: Path, where: str = "") -> dict[str, Any]:
    """Those entries of `data` that are fields of `cls` with a number, text, flag or list of numbers in it, checked."""
    kinds = {int: "a whole number above 0", float: "a number above 0", str: "a text", bool: "true or false"}
    kinds[NUMBERS] = "a list of whole numbers above 0"
    found: dict[str, Any] = {}
    for f in fields(cls):
        if f.name not in data or f.type not in kinds:
            continue
        value = data[f.name]
        if value is None and f.default is not MISSING:
            continue
        if not _fits(value, f.type):
            raise SeparationError(
                f"{source} is damaged: {where}{f.name} should be {kinds[f.type]}, not {quoted(value)}."
            )
        if not fits_bounds(f.name, value):
            raise SeparationError(
                f"{source} asks for {where}{f.name} = {quoted(value)}: no model that this program can run is so large."
            )
        found[f.name] = float(value) if f.type is float else tuple(value) if f.type == NUMBERS else value
    return found


def _fits(value: object, kind: object) -> bool:
    """Whether a JSON value may stand in a field of this type."""
    if kind == NUMBERS:
        return isinstance(value, list) and bool(value) and all(_fits(v, int) for v in value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < inf
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, str if kind is str else bool)


def mapping(data: Json, name: str, source: Path) -> dict[str, Any]:
    """A nested object; empty where it is absent or null."""
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SeparationError(f"{source} is damaged: {name} should be an object, not {quoted(value)}.")
    return value


def name_or_none(data: Json, name: str, default: str, source: Path) -> str | None:
    """A text that may be null; `default` where it is absent."""
    value = data.get(name, default)
    if value is not None and not (isinstance(value, str) and fits_bounds(name, value)):
        raise SeparationError(f"{source} is damaged: {name} should be a text or null, not {quoted(value)}.")
    return value


def require(choices: Json, data: Json, part: str, source: Path) -> None:
    """Refuse a part of a model with a value that is not supported. Raises SeparationError."""
    given = mapping(data, part, source)
    for name, value in choices.items():
        if given.get(name, value) != value:
            raise SeparationError(
                f"{source} asks for {part}.{name} = {quoted(given[name])}; SAM Studio only knows models with {value!r}."
            )
