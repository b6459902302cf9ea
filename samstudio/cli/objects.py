"""Parses clicks `1.5:0.3:0.4:+` on an object in the video, and reads objects from JSON files."""

import json
import re
from argparse import ArgumentTypeError
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from samstudio.audio.errors import AudioError
from samstudio.audio.regular_file import open_regular
from samstudio.audio.video.video_file import VideoReader
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.spans import NUMBER, parsed_number
from samstudio.session.labels.label_times import shown
from samstudio.session.video.objects import Click, Mark, VideoObject
from samstudio.storage.json_values import SessionError, from_json

_CLICK = re.compile(rf"{NUMBER}:{NUMBER}:{NUMBER}(?::([+-]))?")
_MOST_BYTES = 1 << 20

TimedClick = tuple[float, Click]
"""A click and its time in seconds."""


def parse_click(text: str) -> TimedClick:
    """A click from `T:X:Y`, `T:X:Y:+` or `T:X:Y:-`: seconds, and fractions of the picture. Raises ArgumentTypeError."""
    if not (match := _CLICK.fullmatch(text)):
        raise ArgumentTypeError(
            "a click is written T:X:Y, the time in seconds and the place as fractions of the picture from its left top "
            f"corner, such as 1.5:0.3:0.4, or 1.5:0.3:0.4:- for what is not the object, not '{shown(text)}'"
        )
    time, x, y = map(parsed_number, match.groups()[:3])
    try:
        return time, Click(x, y, match[4] != "-")
    except ValueError as error:
        raise ArgumentTypeError(f"'{shown(text)}': {error}") from error


def clicked_object(clicks: Sequence[TimedClick]) -> tuple[VideoObject, ...]:
    """The object with these clicks, those at one time in one mark; none without any. Raises CommandError."""
    known = VideoObject()
    for time in sorted({time for time, _ in clicks}):
        try:
            known = known.with_mark(Mark(time, tuple(click for its_time, click in clicks if its_time == time)))
        except ValueError as error:
            raise CommandError(Exit.USAGE, f"argument --click: at {time:g} s: {error}") from error
    return (known,) if known.marks else ()


def read_objects(path: Path) -> tuple[VideoObject, ...]:
    """The object, or the list of objects, in a JSON file, as session.json has them. Raises CommandError."""
    try:
        with open_regular(path) as file:
            value = json.loads(file.read(_MOST_BYTES))
        many = value if isinstance(value, list) else [value]
        return tuple(from_json(VideoObject, one, f"object {number}", _no_file) for number, one in enumerate(many, 1))
    except OSError as error:
        raise CommandError(Exit.INPUT, f"'{path}' can't be read ({error.strerror}): check its name.") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(Exit.INPUT, f"'{path}' is no JSON file, or is damaged.") from error
    except SessionError as error:
        raise CommandError(Exit.INPUT, f"'{path}': {error}") from error


def check_objects(source: Path, track: int | None, objects: Iterable[VideoObject]) -> None:
    """Refuse before all the sound is read for nothing: a file without a picture, a mark after its end.

    Raises CommandError.
    """
    try:
        with closing(VideoReader(source, track=track)) as video:
            end = video.info.end
    except AudioError as error:
        raise CommandError(Exit.INPUT, str(error)) from error
    last = max((mark.time for known in objects for mark in known.marks), default=0.0)
    if end is not None and last > end:
        raise CommandError(Exit.USAGE, f"The click at {last:g} s lies after the end of the picture at {end:.2f} s.")


def _no_file(_name: str) -> NoReturn:
    raise SessionError("Objects have no files.")
