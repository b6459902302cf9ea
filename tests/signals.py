"""The values that signals emit."""

from PySide6.QtCore import SignalInstance


def emissions(signal: SignalInstance) -> list:
    """A list that collects what a signal emits: its one value, several as a tuple, None where it has none."""
    values: list = []
    signal.connect(lambda *args: values.append(args[0] if len(args) == 1 else args or None))
    return values
