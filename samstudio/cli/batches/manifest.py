"""A batch's manifest: from CSV rows to jobs with names that do not collide."""

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.job import audio_format
from samstudio.cli.options import parse_seed, parse_track, separation_settings
from samstudio.cli.spans import parse_regions, parse_spans
from samstudio.cli.stems.names import name_note, stem_paths
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.session.labels.delimited import DelimitedError, Row, decoded, rows_of
from samstudio.session.prompt import Prompt

COLUMNS = ("input", "prompt", "spans", "region", "engine", "output_format", "bits", "seed", "track")
SLUG_LENGTH = 40


@dataclass(frozen=True)
class ManifestRow:
    """A row of the manifest; `number` counts from 1, empty rows too but not the header; `cells` has no empty ones."""

    number: int
    cells: dict[str, str]
    overfull: bool = False

    @property
    def source(self) -> str:
        """The recording's path as written in the manifest."""
        return self.cells.get("input", "")


def read_manifest(path: Path) -> tuple[list[ManifestRow], list[str]]:
    """The rows, and the names of unknown columns. Raises CommandError."""
    try:
        rows = list(rows_of(decoded(path.read_bytes()), lambda cells: "input" in map(str.casefold, cells)))
    except FileNotFoundError as error:
        raise CommandError(Exit.INPUT, f"There is no manifest '{path}': please check its name and folder.") from error
    except OSError as error:
        raise CommandError(Exit.INPUT, f"The manifest '{path}' cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(
            Exit.INPUT, f"The manifest '{path}' is not UTF-8 or UTF-16 text: please save it as CSV UTF-8."
        ) from error
    except DelimitedError as error:
        raise CommandError(Exit.USAGE, f"The manifest '{path}' is not valid CSV, it is {error}.") from error
    header, *rows = rows or [Row(0, 0, ())]
    columns = [name.casefold() for name in header.cells]
    if "input" not in columns:
        raise CommandError(Exit.USAGE, f"The manifest '{path}' has no column 'input', which names the recordings.")
    unknown = [name for name in header.cells if name and name.casefold() not in COLUMNS]
    return [_row(row, columns, row.number - header.number) for row in rows], unknown


def _row(row: Row, columns: Sequence[str], number: int) -> ManifestRow:
    cells = {name: text for name, text in zip(columns, row.cells, strict=False) if name and text}
    return ManifestRow(number, cells, overfull=any(row.cells[len(columns) :]))


def plan_jobs(
    rows: Sequence[ManifestRow], options: argparse.Namespace
) -> list[tuple[ManifestRow, SeparationJob | CommandError]]:
    """The job of each row, or the error that prevents it."""
    names = unique_names(rows, options.format)
    return [(row, _job_or_error(row, name, options)) for row, name in zip(rows, names, strict=True)]


def unique_names(rows: Sequence[ManifestRow], default_container: str) -> list[str]:
    """The rows' base names; of rows that would write the same file, with the prompt or the row's number added."""
    suffixes = [row.cells.get("output_format", default_container) for row in rows]
    names = _made_distinct(
        [Path(row.source).stem for row in rows], suffixes, [slug(row.cells.get("prompt", "")) for row in rows]
    )
    numbers = [str(row.number) for row in rows]
    while (apart := _made_distinct(names, suffixes, numbers)) != names:
        names = apart
    return names


def _made_distinct(names: list[str], suffixes: list[str], additions: list[str]) -> list[str]:
    """The names, those that more than one row has with their additions.

    Names that differ only in case or in Unicode's composition are one file on many disks.
    """
    files = [f"{name}.{suffix}" for name, suffix in zip(names, suffixes, strict=True)]
    keys = [unicodedata.normalize("NFC", file).casefold() for file in files]
    counts = Counter(keys)
    return [
        f"{name}_{addition}" if addition and counts[key] > 1 else name
        for name, key, addition in zip(names, keys, additions, strict=True)
    ]


def slug(text: str) -> str:
    """Words fit for a file name: letters and digits of any script, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:SLUG_LENGTH].rstrip("-")


def _job_or_error(row: ManifestRow, name: str, options: argparse.Namespace) -> SeparationJob | CommandError:
    try:
        return _job(row, name, options)
    except argparse.ArgumentTypeError as error:
        return CommandError(Exit.USAGE, str(error))
    except CommandError as error:
        return error


def _job(row: ManifestRow, name: str, options: argparse.Namespace) -> SeparationJob:
    if row.overfull:
        raise CommandError(Exit.USAGE, "It has more cells than the header: put cells with commas in quotation marks.")
    if not row.source:
        raise CommandError(Exit.USAGE, "Its input cell is empty.")
    cells = row.cells
    file_format = audio_format(cells.get("output_format", options.format), cells.get("bits", options.bits))
    own = argparse.Namespace(**vars(options))
    own.engine = cells.get("engine", options.engine)
    own.seed = parse_seed(cells.get("seed", str(options.seed)))
    target, residual = stem_paths(options.output, name, file_format)
    regions = parse_regions(cells.get("region", ""))
    prompt = Prompt(cells.get("prompt", ""), parse_spans(cells.get("spans", ""))).with_regions(*regions)
    source = options.manifest.parent / row.source
    track = parse_track(cells["track"]) if "track" in cells else None
    settings = separation_settings(own)
    return SeparationJob(
        source,
        target,
        residual,
        prompt,
        settings,
        file_format,
        track=track,
        overwrite=options.overwrite,
        gain=options.gain,
        note=name_note(name, target),
        has_manifest=True,
    )
