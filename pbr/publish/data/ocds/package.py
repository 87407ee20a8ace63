"""The release package: a release for each assessment, with the parties, the contract, and how it went.

Open Contracting Data Standard 1.1.5 (https://standard.open-contracting.org/1.1/en/). What is not known to this program is left out: how it was tendered, its value, whether it is still in force.
"""

from __future__ import annotations

from typing import Any, Final

from pbr.disclosure.released import Released
from pbr.publish import addresses
from pbr.publish.data.figures import Shown
from pbr.publish.data.json_text import to_json
from pbr.publish.data.ocds.going import Going
from pbr.publish.data.ocds.metrics import agreed, observed
from pbr.publish.data.ocds.naming import NO_PUBLISHER, Naming, moment, nameless
from pbr.publish.site import Assessment, Contract, Site

EXTENSIONS: Final = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/master/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_performance_failures_extension/master/extension.json",
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
)
ROLES: Final = {"commissioner": ["buyer", "payer"], "provider": ["supplier", "payee"]}


def ocds(site: Site, released: Released, naming: Naming, path: str) -> bytes | None:
    """The package of all assessments of the site, oldest first in each contract; ``path``: where it will lie. None where there is no assessment: a package has at least one release."""
    shown = Shown(released)
    releases = [
        _release(contract, assessment, at == 0, shown, naming)
        for contract in site.contracts
        for at, assessment in enumerate(reversed(contract.assessments))
    ]
    if not releases:
        return None
    newest = max(_day(contract, assessment) for contract in site.contracts for assessment in contract.assessments)
    package: dict[str, Any] = {
        "uri": naming.url(path),
        "version": "1.1",
        "extensions": EXTENSIONS,
        "publishedDate": moment(naming.published or newest),
        "publisher": {"name": naming.publisher or NO_PUBLISHER},
    }
    if naming.licence:
        package["license"] = naming.licence
    return to_json({**package, "releases": releases})


def _release(contract: Contract, assessment: Assessment, first: bool, shown: Shown, naming: Naming) -> dict[str, Any]:
    parties = [_party(role, name, naming) for role, name in contract.parties]
    buyers, suppliers = (_references(parties, role) for role in ("buyer", "supplier"))
    award = f"{contract.slug}-award"
    found: dict[str, Any] = {
        "ocid": naming.ocid(contract),
        "id": naming.release(contract, assessment),
        "date": moment(_day(contract, assessment)),
        "language": "en",
        "tag": ["implementation" if first else "implementationUpdate"],
        "initiationType": "tender",
    }
    if parties:
        found["parties"] = parties
    if len(buyers) == 1:
        found["buyer"] = buyers[0]
    found["awards"] = [{"id": award, "title": contract.title, **({"suppliers": suppliers} if suppliers else {})}]
    start, end = contract.term
    agreed_metrics = agreed(assessment, shown)
    found["contracts"] = [
        {
            "id": contract.slug,
            "awardID": award,
            "title": contract.title,
            **({"description": " ".join(contract.about)} if contract.about else {}),
            "period": {"startDate": moment(start), "endDate": f"{end}T23:59:59Z"},
            **({"agreedMetrics": agreed_metrics} if agreed_metrics else {}),
            "documents": [_document("contract", "The contract as it is run", naming.url(addresses.of_contract(contract, "contract.yaml")), "text/yaml", "contractText")],
            "implementation": _implementation(contract, assessment, shown, naming, buyers, suppliers),
        }
    ]  # fmt: skip
    return found


def _day(contract: Contract, assessment: Assessment) -> str:
    """The day of a release: what its data is complete to, or where that is not said, the last of the contract's term."""
    return assessment.complete_to or contract.term[1]


def _implementation(
    contract: Contract, assessment: Assessment, shown: Shown, naming: Naming, buyers: list[Any], suppliers: list[Any]
) -> dict[str, Any]:
    going = Going(contract, assessment, shown, naming, buyers, suppliers)
    page = naming.url(addresses.of_assessment(contract, assessment))
    parts = {
        "transactions": going.transactions(),
        "milestones": going.milestones(),
        "metrics": observed(assessment, shown),
        "performanceFailures": going.failures(),
        "documents": [_document("paid", "What was paid and why", page, "text/html", "financialProgressReport")],
    }
    return {name: part for name, part in parts.items() if part}


def _party(role: str, name: str, naming: Naming) -> dict[str, Any]:
    known = naming.identifier(name)
    if known is None:
        return {"id": nameless(name), "name": name, "roles": ROLES.get(role, [role])}
    scheme, number = known
    identifier = {"scheme": scheme, "id": number, "legalName": name}
    return {"id": f"{scheme}-{number}", "name": name, "identifier": identifier, "roles": ROLES.get(role, [role])}


def _references(parties: list[dict[str, Any]], role: str) -> list[dict[str, str]]:
    return [{"id": one["id"], "name": one["name"]} for one in parties if role in one["roles"]]


def _document(name: str, title: str, url: str, kind: str, document_type: str) -> dict[str, str]:
    return {"id": name, "documentType": document_type, "title": title, "url": url, "format": kind, "language": "en"}
