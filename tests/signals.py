"""What signals say."""

from PySide6.QtCore import SignalInstance


def heard(signal: SignalInstance) -> list:
    """Everything that a signal says from now on: its one value, several as a tuple, None where it has none."""
    said: list = []
    signal.connect(lambda *args: said.append(args[0] if len(args) == 1 else args or None))
    return said
