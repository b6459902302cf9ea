"""Whether FLAC frames are whole, by the CRC-16 at their end, which FFmpeg does not check (RFC 9639, section 9.3)."""

from collections.abc import Iterator

_TAGS = (b"fLaC", b"ID3", b"TAG", b"APETAGEX")
"""How the next part of a joined file begins, and what stands at the end of one."""
_MOST_STARTS = 64
"""Places in one packet where a frame may begin; more are no sound."""


def is_whole(frame: bytes) -> bool:
    """Whether the CRC-16 of a frame, its last two bytes, is that of the rest.

    The frame is a polynomial over GF(2) that must be divisible by x^16 + x^15 + x^2 + 1 = (x + 1) (x^15 + x + 1). Whole
    numbers of any length divide it fast: x^(15k) = x^k + 1 for every power of two k, modulo the second factor.
    """
    value = int.from_bytes(frame, "big")
    if value.bit_count() & 1:
        return False
    power = 1 << max(0, (len(frame) * 8 // 15).bit_length() - 1)
    while power:
        bits = 15 * power
        mask = (1 << bits) - 1
        while high := value >> bits:
            value = (value & mask) ^ high ^ (high << power)
        power >>= 1
    return not value


def whole_frames(packet: bytes) -> list[bytes]:
    """The whole frames among those that FFmpeg has put into one packet because of damage, or of a tag behind them."""
    starts = [at for at in _found(packet, b"\xff") if _is_header(packet[at : at + 16])][:_MOST_STARTS]
    behind = [at for sign in _TAGS for at in _found(packet, sign)][:_MOST_STARTS]
    frames, done = [], 0
    for start in starts:
        if start < done:
            continue
        for end in sorted(at for at in (*starts, *behind, len(packet)) if at > start):
            if is_whole(packet[start:end]):
                frames.append(packet[start:end])
                done = end
                break
    return frames


def is_tag(rest: bytes) -> bool:
    """Whether what stands behind a frame is no part of the sound."""
    return rest.startswith(_TAGS)


def first_sample(frame: bytes, block_size: int) -> int:
    """Where a whole frame begins in the stream; `block_size` in samples, where all frames have the same."""
    ones = 8 - (frame[4] ^ 0xFF).bit_length()
    number = frame[4] & 0x7F >> ones
    for byte in frame[5 : 4 + max(1, ones)]:
        number = number << 6 | byte & 0x3F
    return number if frame[1] & 1 else number * block_size


def _found(packet: bytes, sign: bytes) -> Iterator[int]:
    at = packet.find(sign)
    while at >= 0:
        yield at
        at = packet.find(sign, at + 1)


def _is_header(head: bytes) -> bool:
    """Whether a frame begins here, by the sync code and the header's CRC-8 (x^8 + x^2 + x + 1)."""
    if len(head) < 6 or head[1] not in {0xF8, 0xF9}:
        return False
    # The number of the frame or sample is coded as UTF-8 codes letters.
    ones = 8 - (head[4] ^ 0xFF).bit_length()
    block, rate = head[2] >> 4, head[2] & 15
    size = 5 + max(1, ones) + {6: 1, 7: 2}.get(block, 0) + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if ones == 1 or size > len(head):
        return False
    value = 0
    for byte in head[:size]:
        value ^= byte
        for _ in range(8):
            value = value << 1 ^ (0x107 if value & 0x80 else 0)
    return not value
