"""A session as the text of its session.json, and back. docs/session-format.md describes it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any, NoReturn

from samstudio import __version__
from samstudio.session.correction import MOST_STRENGTH_DB
from samstudio.session.labels.marker import in_time
from samstudio.session.mix import MAX_GAIN_DB, MIN_GAIN_DB, Mix
from samstudio.session.session import Session
from samstudio.session.take import Stem, Take
from samstudio.session.text.quoting import one_line
from samstudio.storage.json_values import MOST_ITEMS, SessionError, Stored, StoreSamples, from_json, to_json
from samstudio.storage.session_v1 import upgraded_session
from samstudio.storage.session_v2 import with_objects

FORMAT, VERSION = "samstudio-session", 3
_LINE = 110
"""An object or list that fits in a line stands in one: a span is a line."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_PLAIN_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MOST_CHANNELS, _MOST_RATE, _MOST_FRAMES = 8, 1_536_000, 1 << 40
_MOST_TRACKS = 10_000
_MOST_STROKES = 1_000_000_000
_MOST_PIXELS, _MOST_WAVE_GAIN = 100_000, 1000.0


class StemError(SessionError):
    """A stem that is not there or not whole: its take cannot come back, all else can. The text ends a sentence."""


LoadStem = Callable[[Session, str], Stored]
"""The stem, or the cells of a correction, of that name, of the session without its takes. Raises StemError."""


def session_text(session: Session, store: StoreSamples) -> str:
    """The text of session.json; `store` names the file in which samples lie. Raises SessionError."""
    head = {"format": FORMAT, "version": VERSION, "saved_with": __version__}
    return _laid_out({**head, **to_json(session, store)}, 0) + "\n"


def read_session(text: str, load: LoadStem) -> tuple[Session, tuple[str, ...]]:
    """The session, and a sentence for every take that could not come back. Raises SessionError."""
    facts = _parsed(text)
    _check_head(facts)
    if facts["version"] < 2:
        facts = upgraded_session(facts)
    if facts["version"] < 3:
        facts = with_objects(facts)
    body = {name: value for name, value in facts.items() if name not in ("format", "version", "saved_with")}
    takes = body.pop("takes", [])
    session: Session = from_json(Session, body, "", _no_samples)
    _check_clip(session)
    _check_mix(session.mix)
    _check_view(session)
    if not isinstance(takes, list):
        raise SessionError("takes must be a list.")
    read, lost = _takes(session, takes, load)
    current = session.current_take if any(take.id == session.current_take for take in read) else ""
    return replace(session, takes=read, current_take=current, markers=in_time(session.markers)), lost


def _parsed(text: str) -> dict[str, Any]:
    def refuse(number: str) -> NoReturn:
        raise SessionError(f"A session's numbers must be finite, and one is {number}.")

    try:
        facts = json.loads(text, parse_constant=refuse)
    # Also: a number of a million digits, or a hundred thousand brackets.
    except (ValueError, RecursionError) as error:
        raise SessionError("This is not a session, or it is damaged: open an older copy.") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise SessionError("This is not a SAM Studio session: open a folder that ends in .samstudio.")
    return facts


def _check_head(facts: dict[str, Any]) -> None:
    version = facts.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SessionError("version must be a whole number from 1 on.")
    if version > VERSION:
        raise SessionError("This session was saved by a newer SAM Studio: update this one to open it.")
    from_json(str, facts.get("saved_with", ""), "saved_with", _no_samples)


def _check_clip(session: Session) -> None:
    clip = session.clip
    for name, value, most in (
        ("sample_rate", clip.sample_rate, _MOST_RATE),
        ("channels", clip.channels, _MOST_CHANNELS),
        ("frames", clip.frames, _MOST_FRAMES),
    ):
        _check_range(f"clip.{name}", value, 1, most)
    _check_range("clip.size", clip.size, 0, inf)
    _check_range("clip.track", clip.track, 0, _MOST_TRACKS)
    if not re.fullmatch("([0-9a-f]{64})?", clip.sha256):
        raise SessionError("clip.sha256 must be 64 hexadecimal digits, or empty.")


