"""What OCDS asks for that nobody but the publisher knows: the registered prefix of identifiers, who publishes, where, and the identifiers of the parties.

Where it is not given, what stands there says so: an address under ``.invalid`` (RFC 2606: it leads nowhere, ever), identifiers that begin with ``unregistered``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pbr.problem import refuse
from pbr.publish.site import Assessment, Contract

PREFIX: Final = re.compile(r"ocds-[a-z0-9]{6}")
ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?")
LICENCE: Final = re.compile(r"https?://[^\s<>\"'\\^`{|}]+")
IDENTIFIER: Final = re.compile(r"([A-Z]{2,3}-[A-Z0-9]+)-([A-Za-z0-9./_-]+)")
NO_PREFIX: Final = "unregistered"
NO_ADDRESS: Final = "https://address-not-given.invalid/"
NO_PUBLISHER: Final = "not given"


@dataclass(frozen=True)
class Naming:
    """``ocid_prefix``: as registered, ocds-a1b2c3. ``address``: where the site will be found, https://.../. ``published``: the day, 2026-11-23. ``parties``: by name, the identifier of an
    organisation with its list as org-id.guide names it, GB-COH-00000001. ``licence``: its address. Each may be empty. Raises Refused PBR695 for one that is none."""

    ocid_prefix: str = ""
    address: str = ""
    publisher: str = ""
    published: str = ""
    licence: str = ""
    parties: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value, pattern, what, like in (
            (self.ocid_prefix, PREFIX, "prefix of OCDS identifiers", "ocds- and the six letters or digits that were registered, as ocds-a1b2c3"),
            (self.address, ADDRESS, "address of a site", "https://open.example.org/results/"),
            (self.licence, LICENCE, "address of a licence", "https://creativecommons.org/licenses/by/4.0/"),
            (self.published, re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"), "day", "2026-11-23"),
            *((one, IDENTIFIER, "identifier of an organisation", "the list's code and the number in it, as GB-COH-00000001") for one in self.parties.values()),
        ):  # fmt: skip
            if value and not pattern.fullmatch(value):
                raise refuse(
                    "PBR695",
                    f"{value!r} is no {what}",
                    f"write it like this: {like}; or leave it out, and the file says that it was not given",
                )

    def ocid(self, contract: Contract) -> str:
        return f"{self.ocid_prefix or NO_PREFIX}-{contract.slug}"

    def release(self, contract: Contract, assessment: Assessment) -> str:
        return f"{self.ocid(contract)}-{assessment.slug}"

    def url(self, path: str) -> str:
        """Of a page or a file of the site."""
        base = self.address or NO_ADDRESS
        return (base if base.endswith("/") else f"{base}/") + path

    def identifier(self, name: str) -> tuple[str, str] | None:
        """The list and the number in it."""
        found = IDENTIFIER.fullmatch(self.parties.get(name, ""))
        return (found.group(1), found.group(2)) if found else None


def moment(day: str) -> str:
    """The beginning of a day, as OCDS writes times."""
    return f"{day}T00:00:00Z"


def nameless(name: str) -> str:
    """The id of a party whose identifier is not given: its name in small letters, a hyphen for each space; other signs as their code point between underscores. The same for one name everywhere."""
    letters = (
        letter if letter.isascii() and letter.isalnum() else "-" if letter == " " else f"_{ord(letter):x}_" for letter in name.lower()
    )
    return f"{NO_PREFIX}-{''.join(letters)}"
