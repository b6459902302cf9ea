"""Checkpoints: named tensors, each read from disk on demand. Nothing in a file is ever executed."""

import math
import pickle
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from samstudio.separation.engine import SeparationError
from samstudio.separation.freed_memory import forget_mapped, return_freed
from samstudio.separation.models.files import no_weights_sentence, weight_files
from samstudio.separation.models.weights.index import (
    NO_TENSORS,
    TRUNCATED,
    is_safetensors,
    read_index,
    shard_names,
    shards_of,
)
from samstudio.separation.models.weights.pickled import is_torch_zip, tensors_in
from samstudio.separation.steps import Steps
from samstudio.session.text.quoting import quoted

_ALIGNMENT = 64
"""Bytes; torch's own allocations and files have it."""
_CHECKED_AT_ONCE = 32
"""Tensors; giving back the memory goes over all of them."""
NOT_FINITE = "{path} is damaged: the weights contain values that are not numbers. Download it again."


class NotFiniteError(SeparationError):
    """Weights, or what was computed with them, hold NaN or infinity."""


class Checkpoint(Mapping[str, Tensor]):
    """The tensors of one checkpoint by name, each mapped from disk: nothing is read before it is used."""

    def __init__(self, path: Path, readers: Mapping[str, Callable[[], Tensor]], *, mapped: bool = False) -> None:
        """`readers` give each tensor; `path` is the file or folder that messages name; `mapped`: from disk."""
        self.path = path
        self._readers = readers
        self._mapped = mapped

    def __getitem__(self, name: str) -> Tensor:
        return self._readers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)

    def renamed(self, names: Mapping[str, str], path: Path | None = None) -> "Checkpoint":
        """Some of the tensors, under other names: `names` has the name here of each new one."""
        readers = {new: self._readers[old] for new, old in names.items()}
        return Checkpoint(path or self.path, readers, mapped=self._mapped)

    def joined(self, other: "Checkpoint") -> "Checkpoint":
        """With the tensors of another one, which has the rest."""
        readers = {name: partial(other.__getitem__, name) for name in other}
        return Checkpoint(self.path, {**self._readers, **readers}, mapped=self._mapped and other.is_mapped)

    @property
    def is_mapped(self) -> bool:
        """Whether all tensors lie in files, not in memory."""
        return self._mapped

    def forget_pages(self) -> None:
        """Return the memory of all that was read to the system, and what else has been freed since."""
        if self._mapped:
            forget_mapped(read() for read in self._readers.values())
        return_freed()


def open_weights(path: Path) -> Checkpoint:
    """The checkpoint in a weights file of any name, in the shards that it or an index names, or in a folder.

    Raises SeparationError where there is none, or where it is truncated, of another format or would run code.
    """
    if path.is_dir():
        files = weight_files(path)
        if not files:
            raise SeparationError(no_weights_sentence(path))
        return open_weights(files[0])
    if not path.is_file():
        raise SeparationError(f"{path} is missing: the weights should be there.")
    read_index(path)  # tells what is no weights file, or not whole, in words
    readers: dict[str, Callable[[], Tensor]] = {}
    files = shards_of(path)
    for file in files:
        readers |= _open_safetensors(file) if is_safetensors(file) else _open_torch(file)
    if path.suffix == ".json":
        lost = [name for name in shard_names(path) if name not in readers]
        if lost:
            raise SeparationError(
                f"{path.parent / shard_names(path)[lost[0]]} lacks the key {_first(lost)}, which its index names."
            )
    # The old files of torch cannot be mapped: their tensors lie in memory.
    return Checkpoint(path, readers, mapped=all(is_safetensors(file) or is_torch_zip(file) for file in files))


