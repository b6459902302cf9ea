"""The tensors that a file of torch.save describes, without torch and without their values.

Only the description is read. Every class that it names becomes a stand-in that does nothing, so nothing in it runs.
"""

import io
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

MAGIC = 0x1950A86A20F9469CFC6C
"""Of the files of torch before 1.6, which are no ZIP archives."""
_MOST_BYTES = 16 << 20
"""Of a description; one tensor takes a few hundred."""
_TYPES = {
    "DoubleStorage": "F64",
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "ShortStorage": "I16",
    "CharStorage": "I8",
    "ByteStorage": "U8",
    "BoolStorage": "BOOL",
}
_GREEDY = (
    pickle.BYTEARRAY8[0],
    pickle.NEXT_BUFFER[0],
    pickle.READONLY_BUFFER[0],
    pickle.EXT1[0],
    pickle.EXT2[0],
    pickle.EXT4[0],
)
# In the order of preference where several are there.
_NESTED = ("state_dict", "model", "module", "model_state_dict", "ema", "params", "weights", "generator")


class CodeError(ValueError):
    """A description names other things than tensors, which might run code."""


@dataclass(frozen=True)
class TensorFacts:
    """Type ("F32", as safetensors calls it) and shape of a tensor."""

    kind: str
    shape: tuple[int, ...]


def is_torch_zip(path: Path) -> bool:
    """Whether a file is a ZIP archive as torch.save writes it."""
    return zipfile.is_zipfile(path)


def pickled_tensors(path: Path) -> dict[str, TensorFacts]:
    """What a file of torch.save holds. Raises whatever a damaged file makes its parts raise, ValueError among it."""
    if is_torch_zip(path):
        with zipfile.ZipFile(path) as archive:
            member = next((name for name in archive.namelist() if name.endswith("data.pkl")), None)
            if member is None or archive.getinfo(member).file_size > _MOST_BYTES:
                raise ValueError("no archive of torch.save")
            content = _read(io.BytesIO(archive.read(member)))
    else:
        with path.open("rb") as file:
            start = io.BytesIO(file.read(_MOST_BYTES))
        if _read(start) != MAGIC:
            raise ValueError("no file of torch.save")
        _read(start), _read(start)  # protocol, and facts about the machine
        content = _read(start)
    return {str(name): facts for name, facts in tensors_in(content, TensorFacts).items()}


def tensors_in(content: Any, kind: type[Any]) -> Mapping[str, Any]:
    """The named tensors in what was saved: at the top, or one level deeper ("state_dict"), where more lies beside.

    Raises ValueError where there are none.
    """
    if isinstance(content, dict):
        if content and all(isinstance(value, kind) for value in content.values()):
            return content
        inner = {name: value for name, value in content.items() if isinstance(value, dict)}
        inner = {name: v for name, v in inner.items() if v and all(isinstance(tensor, kind) for tensor in v.values())}
        chosen = next((name for name in _NESTED if name in inner), next(iter(inner), None) if len(inner) == 1 else None)
        if chosen is not None:
            found: Mapping[str, Any] = inner[chosen]
            return found
        if not content:
            return content
    raise ValueError("no named tensors")


def _read(file: BinaryIO) -> Any:
    reader = _Reader(file)
    content = reader.load()
    if reader.foreign and isinstance(content, dict) and any(isinstance(v, _StandIn) for v in content.values()):
        raise CodeError
    return content


class _StandIn:
    """Whatever a description names: it takes everything and does nothing."""

    def __init__(self, *_args: Any, **_named: Any) -> None:
        pass

    def __setstate__(self, _state: Any) -> None:
        pass

    def __setitem__(self, _name: Any, _value: Any) -> None:
        pass

    def append(self, _item: Any) -> None:
        pass

    def extend(self, _items: Any) -> None:
        pass

    def __call__(self, *_args: Any, **_named: Any) -> "_StandIn":
        return self


class _Dict(dict[Any, Any]):
    """An OrderedDict, whose attributes (versions of modules) are left out."""

    def __setstate__(self, _state: Any) -> None:
        pass


@dataclass(frozen=True)
class _TorchName:
    """A class or type of torch, such as `FloatStorage`."""

    name: str

    def __call__(self, *_args: Any) -> "_StandIn":
        return _StandIn()


class _Reader(pickle._Unpickler):  # noqa: SLF001 - the one in C takes gigabytes for a damaged file's word
    """Reads a description; the only names with a meaning are those of tensors, their types and dicts."""

    # Only what torch.save writes. Others may claim memory at once for what does not follow.
    dispatch: ClassVar[dict[int, Any]] = {
        code: step
        for code, step in pickle._Unpickler.dispatch.items()  # noqa: SLF001
        if code not in _GREEDY
    }

    foreign = False
    """Whether it names what is not torch's."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return _Dict
        if module == "torch._utils" and name in ("_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_tensor"):
            return _tensor
        if module == "torch._utils" and name == "_rebuild_parameter":
            return _first
        if module == "torch._utils" and name.startswith("_rebuild_"):
            return _odd  # sparse, quantised, ...: torch itself says why it is no use
        self.foreign |= not module.startswith("torch")
        return _TorchName(name) if module in ("torch", "torch.storage") else _StandIn

    def persistent_load(self, described: Any) -> Any:
        return described[1]  # ("storage", its class, key, device, number of values)


def _tensor(kind: Any, _offset: int, shape: Any, _stride: Any = (), *rest: Any) -> TensorFacts:
    named = [kind, *(item for item in rest if isinstance(item, _TorchName))]
    name = named[-1].name if isinstance(named[-1], _TorchName) else "unknown"
    return TensorFacts(_TYPES.get(name, name), tuple(int(size) for size in shape))


def _odd(*_described: Any) -> TensorFacts:
    return TensorFacts("unknown", ())


def _first(tensor: Any, *_rest: Any) -> Any:
    return tensor
