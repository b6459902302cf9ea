"""The plan of a build: versions and names, read from pyproject.toml, and where each thing is made."""

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build" / "bundle"
"""Everything that a build makes lies in here; git ignores it."""

IDENTIFIER = "org.samstudio.SamStudio"
"""In the namespace of the project's name; it only has to be the same everywhere."""
SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
EXTRAS = "cluster"
"""What the bundle has beside the program's plain dependencies."""


@dataclass(frozen=True)
class Project:
    """What pyproject.toml and the program say of themselves."""

    name: str
    version: str
    summary: str
    torch: str
    """The requirement, e.g. `torch>=2.11,<2.15`."""


def read_project(root: Path = ROOT) -> Project:
    """The facts of the project whose folder is `root`."""
    facts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    torch = next(text for text in facts["dependencies"] if re.match(r"torch\W", text))
    return Project(facts["name"], facts["version"], facts["description"], torch)


def this_system(platform: str = sys.platform) -> str:
    """`linux`, `windows` or `macos`."""
    return SYSTEMS.get(platform, platform)


def index_options(index: str | None) -> list[str]:
    """How uv is told where a wheel is: a folder of wheels, or the address of an index; alone, without any other."""
    if index is None:
        return []
    if "://" in index:
        return ["--default-index", index]
    return ["--no-index", "--find-links", str(Path(index).resolve())]


def is_cuda(torch_version: str, cuda: str | None) -> bool:
    """Whether an installed PyTorch was built for CUDA: `cuda` is its `torch.version.cuda`."""
    return bool(cuda) and "+cpu" not in torch_version