def load_module(
    module: nn.Module,
    weights: Checkpoint,
    prefix: str,
    *,
    names: Mapping[str, str] | None = None,
    dtype: torch.dtype | None = torch.float32,
    device: torch.device | str | None = None,
    ignore: Collection[str] = (),
) -> None:
    """Load the parameters of a module that was built on the meta device.

    Every parameter must be in `weights` under `prefix`, in its shape, and every key there must belong to the module.
    `names` says where a submodule ("blocks.0") has another name in the file ("model.1.block"); the longest fits.
    Weight norm of the old style is folded. `dtype` None keeps the file's. Keys that begin with `prefix` plus one
    of `ignore` are left alone. A parameter that needs no conversion stays mapped from disk. Raises SeparationError, and
    before anything is allocated: a config.json can't ask for more memory than its weights file holds. Values are looked
    at unless `dtype` is None or the device is meta: then `check_all_finite` does that step by step.
    """
    expected = module.state_dict()
    wanted = {ours: prefix + _file_name(ours, names or {}) for ours in expected}
    if not any(name.startswith(prefix) for name in weights):
        raise SeparationError(f"{weights.path} is not a checkpoint of this kind: no key begins with {prefix!r}.")
    _check_complete(weights, wanted.values())
    used: set[str] = set()
    for ours, theirs in wanted.items():
        keys = _keys(weights, theirs)
        used.update(keys)
        _check(weights[keys[-1]], expected[ours].shape, keys[-1], weights.path)
    ignored = tuple(prefix + start for start in ignore)
    _check_no_surplus(
        weights, [k for k in weights if k.startswith(prefix) and k not in used and not k.startswith(ignored)]
    )
    tensors = {ours: _read(weights, theirs) for ours, theirs in wanted.items()}
    if dtype is not None and torch.device(device or "cpu").type != "meta":
        for tensor in tensors.values():
            check_finite(tensor, weights.path)
    tensors = {ours: tensor.to(device=device, dtype=dtype) for ours, tensor in tensors.items()}
    module.load_state_dict(tensors, assign=True)
    module.requires_grad_(requires_grad=False)
    weights.forget_pages()


def check_finite(tensor: Tensor, path: Path) -> None:
    """Raise NotFiniteError for a tensor of the file `path` with NaN or infinity in it."""
    # Many times as fast as `isfinite` on a CPU, and NaN is the least and the largest value of whatever holds it.
    if tensor.numel() and not tensor.is_meta and not all(math.isfinite(end) for end in torch.aminmax(tensor)):
        raise NotFiniteError(NOT_FINITE.format(path=path))


def check_all_finite(weights: Checkpoint) -> Steps[None]:
    """Check every tensor, one a step; the memory of what was read is given back. Raises NotFiniteError."""
    for number, tensor in enumerate(weights.values()):
        check_finite(tensor, weights.path)
        if number % _CHECKED_AT_ONCE == 0:
            weights.forget_pages()
        yield
    weights.forget_pages()


def align(module: nn.Module) -> None:
    """Copy the parameters that lie in a file at no multiple of 64 bytes, as safetensors may have them, into memory.

    Products of matrices round otherwise there: the same model would give other last bits for the sake of its format.
    """
    for parameter in module.parameters():
        if parameter.device.type == "cpu" and parameter.data_ptr() % _ALIGNMENT:
            parameter.data = parameter.data.clone()


def fold_weight_norm(weights: Mapping[str, Tensor], name: str) -> Tensor:
    """The weight g * v / |v| of a weight-normed layer, in float32; the norm goes over all but the first dimension."""
    g, v = weights[f"{name}.weight_g"].float(), weights[f"{name}.weight_v"].float()
    length: Tensor = torch.linalg.vector_norm(v, dim=tuple(range(1, v.ndim)), keepdim=True)
    return v * (g / length)


def _file_name(parameter: str, names: Mapping[str, str]) -> str:
    """What the file calls a parameter, given the submodules that it calls otherwise."""
    path, rest = parameter, ""
    while path:
        if path in names:
            return names[path] + rest
        path, _, last = path.rpartition(".")
        rest = f".{last}{rest}"
    return parameter


def _keys(weights: Checkpoint, name: str) -> tuple[str, ...]:
    """The keys that make up a parameter; none where the file lacks it.

    Itself, or the two of its weight norm, of which the second has its shape.
    """
    if name in weights:
        return (name,)
    normed = (f"{name}_g", f"{name}_v")
    return normed if all(key in weights for key in normed) else ()


