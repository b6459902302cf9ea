"""Names for written files: templates, and characters that every file system accepts."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from math import ceil
from pathlib import Path

from samstudio.audio.errors import AudioError

MAX_NAME_BYTES = 200
"""Most disks take 255 bytes; the rest is left for a number, an ending and a sync tool's additions."""
_FIELD = re.compile(r"\{([^{}]*)\}")
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def safe_name(text: str) -> str:
    """`text` as a file name (without ending) on every common system: Unicode stays, what is forbidden becomes "_"."""
    # Lone surrogates stand for bytes of a name that no encoding decodes: they become "?", and that "_".
    text = unicodedata.normalize("NFC", text.encode(errors="replace").decode())
    text = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", text)
    text = text.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    text = text.strip(" .")
    if not text:
        return "untitled"
    return f"{text}_" if text.split(".")[0].lower() in RESERVED else text


def fill_template(template: str, fields: Mapping[str, str]) -> str:
    """`template` with each {field} replaced, as a safe name. Raises AudioError for an unknown field.

    If that is too long, the longest field is cut: the ends of names distinguish stems and takes.
    """
    for match in _FIELD.finditer(template):
        if match[1] not in fields:
            known = " ".join(f"{{{name}}}" for name in fields)
            raise AudioError(f"The name template has no field {match[0]}: use {known}.")
    over = len(_filled(template, fields).encode(errors="replace")) - MAX_NAME_BYTES
    sizes = {name: len(text.encode(errors="replace")) for name, text in fields.items()}
    longest = max(sizes, key=lambda name: sizes[name], default="")
    if over > 0 and (count := template.count(f"{{{longest}}}")):
        whole = fields[longest].encode(errors="replace")
        fields = {**fields, longest: whole[: max(1, len(whole) - ceil(over / count))].decode(errors="ignore")}
    return safe_name(_filled(template, fields))


def _filled(template: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match[1]], template)


def stem_paths(
    folder: Path, template: str, stems: Iterable[str], fields: Mapping[str, str], suffix: str
) -> dict[str, Path]:
    """The path of each stem: `template` filled with `fields` and {stem}. Raises AudioError if two would be equal."""
    paths = {stem: folder / (fill_template(template, {**fields, "stem": stem}) + suffix) for stem in stems}
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
