"""What a bundle leaves out of what PyInstaller collects, why, and how large it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

MODULES = {
    "PySide6.QtQml": "Qt's declarative language",
    "PySide6.QtQuick": "Qt's declarative widgets",
    "PySide6.QtSql": "databases",
    "PySide6.QtDesigner": "the designer's widgets",
    "IPython": "a shell",
    "mpmath": "used by torch.compile alone",
    "networkx": "used by torch.compile alone",
    "pytest": "tests",
    "scipy": "optional parts of pyqtgraph",
    "setuptools": "building packages",
    "sympy": "used by torch.compile alone",
    "tensorboard": "curves of a training",
    "tkinter": "another widget library",
    "torch._dynamo": "torch.compile",
    "torch._inductor": "torch.compile",
    "torch.onnx": "writing networks in another format",
    "torch.utils.tensorboard": "curves of a training",
    "transformers": "SAM 2.1, the optional tracker: `uv tool install samstudio[video]` has it",
    "triton": "torch.compile on graphics cards",
    "pyqtgraph.examples": "examples",
    "pyqtgraph.opengl": "drawing in three dimensions",
}
"""Modules that are not collected. None is loaded by an import of torch or by the program; a test checks the former."""


@dataclass(frozen=True)
class LeftOut:
    """Files that are left out: patterns of their places in the bundle (`*` crosses `/`), and the reason."""

    what: str
    patterns: tuple[str, ...]
    reason: str
    cuda: bool = False
    """Left out only where no graphics card is to be used."""


FILES = (
    LeftOut("Tests", ("*/tests/*", "*/test/*", "*/testing/_internal/*"), "of the libraries themselves"),
    LeftOut(
        "Headers and build files",
        (
            "*.h",
            "*.hpp",
            "*.cuh",
            "*.pxd",
            "*.pyx",
            "*.pyi",
            "*.cmake",
            "*.lib",
            "*.a",
            "torch/include/*",
            "torch/share/*",
        ),
        "for compiling against a library",
    ),
    LeftOut(
        "PyTorch's programs",
        ("torch/bin/protoc*", "torch/bin/test_*", "torch/bin/*Test", "torch/bin/upgrader_models/*", "torch/bin/*.pt*"),
        "a compiler, tests; torch_shm_manager stays, an import asks for it",
    ),
    LeftOut(
        "torchaudio's libraries",
        ("torchaudio/lib/*", "torchaudio/_torchaudio*", "libcudart*"),
        "only its resampler is used, which is Python; they fit one build of PyTorch alone",
    ),
    LeftOut(
        "Qt's declarative language",
        ("*Qt6Qml*", "*Qt6Quick*", "PySide6/Qt/qml/*", "PySide6/qml/*", "*plugins/qmltooling/*", "*plugins/qmllint/*"),
        "the window is made of widgets",
    ),
    LeftOut(
        "Qt plugins for other screens",
        (
            *(
                "*plugins/platforms/libqeglfs*",
                "*plugins/platforms/libqlinuxfb*",
                "*plugins/platforms/libqvkkhrdisplay*",
            ),
            *("*plugins/platforms/libqminimalegl*", "*plugins/platforms/libqvnc*", "*plugins/platforms/qdirect2d*"),
            *("*plugins/egldeviceintegrations/*", "*plugins/generic/*", "*Qt6Egl*"),
        ),
        "embedded devices, remote frame buffers",
    ),
    LeftOut(
        "Qt plugins for GTK",
        (
            *("*plugins/platformthemes/libqgtk3*", "libgtk-3*", "libgdk-3*", "libatk*", "libatspi*", "libcairo*"),
            *("libpango*", "libgdk_pixbuf*", "libepoxy*", "libfribidi*", "libthai*", "libdatrie*", "libpixman*"),
        ),
        "it would bring GTK along; the window has its own colours",
    ),
    LeftOut(
        "Qt plugins for databases and networks",
        ("*plugins/sqldrivers/*", "*plugins/tls/*", "*plugins/networkinformation/*", "*Qt6Sql*"),
        "downloads are Python's",
    ),
    LeftOut("Software OpenGL", ("*opengl32sw.dll",), "nothing is drawn by OpenGL"),
    LeftOut("ALSA", ("libasound.so*",), "it loads plugins of the system that it comes from"),
    LeftOut(
        "CUDA libraries that a processor does not need",
        (
            *("*/libcudnn_*", "*/libcusolver*", "*/libnvrtc.alt*", "*/libnvrtc-builtins*", "*/libnvperf*"),
            *("*/libcheckpoint*", "*/libcufftw*", "*/libnvblas*", "*/libpcsamplingutil*", "*/libcufile_rdma*"),
            *("*/nvshmem_transport*", "*/nvshmem_bootstrap*", "*/libtorch_cuda_linalg*"),
        ),
        "PyTorch loads them when a card is used, not when it is imported (measured, see README.md)",
        cuda=True,
    ),
)


class Sorter:
    """Decides for each file that is collected, and adds up what was left out."""

    def __init__(self, *, with_cuda: bool) -> None:
        self._rules = [rule for rule in FILES if not (rule.cuda and with_cuda)]
        self.sizes: dict[str, int] = {}

    def keeps(self, place: str, source: str) -> bool:
        """Whether a file stays; `place` is where it would lie in the bundle, `source` where it lies now."""
        rule = rule_for(place, self._rules)
        if rule is not None:
            path = Path(source)
            self.sizes[rule.what] = self.sizes.get(rule.what, 0) + (path.stat().st_size if path.is_file() else 0)
        return rule is None


def rule_for(place: str, rules: Iterable[LeftOut]) -> LeftOut | None:
    """The first rule that leaves this file out."""
    place = place.replace("\\", "/")
    return next((rule for rule in rules if any(fnmatch(place, pattern) for pattern in rule.patterns)), None)


def module_size(name: str, site_packages: Path) -> int:
    """The bytes of a module in an environment; 0 if it is not installed there."""
    path = site_packages.joinpath(*name.split("."))
    if path.is_dir():
        return sum(
            file.stat().st_size for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
        )
    return path.with_suffix(".py").stat().st_size if path.with_suffix(".py").is_file() else 0
