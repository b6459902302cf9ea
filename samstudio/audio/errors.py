"""The one error of the audio package."""


class AudioError(Exception):
    """A file or a device that cannot be used; the text says why and what to do, and may be shown as it stands."""
