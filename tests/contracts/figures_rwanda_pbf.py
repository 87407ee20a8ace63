"""Figures of health/rwanda-pbf: the fees of the contract in francs against those that were published in dollars."""

from __future__ import annotations

from fractions import Fraction as F

from pbr.terms.loading import load_contract
from tests.contracts.catalogue import ROOT

FRANCS_A_DOLLAR = 545

# Skiles and others, BMC Health Services Research 15:375 (2015), Table 1: cents for one service
CENTS = {
    "birth": 459, "family_planning_new": 183, "child_fully_immunised": 92, "four_antenatal_visits": 37, "contraceptive_resupply": 18,
    "curative_visit": 18, "growth_monitoring": 18, "first_antenatal_visit": 9, "emergency_birth_transfer": 459, "risk_pregnancy_referred": 183,
    "malnourished_child_referred": 183, "other_emergency_referred": 183, "antenatal_tetanus": 46, "antenatal_malaria": 46,
}  # fmt: skip


def francs() -> dict[str, int]:
    """The fee of each service, as the contract has it."""
    rows = load_contract(ROOT / "contracts/health/rwanda-pbf").contract.parameters["tariff"].rows
    assert rows is not None
    return {service.text: int(fee.text.removeprefix("RWF ").removesuffix(".00").replace(",", "")) for service, fee in rows}


def fees() -> str:
    ours = francs()
    equal = sum(round(F(100 * ours[service], FRANCS_A_DOLLAR)) == cents for service, cents in CENTS.items())
    return f"{equal} of {len(CENTS)} equal"
