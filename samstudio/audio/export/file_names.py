"""Names for written files: templates, and characters that every file system accepts."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from math import ceil
from pathlib import Path
from types import MappingProxyType

from samstudio.audio.errors import AudioError

MAX_NAME_BYTES = 200
"""Most disks take 255 bytes; the rest is left for a number, an ending and a sync tool's additions."""
_JOINER = "\u200d"
_JOINED = frozenset(_JOINER + "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""What belongs to the character before it: joiners, variations, skin tones."""
_FIELD = re.compile(r"\{([^{}]*)\}")
_SHORTEST = 12
"""Bytes that a field keeps: some letters and the mark of what was cut."""
NO_NAMES: Mapping[str, str] = MappingProxyType({})
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def safe_name(text: str) -> str:
    """`text` as a file name (without ending) on every common system: Unicode stays, what is forbidden becomes "_"."""
    # Lone surrogates stand for bytes of a name that no encoding decodes: they become "?", and that "_".
    text = unicodedata.normalize("NFC", text.encode(errors="replace").decode())
    text = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", text)
    text = _cut(text, MAX_NAME_BYTES)
    text = text.strip(" .")
    if not text:
        return "untitled"
    return f"{text}_" if text.split(".")[0].lower() in RESERVED else text


def shortened(name: str, most: int) -> str:
    """`name` in at most `most` bytes: cut after a whole character, and marked so that different names stay different.

    The mark is made of the whole name, so that the same name is always shortened to the same one.
    """
    if len(os.fsencode(name)) <= most:
        return name
    mark = f"~{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}"
    return f"{_cut(name, max(0, most - len(mark)))}{mark}"


def _cut(text: str, most: int) -> str:
    """The beginning of `text` in at most `most` bytes, without parting a letter from its accents or an emoji."""
    end = size = 0
    for place, letter in enumerate(text):
        is_joined = place > 0 and (unicodedata.combining(letter) or letter in _JOINED or text[place - 1] == _JOINER)
        if not is_joined:
            end = place
        size += len(os.fsencode(letter))
        if size > most:
            return text[:end]
    return text


def fill_template(template: str, fields: Mapping[str, str]) -> str:
    """`template` with each {field} replaced, as a safe name. Raises AudioError for an unknown field.

    If that is too long, the longest field is shortened: the ends of names distinguish stems and takes.
    """
    for match in _FIELD.finditer(template):
        if match[1] not in fields:
            known = " ".join(f"{{{name}}}" for name in fields)
            raise AudioError(f"The name template has no field {match[0]}: use {known}.")
    over = _bytes(_filled(template, fields)) - MAX_NAME_BYTES
    longest = max(fields, key=lambda name: _bytes(fields[name]), default="")
    if over > 0 and (count := template.count(f"{{{longest}}}")):
        text = fields[longest].encode(errors="replace").decode()
        fields = {**fields, longest: shortened(text, max(_SHORTEST, _bytes(text) - ceil(over / count)))}
    return safe_name(_filled(template, fields))


def shortened_note(
    template: str, stems: Iterable[str], fields: Mapping[str, str], names: Mapping[str, str] = NO_NAMES
) -> str:
    """A sentence for the user if the names of `stems` are too long and were shortened; empty otherwise."""
    filled = [_filled(template, {**fields, "stem": names.get(stem, stem)}) for stem in stems]
    longest = max(filled, key=_bytes, default="")
    if _bytes(longest) <= MAX_NAME_BYTES:
        return ""
    return f"The name “{longest[:40]}…” is longer than {MAX_NAME_BYTES} bytes, and was shortened."


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _filled(template: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match[1]], template)


def stem_paths(
    folder: Path,
    template: str,
    stems: Iterable[str],
    fields: Mapping[str, str],
    suffix: str,
    names: Mapping[str, str] = NO_NAMES,
) -> dict[str, Path]:
    """The path of each stem: `template` filled with `fields` and {stem}, its own name or that in `names`.

    Raises AudioError if two would be equal.
    """
    paths = {
        stem: folder / (fill_template(template, {**fields, "stem": names.get(stem, stem)}) + suffix) for stem in stems
    }
    if len(set(paths.values())) < len(paths):
        raise AudioError("The name template gives every stem the same name: put {stem} into it.")
    return paths


def numbered(paths: Mapping[str, Path]) -> dict[str, Path]:
    """The paths, all with the same first free number after their names if any of them exists already."""
    result, number = dict(paths), 1
    while any(path.exists() for path in result.values()):
        number += 1
        result = {key: path.with_name(f"{path.stem} ({number}){path.suffix}") for key, path in paths.items()}
    return result
