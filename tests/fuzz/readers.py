"""How the program reads each kind of file, and which errors it may end with."""

import argparse
from collections.abc import Callable
from pathlib import Path


def _sound(path: Path) -> None:
    from samstudio.audio.errors import AudioError
    from samstudio.audio.files import probe, read_clip
    from samstudio.audio.metadata.tags import metadata_of

    try:
        probe(path)
        for read in read_clip(path):
            clip = read.clip
        float(clip.samples[: read.frames_ready].sum())
        metadata_of(clip)
    except AudioError as error:
        _check(error)


def _video(path: Path) -> None:
    from samstudio.audio.errors import AudioError
    from samstudio.audio.video.video_file import VideoReader

    _sound(path)
    try:
        reader = VideoReader(path, 320)
        for time in (0.0, 0.3, 5.0, 0.1):
            reader.frame_at(time)
        reader.close()
    except AudioError as error:
        _check(error)


def _session(path: Path) -> None:
    from samstudio.storage.json_values import SessionError
    from samstudio.storage.session_reader import open_session

    try:
        for opened in open_session(path):
            for take in opened.session.takes:
                float(take.sound.stems.target.sum())
            for sentence in opened.lost_takes:
                _check_text(sentence)
    except SessionError as error:
        _check(error)


def _labels(path: Path) -> None:
    from samstudio.audio.errors import AudioError
    from samstudio.session.labels.label import imported
    from samstudio.session.prompt import Sign
    from samstudio.storage.label_files import read_labels

    try:
        labels, _skipped = read_labels(path)
        imported(labels, 100.0, Sign.PLUS)
    except AudioError as error:
        _check(error)


def _manifest(path: Path) -> None:
    from samstudio.cli.batches.manifest import plan_jobs, read_manifest
    from samstudio.cli.errors import CommandError
    from samstudio.cli.main import make_parser

    options: argparse.Namespace = make_parser().parse_args(["batch", str(path), "-o", str(path.parent / "out")])
    try:
        rows, _unknown = read_manifest(path)
        for _row, job in plan_jobs(rows, options):
            if isinstance(job, CommandError):
                _check(job)
    except CommandError as error:
        _check(error)


def _journal(path: Path) -> None:
    from samstudio.cli.batches.journal import Journal
    from samstudio.cli.errors import CommandError

    try:
        Journal(path.parent)
    except CommandError as error:
        _check(error)


def _checkpoint(path: Path) -> None:
    from samstudio.separation.engine import SeparationError
    from samstudio.separation.models.check import faults, helpers
    from samstudio.separation.models.checkpoint import open_weights
    from samstudio.separation.nn.tokenizer import Tokenizer

    helpers(path)
    for sentence in faults(path):
        _check_text(sentence)
    for attempt in (lambda: open_weights(path).forget_pages(), lambda: Tokenizer(path, 64, 1000).tokenize(["man a"])):
        try:
            attempt()
        except SeparationError as error:
            _check(error)


def _models(path: Path) -> None:
    import os

    from samstudio.separation.engine import SeparationError
    from samstudio.separation.models.entries import read_entries
    from samstudio.separation.models.inventory import all_parts

    os.environ["SAMSTUDIO_MODELS"] = str(path.parent)
    for attempt in (read_entries, all_parts):
        try:
            attempt()
        except SeparationError as error:
            _check(error)


def _check(error: Exception) -> None:
    _check_text(str(error))


def _check_text(sentence: str) -> None:
    """An error is a short sentence on one line."""
    if "\n" in sentence or "\r" in sentence or len(sentence) > 2000:
        raise AssertionError(f"no short sentence: {sentence[:300]!r}")


READERS: dict[str, Callable[[Path], None]] = {
    "sound": _sound,
    "video": _video,
    "session": _session,
    "labels": _labels,
    "manifest": _manifest,
    "journal": _journal,
    "checkpoint": _checkpoint,
    "models": _models,
}
