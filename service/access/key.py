"""What a key is, and what is kept of it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.access.limits import KeyLimits

PREFIX = "fp_"  # so that people and scanners for leaked secrets know one when they see it
SECRET_BYTES = 32
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class Key(BaseModel):
    """One line of the file of keys.

    Notes
    -----
    Of the key only its SHA-256 is kept. A key is 256 random bits: there is no dictionary to try, so a hash
    made slow on purpose, as passwords need one, would cost time at each request and protect nothing more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    created: AwareDatetime
    expires: AwareDatetime | None = None
    limits: KeyLimits = KeyLimits()

    def expired(self, now: datetime | None = None) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= (now or datetime.now(UTC))


def new_secret() -> str:
    """Make a key: letters, digits, `-` and `_` only, so that it can stand in any header."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a key: SHA-256, 64 hexadecimal digits."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
