"""Short digests, written in lower case letters and digits: what keys and ids are made of.

The letters are those of base 32 (RFC 4648, section 6), two at a time from a table: keys are made by the dozen for every entry.
"""

from __future__ import annotations

from hashlib import blake2b

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + other for one in _LETTERS for other in _LETTERS]


def short_digest(text: str) -> str:
    """Eight letters and digits: two texts of an archive of millions that share one by chance are seldom, and are then compared.

    >>> short_digest("Samflöde")
    '3lcqhgli'
    """
    return letters_of(short_hash(text.encode("utf-8", "surrogatepass")))


def digest(text: str) -> str:
    """Sixteen letters and digits: enough that no two entries of an archive of millions meet by chance."""
    hashed = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).digest()
    return letters_of(hashed[:5]) + letters_of(hashed[5:])


def short_hash(data: bytes) -> bytes:
    """The five bytes that a short digest is written from."""
    return blake2b(data, digest_size=5).digest()


def letters_of(hashed: bytes) -> str:
    """Five bytes as eight letters and digits."""
    number = int.from_bytes(hashed, "big")
    return _PAIRS[number >> 30] + _PAIRS[number >> 20 & 1023] + _PAIRS[number >> 10 & 1023] + _PAIRS[number & 1023]
