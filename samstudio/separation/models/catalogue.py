"""The published files that SAM Audio is made of: where the hub has them, how large they are, what they are for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from samstudio.separation.engine import SeparationError

CONFIG_FILE = "config.json"
TORCH_FILE = "checkpoint.pt"
SAFETENSORS_FILE = "model.safetensors"
SAFETENSORS_INDEX = "model.safetensors.index.json"
WEIGHT_FILES = (TORCH_FILE, SAFETENSORS_FILE, SAFETENSORS_INDEX)
"""What weights are called, the kind that is taken first where there are several."""


class Role(StrEnum):
    """What a folder of weights does for a separation."""

    MODEL = "model"
    TEXT = "text encoder"
    SPANS = "span predictor"
    JUDGE = "judge"


@dataclass(frozen=True)
class HubId:
    """A repository on the hub at a revision; written `owner/name` or `owner/name@revision`."""

    repository: str
    revision: str = "main"

    def __str__(self) -> str:
        return self.repository if self.revision == "main" else f"{self.repository}@{self.revision}"

    @property
    def page(self) -> str:
        """Where a person asks for access."""
        return f"https://huggingface.co/{self.repository}"


@dataclass(frozen=True)
class KnownModel:
    """A published repository.

    `disk` is the size of the files we need, `memory` that of what a request without video loads of them, in bytes:
    the diffusion transformer in bfloat16 and all else in float32. `names` are the short ways to ask for it, the
    shortest first.
    """

    hub: HubId
    role: Role
    title: str
    disk: int
    memory: int
    names: tuple[str, ...]
    gated: bool = False


_TRANSFORMERS = {"small": 492_089_856, "base": 1_146_918_912, "large": 2_928_828_672}
_CHECKPOINTS = {"small": 1_275_035_782, "base": 1_931_243_654, "large": 3_715_221_638}
_SPAN_PREDICTORS = {"small": 450_000_000, "base": 560_000_000, "large": 1_400_000_000}
"""Numbers of weights."""
_CODEC = 107_671_171
_T5_ENCODER = 110_000_000
_JUDGE = 2_000_000_000


def _sam_audio(size: str, variant: str = "", purpose: str = "") -> KnownModel:
    name = f"sam-audio-{size}{variant}"
    return KnownModel(
        HubId(f"facebook/{name}"),
        Role.MODEL,
        f"SAM Audio {size}{purpose}",
        4 * _CHECKPOINTS[size],
        2 * _TRANSFORMERS[size] + 4 * _CODEC,
        (f"{size}{variant}", name),
        gated=True,
    )


def _span_predictor(size: str) -> KnownModel:
    name = f"pe-a-frame-{size}"
    hub = HubId(f"facebook/{name}", "perception_models")
    count = 4 * _SPAN_PREDICTORS[size]
    return KnownModel(hub, Role.SPANS, f"PE-A-Frame {size}, finds spans for words", count, count, (name,))


KNOWN = (
    *(_sam_audio(size) for size in _CHECKPOINTS),
    *(_sam_audio(size, "-tv", ", for visual prompts") for size in _CHECKPOINTS),
    # The file holds T5's decoder too, which is never loaded.
    KnownModel(
        HubId("google-t5/t5-base"), Role.TEXT, "T5 base, reads the words", 893_000_000, 4 * _T5_ENCODER, ("t5-base",)
    ),
    *(_span_predictor(size) for size in _SPAN_PREDICTORS),
    KnownModel(
        HubId("facebook/sam-audio-judge", "sam_audio"),
        Role.JUDGE,
        "SAM Audio Judge, scores results",
        4 * _JUDGE,
        4 * _JUDGE,
        ("judge", "sam-audio-judge"),
        gated=True,
    ),
)
"""All that is published. Sizes of PE-A-Frame and the Judge follow from their rounded parameter counts."""

_SIDE_FILES = (
    CONFIG_FILE,
    "vision_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)
_LICENCE = re.compile(r"(LICENSE|LICENCE|NOTICE)(\.\w+)?")
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")
_HUB_ID = re.compile(r"\w([\w.-]*\w)?/\w([\w.-]*\w)?(@\w[\w./-]*)?", re.ASCII)
_LONGEST_HUB_ID = 96


def known_model(name: str) -> KnownModel | None:
    """The published repository of that short name or hub id; of another revision it is another one."""
    for known in KNOWN:
        if name in (*known.names, known.hub.repository, str(known.hub)):
            return known
    return None


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: `size` bytes; `checksum` is its SHA-256, or git's SHA-1 of it, or empty."""

    name: str
    size: int
    checksum: str = ""


def wanted_files(files: Iterable[HubFile]) -> tuple[HubFile, ...]:
    """What we need of a repository: sizes, tokenizer, licence, and one kind of weights, which come last.

    Nothing where it lacks config.json or weights that we read. Files in folders are never wanted.
    """
    by_name = {file.name: file for file in files}
    kind = next((name for name in WEIGHT_FILES if name in by_name), None)
    if kind is None or CONFIG_FILE not in by_name:
        return ()
    names = [name for name in by_name if name in _SIDE_FILES or _LICENCE.fullmatch(name)]
    names.append(kind)
    if kind == SAFETENSORS_INDEX:
        names.extend(sorted(name for name in by_name if _SHARD.fullmatch(name)))
    return tuple(by_name[name] for name in names)


def is_hub_id(name: str) -> bool:
    """Whether it is written like a hub id, as the hub itself allows them."""
    repository = name.partition("@")[0]
    odd = ".." in name or "--" in repository or repository.endswith(".git") or len(repository) > _LONGEST_HUB_ID
    return bool(_HUB_ID.fullmatch(name)) and not odd


def published_model(hub: HubId) -> KnownModel | None:
    """What we know of a repository at a revision."""
    return next((known for known in KNOWN if known.hub == hub), None)


def hub_id(name: str) -> HubId:
    """What `name` is called on the hub: a short name of a published model, or a hub id. Raises SeparationError."""
    known = known_model(name)
    if known:
        return known.hub
    if not is_hub_id(name):
        raise SeparationError(f"'{name}' is no hub id: one is written owner/name, such as {KNOWN[0].hub}.")
    repository, _, revision = name.partition("@")
    return HubId(repository, revision or "main")
