"""Times as the log writes them: ``2026-03-31T17:00:00Z``, UTC, whole seconds, a real date of the years 1970 to 9999."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime

_FORM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
_START = datetime(1970, 1, 1, tzinfo=UTC)


def time_text(moment: datetime) -> str:
    """A moment, which has a zone, as the log writes it; what is smaller than a second is cut off."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: str) -> int | None:
    """Seconds since 1970 of a time as the log writes it, or None where it is not one."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    # counted in whole numbers: timestamp() goes through a float
    since = moment - _START
    return since.days * 86_400 + since.seconds if since.days >= 0 else None


def time_in(entry: bytes) -> str | None:
    """The time that an entry says it was appended at, or None where it says none. Whether the entry has the right form is not asked here."""
    try:
        payload = json.loads(base64.b64decode(json.loads(entry)["payload"], validate=True))
        found = payload["at"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found if isinstance(found, str) and seconds_of(found) is not None else None
