"""Names of repositories on the Hugging Face hub."""

import re
from dataclasses import dataclass

_HUB_ID = re.compile(
    r"(?P<repository>\w([\w.-]*\w)?/\w([\w.-]*\w)?)(@(?P<revision>\w[\w./-]*))?(:(?P<file>\w[\w. -]*))?", re.ASCII
)
_PAGE = re.compile(
    r"https://huggingface\.co/(?P<repository>[\w.-]+/[\w.-]+)"
    r"(/(tree|blob|resolve|raw)/(?P<revision>[\w.-]+)(/(?P<file>[\w.-]+))?)?/?(\?.*)?",
    re.ASCII,
)
_LONGEST_HUB_ID = 96


@dataclass(frozen=True)
class HubId:
    """A repository on the hub at a revision; written `owner/name`, `owner/name@revision` or `owner/name:file`.

    `file` is one of several weights files in it; empty: the only one, or the one of the published name.
    """

    repository: str
    revision: str = "main"
    file: str = ""

    def __str__(self) -> str:
        revision = "" if self.revision == "main" else f"@{self.revision}"
        return f"{self.repository}{revision}{f':{self.file}' if self.file else ''}"

    @property
    def page(self) -> str:
        """The address of the page where access is requested."""
        return f"https://huggingface.co/{self.repository}"


def parse_hub_id(name: str) -> HubId | None:
    """The hub id, or the address of a page of the hub, that `name` is; None where it is neither.

    The hub's own rules apply.
    """
    found = _HUB_ID.fullmatch(name) or _PAGE.fullmatch(name)
    if not found or ".." in name:
        return None
    repository = found["repository"]
    if "--" in repository or repository.endswith(".git") or len(repository) > _LONGEST_HUB_ID:
        return None
    return HubId(repository, found["revision"] or "main", found["file"] or "")


def is_hub_id(name: str) -> bool:
    """Whether the name has the form of a hub id, by the hub's own rules."""
    return parse_hub_id(name) is not None
