"""Two algorithms of signature, Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204), and which public keys prove nothing.

The one module that imports ``cryptography``, and only inside its functions.
"""

from __future__ import annotations

ED25519 = "Ed25519"
ML_DSA_44 = "ML-DSA-44"
SEED = 32  # bytes of a secret key, of both algorithms: everything else follows from them
PUBLIC = {ED25519: 32, ML_DSA_44: 1312}  # bytes of a public key
SIGNATURE = {ED25519: 64, ML_DSA_44: 2420}  # bytes of a signature

# The points of order 1, 2, 4 and 8, in every way in which they can be written (docs/log-format.md lists them).
LOW_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
_PRIME = 2**255 - 19


def key_trouble(algorithm: str, public: bytes) -> str | None:
    """Why signatures under this public key prove nothing, in words that follow "the key"; None for a good one."""
    if len(public) != PUBLIC[algorithm]:
        return f"has {len(public):,} bytes, and {algorithm} has {PUBLIC[algorithm]:,}"
    if algorithm == ED25519:
        if int.from_bytes(public, "little") & (2**255 - 1) >= _PRIME:
            return "is not canonical: its number is 2^255 - 19 or more"
        if public in LOW_ORDER:
            return "is a point of low order: anybody can make a signature that it accepts"
    return None


def public_key(algorithm: str, seed: bytes) -> bytes:
    """The public key of a secret one. ``seed``: its 32 bytes; ValueError for any other length."""
    _checked(seed)
    if algorithm == ED25519:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    return MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def sign(algorithm: str, seed: bytes, message: bytes) -> bytes:
    """The signature of ``message``; of ML-DSA-44 with the empty context. ValueError for a seed of another length than 32."""
    _checked(seed)
    if algorithm == ED25519:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    return MLDSA44PrivateKey.from_seed_bytes(seed).sign(message)


def verifies(algorithm: str, public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is one of ``message`` under this public key; never under a key that proves nothing."""
    if key_trouble(algorithm, public) is not None or len(signature) != SIGNATURE[algorithm]:
        return False
    return plainly_verifies(algorithm, public, signature, message)


def plainly_verifies(algorithm: str, public: bytes, signature: bytes, message: bytes) -> bool:
    """What ``cryptography`` alone says, under any key: only to compare with published vectors."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    try:
        if algorithm == ED25519:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        else:
            MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: the bytes are no key at all
        return False
    return True


def _checked(seed: bytes) -> None:
    if len(seed) != SEED:
        raise ValueError(f"a secret key has {SEED} bytes, not {len(seed)}")
