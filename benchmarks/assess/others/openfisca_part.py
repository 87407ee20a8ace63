"""What OpenFisca can say of the bench contract: variables of clients and of their events, worked out for all of them at once (numpy).

    python benchmarks/assess/others/openfisca_part.py SUBMISSION PAYMENTS

SUBMISSION: clean CSV of generate.py; PAYMENTS: the payments.csv of decimals.py for it, which the answers are compared with. Prints people per second.

Said: cards as dated parameters by band, windows of months, a conviction that counts, each milestone once, work before it is kept, the cap on the sum of a person's
lines whose result is settled. OpenFisca has persons and groups of persons, so clients are the groups here and claims and convictions the persons in them;
convictions of strangers belong to no group and stay outside. A group without persons shifts the others (`join_with_persons` numbers the groups that have some), so
each client has one event that is none. A formula is asked about a period, not about each row's own day: the card of a client's own
day, and months after a day, are numpy in the formulas. Not said: rows with something wrong, keys given twice, orphans; sums that are known only within bounds; what
the cap takes from which line (an order over days within a group). Rates by partner and the verdict could be a second kind of group; they were not written.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from zen_part import expected, load

EVER = periods.DateUnit.ETERNITY
KINDS = ("housed", "trained", "in_work", "kept_job", "conviction", "none")
ASKED = "2025-03"  # a period must be named; nothing depends on it
FAR = np.datetime64("2099-01-01")

Client = build_entity(key="client", plural="clients", label="", roles=[{"key": "event_of", "plural": "events_of"}])
Event = build_entity(key="event", plural="events", label="", is_person=True)


class Band(Enum):  # type: ignore[misc]
    lower = "lower"
    middle = "middle"
    higher = "higher"


def months_after(days: Any, months: int) -> Any:
    """The same day of a later month, or its last."""
    start = days.astype("datetime64[M]")
    month = start + months
    within = (days - start.astype("datetime64[D]")).astype(int)
    last = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int) - 1
    return month.astype("datetime64[D]") + np.minimum(within, last)


def variable(name: str, entity: Any, kind: type, formula: Any = None, **more: Any) -> type:
    body = {"value_type": kind, "entity": entity, "definition_period": EVER, "label": name, **more}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def in_time(event: Any, period: Any) -> Any:
    day = event("day", period)
    return (day >= event.client("started_on", period)) * (day < event.client("ends", period))


def counts(event: Any, period: Any) -> Any:
    convicted = event("convicted_on", period)
    return (
        (event("kind", period) == 4)
        * event("in_time", period)
        * (convicted >= event.client("started_on", period))
        * (convicted < event.client("settles", period))
    )


def since(client: Any, period: Any) -> Any:
    found = (client.members("kind", period) == 2) * client.members("in_time", period)
    return client.min(np.where(found, client.members("day", period).astype("datetime64[D]").astype(int), FAR.astype(int)))


def milestones(client: Any, period: Any, parameters: Any) -> Any:
    kind, within, prices = client.members("kind", period), client.members("in_time", period), parameters("2022-04").price
    after = client.members("day", period).astype("datetime64[D]").astype(int) >= client.project(client("since", period))
    paid = sum(client.any((kind == number) * within) * getattr(prices, name) for number, name in enumerate(KINDS[:3]))
    return paid + client.any((kind == 3) * within * after) * prices.kept_job


def fee(client: Any, period: Any, parameters: Any) -> Any:
    band, second = client("band", period), client("started_on", period) >= np.datetime64("2023-04-01")
    return np.where(second, parameters("2023-04").fee[band], parameters("2022-04").fee[band]) * ~client("reconvicted", period)


def total(client: Any, period: Any, parameters: Any) -> Any:
    return np.minimum(client("milestones", period) + client("fee", period), parameters("2022-04").cap)


def system() -> TaxBenefitSystem:
    from datetime import date

    made = TaxBenefitSystem([Event, Client])

    def dated(**values: int) -> dict[str, Any]:
        return {"values": {day.strip("_").replace("_", "-"): {"value": value} for day, value in values.items()}}

    fees = {"lower": (40000, 42000), "middle": (65000, 69000), "higher": (110000, 118000)}
    prices = {"housed": 30000, "trained": 25000, "in_work": 90000, "kept_job": 70000}
    made.parameters = ParameterNode(
        "",
        data={
            "fee": {band: dated(_2022_04_01=first, _2023_04_01=second) for band, (first, second) in fees.items()},
            "price": {name: dated(_2022_04_01=price) for name, price in prices.items()},
            "cap": dated(_2022_04_01=180000),
        },
    )
    for one in (
        variable("started_on", Client, date),
        variable("band", Client, Enum, possible_values=Band, default_value=Band.lower),
        variable("kind", Event, int),
        variable("day", Event, date),
        variable("convicted_on", Event, date),
        variable("ends", Client, date, lambda client, period: months_after(client("started_on", period), 12)),
        variable("settles", Client, date, lambda client, period: months_after(client("started_on", period), 15)),
        variable("settled", Client, bool, lambda client, period: client("settles", period) <= np.datetime64("2025-03-31")),
        variable("in_time", Event, bool, in_time),
        variable("counts", Event, bool, counts),
        variable("reconvicted", Client, bool, lambda client, period: client.any(client.members("counts", period))),
        variable("since", Client, int, since),
        variable("milestones", Client, int, milestones),
        variable("fee", Client, int, fee),
        variable("total", Client, int, total),
    ):
        made.add_variable(one)
    return made


def main() -> None:
    people = load(Path(sys.argv[1]))
    keys = sorted(people)
    number = {key: place for place, key in enumerate(keys)}
    events = [
        (number[key], KINDS.index(row["milestone"]), row["achieved_on"], "2099-01-01") for key in keys for row in people[key]["claims"]
    ]
    events += [
        (number[key], 4, row["offended_on"], row["convicted_on"] or "2099-01-01") for key in keys for row in people[key]["convictions"]
    ]
    events += [(place, 5, "2099-01-01", "2099-01-01") for place in range(len(keys))]  # so that no client is without events
    clock, processor = time.perf_counter(), time.process_time()
    builder, rules = SimulationBuilder(), system()
    builder.create_entities(rules)
    builder.declare_person_entity("event", range(len(events)))
    clients = builder.declare_entity("client", range(len(keys)))
    builder.join_with_persons(clients, np.array([event[0] for event in events]), ["event_of"] * len(events))
    simulation = builder.build(rules)
    simulation.set_input("started_on", ASKED, np.array([people[key]["started_on"] for key in keys], dtype="datetime64[D]"))
    simulation.set_input("band", ASKED, Band.encode(np.array([people[key]["band"] for key in keys])))
    simulation.set_input("kind", ASKED, np.array([event[1] for event in events]))
    simulation.set_input("day", ASKED, np.array([event[2] for event in events], dtype="datetime64[D]"))
    simulation.set_input("convicted_on", ASKED, np.array([event[3] for event in events], dtype="datetime64[D]"))
    sums, settled = simulation.calculate("total", ASKED), simulation.calculate("settled", ASKED)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    right = expected(people, Path(sys.argv[2]))
    asked = [key for key in right if settled[number[key]]]
    wrong = [(key, int(sums[number[key]]), right[key]) for key in asked if sums[number[key]] != right[key]]
    print(f"{len(people):,} people: {clock:.1f} s, {processor:.1f} processor seconds, {len(people) / processor:,.0f} people for each")
    print(f"{len(asked):,} settled people compared, {len(wrong)} differ")
    if wrong:
        raise SystemExit(str(wrong[:3]))


if __name__ == "__main__":
    main()