def _read(weights: Checkpoint, name: str) -> Tensor:
    """A parameter, with its weight norm folded where it has one."""
    keys = _keys(weights, name)
    if len(keys) == 1:
        return weights[name]
    g, v = weights[keys[0]], weights[keys[1]]
    _check(g, torch.Size([v.shape[0], *[1] * (v.ndim - 1)]), keys[0], weights.path)
    return fold_weight_norm(weights, name.removesuffix(".weight"))


def _check(tensor: Tensor, shape: torch.Size, key: str, path: Path) -> None:
    if not tensor.is_floating_point():
        raise SeparationError(
            f"{path} is not a checkpoint of this kind: {quoted(key)} holds {tensor.dtype}, not numbers."
        )
    if tensor.shape != shape:
        raise SeparationError(
            f"{path} does not fit its config.json: {quoted(key)} has the shape {tuple(tensor.shape)}, "
            f"not {tuple(shape)}."
        )


def _check_complete(weights: Checkpoint, names: Collection[str]) -> None:
    missing = [name for name in names if not _keys(weights, name)]
    if missing:
        raise SeparationError(f"{weights.path} is incomplete or foreign: it lacks the key {_first(missing)}.")


def _check_no_surplus(weights: Checkpoint, keys: list[str]) -> None:
    if keys:
        shape = tuple(weights[keys[0]].shape)
        raise SeparationError(
            f"{weights.path} does not fit its config.json: the model has no place for the key {_first(keys)}, "
            f"the first of shape {shape}."
        )


def _first(keys: list[str]) -> str:
    """The first key in quotes, and how many more there are."""
    return quoted(keys[0]) + (f" and {len(keys) - 1} more" if len(keys) > 1 else "")


def _open_torch(path: Path) -> dict[str, Callable[[], Tensor]]:
    """The tensors of a torch.save file, mapped into memory where it is a ZIP archive (torch 1.6 and later)."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=is_torch_zip(path))
    except pickle.UnpicklingError as error:
        raise SeparationError(
            f"{path} is refused: it holds more than tensors, and might run code; take it from another source."
        ) from error
    except Exception as error:  # a damaged file makes torch raise whatever its parts raise
        raise SeparationError(f"{path} {TRUNCATED}.") from error
    try:
        tensors = tensors_in(content, Tensor)
    except ValueError as error:
        raise SeparationError(NO_TENSORS.format(path=path)) from error
    for name, tensor in tensors.items():
        if oddity := _oddity(tensor):
            raise SeparationError(f"{path} is not a checkpoint of this kind: {quoted(name)} {oddity}.")
    return {str(name): _constant(tensor.detach()) for name, tensor in tensors.items()}


def _oddity(tensor: Tensor) -> str:
    """Why a tensor is not one whose values all lie in the file, one after the other; empty where it is."""
    if tensor.is_nested:
        return "is a nested tensor"
    if tensor.layout is not torch.strided:
        return f"is a sparse tensor ({tensor.layout})"
    if tensor.is_quantized:
        return "is a quantized tensor"
    if tensor.is_meta:
        return "has a shape and no values"
    if not tensor.is_contiguous():
        return "repeats or reorders its values (it is not contiguous)"
    if tensor.untyped_storage().nbytes() < tensor.numel() * tensor.element_size():
        return "is larger than the values it holds"
    return ""


def _constant(tensor: Tensor) -> Callable[[], Tensor]:
    return lambda: tensor


def _open_safetensors(path: Path) -> dict[str, Callable[[], Tensor]]:
    try:
        file = safe_open(path, framework="pt")
        return {name: _from(file, name) for name in file.keys()}  # type: ignore[no-untyped-call]  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise SeparationError(f"{path} is truncated or no safetensors file: download it again.") from error


def _from(file: safe_open, name: str) -> Callable[[], Tensor]:
    # safetensors is written in Rust and ships no types.
    return lambda: file.get_tensor(name)  # type: ignore[no-untyped-call]
