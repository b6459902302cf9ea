"""Files that are taken for weights and are none, or of a format that is not read: each is named in a sentence."""

import codecs
import zipfile
from pathlib import Path, PurePosixPath

from samstudio.session.text.quoting import one_line, quoted, size_text

TAKE = "take the bf16 or fp16 safetensors file of the same model"
CHOOSE = "choose the model's own file, or download it again"
_FORMATS = {
    ".gguf": "GGUF",
    ".onnx": "ONNX",
    ".onnx_data": "ONNX",
    ".npz": "MLX (npz)",
    ".mlx": "MLX",
    ".mlpackage": "Core ML",
    ".h5": "HDF5",
    ".msgpack": "Flax",
    ".tflite": "TensorFlow Lite",
    ".engine": "TensorRT",
}
_MAGIC = {b"GGUF": "GGUF", b"\x89HDF": "HDF5", b"TFL3": "TensorFlow Lite"}
_SOUND, _PICTURE, _VIDEO, _DOCUMENT = "a sound file", "a picture", "a video", "a document"
_MEDIA = (
    (0, b"ID3", _SOUND),
    (0, b"\xff\xfb", _SOUND),
    (0, b"\xff\xf3", _SOUND),
    (0, b"\xff\xf2", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"OggS", _SOUND),
    (8, b"WAVE", _SOUND),
    (8, b"AIF", _SOUND),
    (4, b"ftypM4A", _SOUND),
    (4, b"ftyp", _VIDEO),
    (0, b"\x1a\x45\xdf\xa3", _VIDEO),
    (8, b"AVI ", _VIDEO),
    (0, b"\x89PNG", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"%PDF", _DOCUMENT),
)
"""Where in a file which bytes are, and what it is; the first that fits counts."""
_ARCHIVES = {
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\x1f\x8b": "gzip",
    b"\xfd7zX": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_WEB_PAGE = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<body")
_LFS = b"version https://git-lfs"
_FIRST_BYTES = 1024


def not_weights(path: Path) -> str:
    """Why a file cannot be weights, as far as its name and first bytes tell, in a sentence; empty where it may be.

    Raises OSError.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_FIRST_BYTES)
    if not head:
        return f"{path} is empty: download it again."
    if head.startswith(_LFS):
        return f"{path} is a Git LFS pointer{_pointed_size(head)}, not the weights: fetch them with 'git lfs pull'."
    name = _FORMATS.get(path.suffix.lower()) or next(
        (name for start, name in _MAGIC.items() if head.startswith(start)), ""
    )
    if name:
        return f"{path} is {name}, which is not supported: {TAKE}."
    archive = next((name for start, name in _ARCHIVES.items() if head.startswith(start)), "")
    if archive:
        return f"{path} is a {archive} archive: unpack it first."
    medium = next((kind for place, start, kind in _MEDIA if head.startswith(start, place)), "")
    if medium:
        return f"{path} is {medium} and no weights, whatever it is called: {CHOOSE}."
    if head.lstrip().lower().startswith(_WEB_PAGE):
        return f"{path} is a web page that was saved as weights, perhaps one that asks to log in: download it again."
    if _is_text(head):
        words = one_line(head.decode("utf-8", errors="replace"))
        return f"{path} is a text of {size_text(size)} and no weights ({quoted(words)}): {CHOOSE}."
    return ""


def other_archive(path: Path) -> str:
    """Why a ZIP archive is none that torch wrote, in a sentence; empty for those, and for what is no archive."""
    if not zipfile.is_zipfile(path):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return ""
    is_torch = any(PurePosixPath(name).name in ("data.pkl", "constants.pkl", "version") for name in names)
    return "" if is_torch else f"{path} is a ZIP archive: unpack it first."


def foreign_suffix(path: Path) -> str:
    """The format of a file that is not read, by its name; empty where there is none."""
    return _FORMATS.get(path.suffix.lower(), "")


def foreign_type(path: Path, types: dict[str, str], metadata: dict[str, str]) -> str:
    """Why tensors of these types, by their names, cannot be computed with; a sentence, or empty where they can."""
    if any(kind.startswith(("F8", "F4", "F6", "float8", "float4")) for kind in types.values()):
        return f"{path} is fp8, which is not supported: {TAKE}."
    # The names are those that the MLX port gives to the layers.
    if metadata.get("format") == "mlx" or any(
        ".lstm.layers." in name or name.endswith("encoder.conv_in.weight_v") for name in types
    ):
        return f"{path} is MLX, which is not supported: {TAKE}."
    # Of four bits: eight to an integer, with a scale and an offset for each group.
    packed = [name.rpartition(".")[0] for name, kind in types.items() if kind in ("U32", "uint32")]
    if any(f"{layer}.{beside}" in types for layer in packed for beside in ("scales", "biases")):
        return f"{path} is MLX of few bits, which is not supported: {TAKE}."
    # Our own 8-bit weights come with the scales beside them.
    quantised = [
        kind
        for name, kind in types.items()
        if kind in ("I8", "U8", "I4", "U4") and name.endswith("weight") and f"{name}.step" not in types
    ]
    if quantised:
        return f"{path} is quantised ({quantised[0]}), which is not supported: {TAKE}."
    return ""


def _pointed_size(head: bytes) -> str:
    """` to 6.0 GB`, as an LFS pointer says it."""
    digits = head.partition(b"\nsize ")[2].split(b"\n")[0]
    return f" to {size_text(int(digits))}" if digits.isdigit() and len(digits) < 20 else ""


def _is_text(head: bytes) -> bool:
    try:
        # The last letter may be cut.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c.isspace() for c in text)
