"""What is kept of secrets: their digest, never themselves."""

import hashlib


def token_digest(token: str) -> str:
    """Return what is stored of an API token."""
    return hashlib.sha256(token.encode()).hexdigest()


def mail_key(email: str) -> str:
    """Return one key for all spellings of a mail address, for counting tries without keeping the address."""
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()
