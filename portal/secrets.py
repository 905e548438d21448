"""Seal and open what identifies a person: AES-GCM with a list of keys, HMAC with its own (design §3)."""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class CannotOpen(Exception):
    """None of the keys opens this value: a key is missing from IDENTITY_KEYS."""


@cache
def _ciphers() -> tuple[AESGCM, ...]:
    return tuple(AESGCM(base64.b64decode(key)) for key in settings.IDENTITY_KEYS)


def seal(plain: bytes, *, about: str) -> bytes:
    """Encrypt with the first key; `about` (e.g. `child:<public id>`) is bound to it and must be given to open."""
    nonce = os.urandom(NONCE)
    return nonce + _ciphers()[0].encrypt(nonce, plain, about.encode())


def unseal(sealed: bytes, *, about: str) -> bytes:
    """Decrypt with whichever key fits, or raise `CannotOpen`."""
    sealed = bytes(sealed)
    for cipher in _ciphers():
        try:
            return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except InvalidTag:
            continue
    raise CannotOpen(about)


def identity_key(kind: str, number: str) -> str:
    """HMAC-SHA-256 of an identity number, hex: the same person gives the same key, the key gives nobody."""
    text = f"{kind}:{number.strip().upper()}".encode()
    return hmac.new(base64.b64decode(settings.IDENTITY_HMAC_KEY), text, hashlib.sha256).hexdigest()
