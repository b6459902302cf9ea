"""How an engine identifies and checks the folders of its models; `models.check` uses it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from samstudio.separation.models.catalogue import Role


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

    def contents(self, path: Path) -> str:
        """The size of the model in a folder or a file, and which parts it brings along, in a few words.

        Raises SeparationError.
        """
        ...

    def faults(self, path: Path, role: Role) -> Iterator[str]:
        """One sentence for each thing that is wrong with a folder, or with a weights file. Raises SeparationError."""
        ...
