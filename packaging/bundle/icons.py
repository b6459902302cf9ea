"""The program's icon as .ico and .icns: containers of PNG pictures, which Qt draws from the SVG.

usage: python icons.py ICON.svg OUT.ico|OUT.icns
"""

import os
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_KINDS = {
    16: (b"icp4",),
    32: (b"icp5", b"ic11"),
    64: (b"icp6", b"ic12"),
    128: (b"ic07",),
    256: (b"ic08", b"ic13"),
    512: (b"ic09", b"ic14"),
    1024: (b"ic10",),
}
"""Types of an .icns by the picture's pixels; a picture is used at its own size and at half of it on a fine screen."""


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """An .ico of PNGs by their size in pixels, at most 256."""
    header, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, png in sorted(pictures.items()):
        # 0 stands for 256.
        place = 6 + 16 * len(pictures) + len(body)
        header += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), place)
        body += png
    return header + body


def icns(pictures: Mapping[int, bytes]) -> bytes:
    """An .icns of PNGs by their size in pixels. Raises KeyError for sizes that it cannot hold."""
    parts = [(kind, png) for size, png in sorted(pictures.items()) for kind in ICNS_KINDS[size]]
    body = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def draw(svg: Path, size: int) -> bytes:
    """A PNG of `size` x `size` pixels; a QGuiApplication must be there."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def main() -> int:
    """Write the icon."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication([])
    svg, out = Path(sys.argv[1]), Path(sys.argv[2])
    sizes, pack = (ICO_SIZES, ico) if out.suffix == ".ico" else (tuple(ICNS_KINDS), icns)
    out.write_bytes(pack({size: draw(svg, size) for size in sizes}))
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
