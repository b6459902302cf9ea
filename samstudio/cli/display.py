"""Checks for a display before Qt starts, because Qt aborts the process without one."""

import ctypes
import os
import sys
from collections.abc import Mapping

XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Libraries that Qt's X11 plugin needs and a minimal Debian lacks."""


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether the environment names a display; only Linux and the BSDs can be without one."""
    if platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def display_obstacle() -> str:
    """Why no window can open, as half a sentence; empty if no obstacle is known."""
    if not has_display(sys.platform, os.environ):
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    uses_x11 = sys.platform.startswith("linux") and not os.environ.get("WAYLAND_DISPLAY")
    if not uses_x11 or os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return ""
    if not _x_server_answers():
        return f"the display {os.environ['DISPLAY']} cannot be reached"
    missing = [package for library, package in XCB_LIBRARIES.items() if not _loads(library)]
    return f"system libraries are missing (sudo apt-get install {' '.join(missing)})" if missing else ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_server_answers() -> bool:
    """Connect to the X server as Qt will, and disconnect at once."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # it cannot be checked; the missing libraries are reported instead
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
