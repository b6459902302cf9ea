"""How an engine identifies and checks the folders of its models; `models.check` uses it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.json_fields import Json


class PartReader(Protocol):
    """Reads config.json and weights of one engine's models. Creating it imports nothing heavy; `faults` may."""

    def role(self, config: Json) -> Role | None:
        """What the model with this config.json is for; None where the engine has no use for it."""
        ...

    def helpers(self, folder: Path) -> Mapping[str, Role]:
        """The models that the one in `folder` needs beside itself, by the names its config.json gives them.

        Raises SeparationError.
        """
        ...

    def faults(self, path: Path, role: Role) -> Iterator[str]:
        """One sentence for each thing that is wrong with a folder, or with a weights file. Raises SeparationError."""
        ...
