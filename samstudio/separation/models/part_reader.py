"""How an engine identifies and checks the folders of its models; `models.check` uses it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from samstudio.separation.engine import Progress
from samstudio.separation.models.catalogue import Role


@dataclass(frozen=True)
class ModelContents:
    """What a model that is here brings along: `size` in a word or two, and the parts it may have within itself.

    `parts` has the name of the file for each, the first being the model's own; empty where a part is left out.
    """

    size: str
    file: str
    parts: Mapping[Role, str]

    @property
    def words(self) -> str:
        """`small, codec inside, no vision encoder`."""
        return ", ".join((self.size, *(self._place(role, name) for role, name in self.parts.items())))

    def _place(self, role: Role, name: str) -> str:
        if not name:
            return f"no {role}"
        return f"{role} inside" if name == self.file else f"{role} in {name}"


class PartReader(Protocol):
    """Reads the weights of one engine's models. Creating it imports nothing heavy; `faults` may."""

    def role(self, path: Path) -> Role | None:
        """What the weights in a folder, or in a file, are for; None where the engine has no use for them.

        Raises SeparationError where they cannot be read.
        """
        ...

    def helpers(self, path: Path) -> Mapping[str, Role]:
        """What the model in a folder or a file needs and does not bring along, by name.

        Raises SeparationError.
        """
        ...

    def contents(self, path: Path) -> ModelContents:
        """What the model in a folder or a file brings along. Raises SeparationError."""
        ...

    def faults(self, path: Path, role: Role) -> Iterator[str | Progress]:
        """One sentence for each thing that is wrong with a folder, or with a weights file; between them the bytes read.

        Raises SeparationError.
        """
        ...