def _check_mix(mix: Mix) -> None:
    _check_range("mix.master_db", mix.master_db, MIN_GAIN_DB, MAX_GAIN_DB)
    for stem in Stem:
        if stem not in mix.strips:
            raise SessionError(f"mix.strips.{stem} is missing.")
    for channel, strip in mix.strips.items():
        if not _PLAIN_ID.fullmatch(channel):
            raise SessionError("mix.strips must be named by stems and by the ids of takes.")
        _check_range(f"mix.strips.{channel}.gain_db", strip.gain_db, MIN_GAIN_DB, MAX_GAIN_DB)
        _check_range(f"mix.strips.{channel}.pan", strip.pan, -1.0, 1.0)


def _check_view(session: Session) -> None:
    view = session.view
    for name, stretch in (("selection", view.selection), ("loop", view.loop), ("end", (view.start, view.end))):
        if stretch is not None and not 0.0 <= stretch[0] <= stretch[1]:
            raise SessionError(f"view.{name} must run forward from 0 s or later.")
    for name, height in view.lanes.items():
        _check_range(f"view.lanes.{name}", height, 0, _MOST_PIXELS)
    _check_range("view.wave_gain", view.wave_gain, 1.0, _MOST_WAVE_GAIN)
    for name, lane in view.lane_views.items():
        _check_range(f"view.lane_views.{name}.gain", lane.gain, 1.0, _MOST_WAVE_GAIN)


def _takes(session: Session, facts: list[Any], load: LoadStem) -> tuple[tuple[Take, ...], tuple[str, ...]]:
    takes: list[Take] = []
    lost: list[str] = []
    if len(facts) > MOST_ITEMS:
        raise SessionError(f"takes has {len(facts)} entries, and {MOST_ITEMS} are the most.")
    ids: set[str] = set(Stem)
    for index, fact in enumerate(facts):
        where = f"takes[{index}]"
        try:
            take: Take = from_json(Take, fact, where, lambda name: load(session, name))
        except StemError as error:
            lost.append(f"“{one_line(str(fact.get('name', where)), 80)}” could not come back: {error}.")
            continue
        if not _PLAIN_ID.fullmatch(take.id) or take.id in ids:
            raise SessionError(f"{where}.id must be letters and digits, no stem's name and no other take's.")
        _check_range(f"{where}.frames_done", take.frames_done, 0, session.clip.frames)
        _check_range(f"{where}.seconds", take.seconds, 0.0, inf)
        for sound in take.sounds:
            _check_range(f"{where}: strength_db", sound.correction.strength_db, -MOST_STRENGTH_DB, MOST_STRENGTH_DB)
            _check_range(f"{where}: strokes", sound.correction.strokes, 0, _MOST_STROKES)
        ids.add(take.id)
        takes.append(_with_chosen(take))
    return tuple(takes), tuple(lost)


def _with_chosen(take: Take) -> Take:
    """The take whose stems are the very value of the candidate they were chosen from."""
    heard = take.sound.stems
    for candidate in take.candidates:
        stems = candidate.sound.stems if candidate.sound is not None else heard
        if stems is not heard and stems.target is heard.target and stems.residual is heard.residual:
            return replace(take, sound=replace(take.sound, stems=stems))
    return take


def _check_range(where: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        bounds = f"from {least:g} to {most:g}" if most < inf else f"{least:g} or more"
        raise SessionError(f"{where} must be {bounds}, not {value:g}.")


def _no_samples(_name: str) -> Stored:
    raise SessionError("Only takes have stems.")


def _laid_out(value: Any, depth: int) -> str:
    """JSON with an indent where it would be longer than a line."""
    if not value or not isinstance(value, dict | list):
        return _ENCODE(value)
    if isinstance(value, dict):
        opening, closing = "{}"
        parts = [f"{_ENCODE(name)}: {_laid_out(part, depth + 1)}" for name, part in value.items()]
    else:
        opening, closing = "[]"
        parts = [_laid_out(part, depth + 1) for part in value]
    flat = ", ".join(parts)
    if depth and "\n" not in flat and len(flat) + 2 * depth <= _LINE:
        return opening + flat + closing
    indent = "\n" + "  " * (depth + 1)
    return opening + indent + f",{indent}".join(parts) + indent[:-2] + closing
