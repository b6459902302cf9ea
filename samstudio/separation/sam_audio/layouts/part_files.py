"""The files that hold a part of a model, and the order in which they are looked for.

A part is taken from the model's own files; else from a file beside them; else from a folder there; else from what was
added to the list of models as that part alone, never out of another model. At each of these places the file with the
more exact numbers comes first, then the one of the name that comes first, or that was added first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import read_entries
from samstudio.separation.models.files import weight_files
from samstudio.separation.models.weights.index import WeightIndex, read_index, shards_of
from samstudio.separation.sam_audio.layouts.contents import field_shards, role_of, role_of_keys

if TYPE_CHECKING:
    # It imports torch, which looking things up need not wait for.
    from samstudio.separation.models.checkpoint import Checkpoint

MOST_BESIDE = 64
"""Files, and folders, that are looked into beside a model."""
_PRECISE = ("F64", "F32", "BF16", "F16")
_ALONE = (Role.CODEC, Role.VISION)


@dataclass(frozen=True)
class PartFile:
    """A weights file that has a part: `names` are Meta's names of its tensors -> those in the file.

    `further` are files that hold the rest of the same tensors: shards that nothing but their keys tells of.
    """

    path: Path
    names: Mapping[str, str]
    further: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files, the shards of an index included."""
        return tuple(file for path in (self.path, *self.further) for file in shards_of(path))

    @property
    def index(self) -> WeightIndex:
        """All tensors in the files. Raises SeparationError."""
        return joined_index((self.path, *self.further))

    def open(self, open_file: Callable[[Path], "Checkpoint"]) -> "Checkpoint":
        """The part under Meta's names; `open_file` opens a file."""
        whole = open_file(self.path)
        for file in self.further:
            whole = whole.joined(open_file(file))
        return whole.renamed(self.names)


def joined_index(files: Iterable[Path]) -> WeightIndex:
    """The tensors of several files. Raises SeparationError."""
    return {name: facts for file in files for name, facts in read_index(file).items()}


def shards_in(folder: Path) -> tuple[Path, ...]:
    """The files in a folder that make a model together and none of which does alone; none where there are no such."""
    found: dict[Path, WeightIndex] = {}
    for file in weight_files(folder)[:MOST_BESIDE]:
        with suppress(SeparationError):
            found[file] = read_index(file)
    return field_shards(found)


def refuse_shard(file: Path) -> None:
    """Raise SeparationError for a file that holds a model with others beside it, and was named alone."""
    shards = shards_in(file.parent)
    if file in shards:
        raise SeparationError(f"{file} holds one of {len(shards)} parts of a model's tensors: choose the folder.")


def coarseness(index: WeightIndex) -> int:
    """The lower, the more exact its numbers."""
    return min(_PRECISE.index(facts.kind) if facts.kind in _PRECISE else len(_PRECISE) for facts in index.values())


def parts_for(field: PartFile, folder: Path, names_of: Callable[[WeightIndex], dict[str, str]]) -> Iterator[PartFile]:
    """The files that have a part, the first choice first: see above."""
    if names := names_of(field.index):
        yield PartFile(field.path, names, field.further)
    own = set(field.files)
    for place in _places(own, folder):
        found: dict[Path, WeightIndex] = {}
        for file in place:
            with suppress(SeparationError):
                index = read_index(file)
                if role_of_keys(index) in _ALONE and names_of(index):
                    found[file] = index
        for file in sorted(found, key=lambda file: coarseness(found[file])):
            yield PartFile(file, names_of(found[file]))


def _places(own: set[Path], folder: Path) -> Iterator[list[Path]]:
    yield [file for file in weight_files(folder)[:MOST_BESIDE] if file not in own]
    yield [file for inner in folders_in(folder) for file in weight_files(inner)[:1]]
    added = []
    with suppress(SeparationError):
        for entry in read_entries():
            with suppress(SeparationError):
                if entry.path not in (*own, folder) and role_of(entry.path) in _ALONE:
                    added += weight_files(entry.path) if entry.path.is_dir() else [entry.path]
    yield added


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, as far as they are looked into."""
    with suppress(OSError):
        return list(islice(sorted(inner for inner in folder.iterdir() if inner.is_dir()), MOST_BESIDE))
    return []


def part_in(path: Path, names_of: Callable[[WeightIndex], dict[str, str]]) -> PartFile:
    """The part in a weights file, or in a folder. Raises SeparationError where there is none."""
    for file in weight_files(path) if path.is_dir() else [path]:
        if names := names_of(read_index(file)):
            return PartFile(file, names)
    raise SeparationError(f"{path} is not a checkpoint of this kind: it has none of its keys.")
