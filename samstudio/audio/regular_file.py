"""Opening files in folders that other users or programs can write to: a link or a pipe there is never followed."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> BinaryIO:
    """Open a regular file with flags of `os.open`. Raises OSError for a link, a device or a pipe, without waiting."""
    extra = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC", "O_NOCTTY"))
    number = os.open(path, flags | sum(extra), mode)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "is not a regular file")
        access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
        return os.fdopen(number, "rb" if access == os.O_RDONLY else "wb" if access == os.O_WRONLY else "r+b", 0)
    except BaseException:
        os.close(number)
        raise
