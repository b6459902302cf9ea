"""Names of repositories on the Hugging Face hub."""

import re
from dataclasses import dataclass

_HUB_ID = re.compile(r"\w([\w.-]*\w)?/\w([\w.-]*\w)?(@\w[\w./-]*)?", re.ASCII)
_LONGEST_HUB_ID = 96


@dataclass(frozen=True)
class HubId:
    """A repository on the hub at a revision; written `owner/name` or `owner/name@revision`."""

    repository: str
    revision: str = "main"

    def __str__(self) -> str:
        return self.repository if self.revision == "main" else f"{self.repository}@{self.revision}"

    @property
    def page(self) -> str:
        """The address of the page where access is requested."""
        return f"https://huggingface.co/{self.repository}"


def is_hub_id(name: str) -> bool:
    """Whether the name has the form of a hub id, by the hub's own rules."""
    repository = name.partition("@")[0]
    odd = ".." in name or "--" in repository or repository.endswith(".git") or len(repository) > _LONGEST_HUB_ID
    return bool(_HUB_ID.fullmatch(name)) and not odd
