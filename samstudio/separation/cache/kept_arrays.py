"""What is computed from a clip alone, kept beside the results: the next prompt about it, in any process, has it."""

import logging
from collections.abc import Generator, Mapping
from contextlib import closing, suppress
from hashlib import blake2b
from typing import Any

import torch
from numpy.typing import NDArray

from samstudio.separation.cache.kept_files import CacheError, KeptFiles
from samstudio.separation.cache.origin import numeric_facts

log = logging.getLogger(__name__)


def clip_key(kind: str, sound: str, device: torch.device, *facts: object) -> str:
    """Of one `kind` of what is computed from the clip whose digest is `sound`, by what `facts` tell."""
    return blake2b(repr((kind, sound, numeric_facts(device), facts)).encode(), digest_size=20).hexdigest()


def find_arrays(files: KeptFiles, key: str) -> Generator[float, None, dict[str, NDArray[Any]] | None]:
    """The arrays of a key, by their names; yields the fraction read of them."""
    kept = yield from files.find(key)
    if kept is None:
        return None
    with closing(kept), suppress(OSError, ValueError, AttributeError):
        return {name: kept.read(place) for name, place in kept.head.items()}
    return None


def keep_arrays(files: KeptFiles, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Keep arrays under their names; what cannot be kept is computed again."""
    try:
        writer = files.begin(key, sum(array.nbytes for array in arrays.values()))
        if writer is not None:
            with closing(writer):
                writer.keep({name: writer.write(array) for name, array in arrays.items()})
    except CacheError as error:
        log.info("nothing was kept of a clip: %s", error)
