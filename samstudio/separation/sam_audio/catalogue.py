"""The published files that SAM Audio is made of: where the hub has them, how large they are, what they are for."""

import re
from dataclasses import dataclass
from enum import StrEnum

from samstudio.separation.engine import SeparationError


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

    `disk` is the size of the files we need, in bytes; `parameters` is the number of weights that a request without
    video loads. `names` are the short ways to ask for it, the shortest first.
    """

    hub: HubId
    role: Role
    title: str
    disk: int
    parameters: int
    names: tuple[str, ...]
    gated: bool = False

    def memory(self, bytes_per_weight: int = 2) -> int:
        """Bytes that its weights take when loaded: 2 each in bfloat16, 4 in float32."""
        return self.parameters * bytes_per_weight


# The DiT's parameters and the file's size (float32, four bytes each of all its weights) by model size.
_SIZES = {"small": (492_089_856, 5_100_000_000), "base": (1_146_918_912, 7_720_000_000)}
_SIZES["large"] = (2_928_828_672, 14_860_000_000)
_CODEC = 107_671_171
_SPAN_PREDICTORS = {"small": 450_000_000, "base": 560_000_000, "large": 1_400_000_000}


def _sam_audio(size: str, variant: str = "") -> KnownModel:
    parameters, disk = _SIZES[size]
    name = f"sam-audio-{size}{variant}"
    title = f"SAM Audio {size}" + (", for video" if variant else "")
    hub = HubId(f"facebook/{name}")
    return KnownModel(hub, Role.MODEL, title, disk, parameters + _CODEC, (f"{size}{variant}", name), gated=True)


def _span_predictor(size: str) -> KnownModel:
    name = f"pe-a-frame-{size}"
    hub = HubId(f"facebook/{name}", "perception_models")
    parameters = _SPAN_PREDICTORS[size]
    return KnownModel(hub, Role.SPANS, f"PE-A-Frame {size}", 4 * parameters, parameters, (name,))


KNOWN = (
    *(_sam_audio(size) for size in _SIZES),
    *(_sam_audio(size, "-tv") for size in _SIZES),
    # The file holds T5's decoder too, which is never loaded.
    KnownModel(HubId("google-t5/t5-base"), Role.TEXT, "T5 base", 893_000_000, 110_000_000, ("t5-base",)),
    *(_span_predictor(size) for size in _SPAN_PREDICTORS),
    KnownModel(
        HubId("facebook/sam-audio-judge", "sam_audio"),
        Role.JUDGE,
        "SAM Audio Judge",
        8_000_000_000,
        2_000_000_000,
        ("judge", "sam-audio-judge"),
        gated=True,
    ),
)
"""Sizes of PE-A-Frame and of the Judge are those of their published parameter counts in float32."""

_HUB_ID = re.compile(r"[\w][\w.-]*/[\w][\w.-]*(@[\w][\w./-]*)?", re.ASCII)


def known_model(name: str) -> KnownModel | None:
    """The published repository of that short name or hub id; of another revision it is another one."""
    for known in KNOWN:
        if name in (*known.names, known.hub.repository, str(known.hub)):
            return known
    return None


def is_hub_id(name: str) -> bool:
    """Whether it is written like a hub id."""
    return bool(_HUB_ID.fullmatch(name)) and ".." not in name and "--" not in name.partition("@")[0]


def hub_id(name: str) -> HubId:
    """What `name` is called on the hub: a short name of a published model, or a hub id. Raises SeparationError."""
    known = known_model(name)
    if known:
        return known.hub
    if not is_hub_id(name):
        raise SeparationError(f"'{name}' is no hub id: one is written owner/name, such as {KNOWN[0].hub}.")
    repository, _, revision = name.partition("@")
    return HubId(repository, revision or "main")
