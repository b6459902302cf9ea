"""A mask in words, for those who do not see it."""

from samstudio.session.video.mask_track import Mask

_ACROSS, _DOWN = ("left", "middle", "right"), ("top", "middle", "bottom")


def mask_words(mask: Mask, name: str) -> str:
    """“Object 1, left middle, 12 % of the picture”: name, place of its centre and size."""
    share = float(mask.mean())
    if not share:
        return f"{name}, not in the picture"
    height, width = mask.shape
    x = float((mask.sum(0) * range(width)).sum()) / (mask.sum() * width)
    y = float((mask.sum(1) * range(height)).sum()) / (mask.sum() * height)
    across, down = _ACROSS[min(2, int(3 * x))], _DOWN[min(2, int(3 * y))]
    place = "middle" if across == down else f"{across} {down}"
    size = f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
    return f"{name}, {place}, {size} of the picture"
