"""A made-up portfolio, as the renderers get it: two contracts, two providers, three quarters; lines of people, held lines, a cap, withheld figures.

Nobody in it exists, and nothing in it was calculated: every figure is written here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from pbr.disclosure.released import EXACT, ROUNDED, WITHHELD, Figure, Released
from pbr.publish.site import (
    Assessment,
    Clause,
    Comparison,
    Contract,
    Derived,
    Limit,
    Line,
    Outcome,
    Payment,
    Point,
    Rows,
    Rule,
    Series,
    Site,
    Slot,
    Text,
)

KEPT = "It is a small number of people, or would give one away."

SOURCE = b"rule: housing/tenancy-kept\nversion: 2\n"
RULE = Rule(
    "housing/tenancy-kept/2",
    "housing/tenancy-kept/2",
    "A tenancy is kept",
    "A tenancy is kept that has not ended within a year.",
    (
        Clause(
            "Outcomes",
            ("kept: yes when the tenancy has not ended within 12 months from its start.", "It settles 12 months from its start."),
        ),
        Clause("Payments", ("kept_payment: one line for each tenancy; the price where kept is yes.",)),
    ),
    SOURCE,
    hashlib.sha256(SOURCE).hexdigest(),
)


@dataclass
class Made:
    """Slots, with what is shown of each beside them."""

    figures: dict[str, Figure] = field(default_factory=dict)

    def slot(
        self, cell: str, text: str, value: str | None, kind: str, how: str = EXACT, high: str | None = None, base: str = "", unit: str = ""
    ) -> Slot:
        assert cell not in self.figures, cell
        self.figures[cell] = Figure(cell, kind, how, text, value, unit, high, base, KEPT if how == WITHHELD else "")
        return Slot(cell)

    def money(self, cell: str, pounds: int | None) -> Slot:
        if pounds is None:
            return self.slot(cell, "[c]", None, "money", WITHHELD, unit="GBP")
        sign = "-" if pounds < 0 else ""
        return self.slot(cell, f"{sign}£{abs(pounds):,}.00", f"{pounds}.00", "money", unit="GBP")

    def count(self, cell: str, number: int | None, unit: str = "people") -> Slot:
        if number is None:
            return self.slot(cell, "[c]", None, "count", WITHHELD, unit=unit)
        return self.slot(cell, f"{number:,}", str(number), "count", ROUNDED, base="5", unit=unit)

    def share(self, cell: str, tenths: int | None) -> Slot:
        """In tenths of a percent."""
        if tenths is None:
            return self.slot(cell, "[c]", None, "share", WITHHELD)
        return self.slot(cell, f"{tenths // 10}.{tenths % 10}%", f"0.{tenths:03d}", "share", ROUNDED, base="0.001")

    def points(self, cell: str, tenths: int) -> Slot:
        return self.slot(cell, f"{tenths // 10}.{tenths % 10}", f"0.{tenths:03d}", "points", ROUNDED, base="0.001")

    def term(self, cell: str, text: str, value: str) -> Slot:
        return self.slot(cell, text, value, "term")

    def word(self, cell: str, text: str) -> Slot:
        return self.slot(cell, text, None, "answer", WITHHELD if text == "[c]" else EXACT)


def digest(of: str) -> str:
    return (of.encode().hex() * 64)[:64]


def _prison(made: Made) -> Contract:
    root = "northmoor"
    baseline = made.term(f"{root}/baseline", "58.0%", "0.58")
    target = made.term(f"{root}/target", "5.0 percentage points", "0.05")
    wanted = made.term(f"{root}/wanted", "5.0", "0.05")
    fee = made.term(f"{root}/fee", "£16,600,000.00", "16600000.00")

    def year(at: str, key: str, tenths: int, rate: int, yes: int, group: int, pounds: int, answer: str, verb: str, by: int) -> Line:
        result = made.slot(f"{at}/{key}/result", answer, None, "answer")
        amount = made.money(f"{at}/{key}/amount", pounds)
        fell = made.slot(
            f"{at}/{key}/change", f"{tenths // 10}.{tenths % 10} percentage points", f"0.{tenths:03d}", "points", ROUNDED, base="0.001"
        )
        share = made.share(f"{at}/{key}/rate", rate)
        number, of = made.count(f"{at}/{key}/yes", yes), made.count(f"{at}/{key}/group", group)
        distance = made.slot(
            f"{at}/{key}/by", f"{by // 10}.{by % 10} {'short' if pounds else 'to spare'}", f"0.{by:03d}", "points", ROUNDED, base="0.001"
        )
        because: Text = ("Because reconvictions fell by ", fell, ", which ", verb, " the target of ", target, ".")
        return Line(
            key.replace("/", "-"),
            (("year", key),),
            result,
            amount,
            because,
            (Comparison("change", verb, fell, target, distance, number, of, "people released", not pounds),),
            (
                Derived(
                    "change",
                    "baseline - reconviction_rate",
                    (baseline, " - ", share, " = ", fell),
                    "Sch 3 para 2",
                    "fall in reconviction against the baseline",
                ),
                Derived(
                    "reconviction_rate",
                    "share of releases where reconvicted",
                    (number, " of ", of, " (", share, ")"),
                    "Sch 3 para 3",
                    "people reconvicted, of all people released",
                    (
                        ("Counted", (of, " releases whose time had run")),
                        ("Not counted", (made.count(f"{at}/{key}/out", 30), " excluded as deported or held for removal")),
                    ),
                ),
                Derived("stake", "share_at_risk of annual_fee", ("10% × ", fee, " = £1,660,000.00"), "Sch 5 para 3"),
            ),
        )

    def assessed(at: str, day: str, lines: tuple[Line, ...], total: int, state: str) -> Assessment:
        missed = [one for one in lines if not one.comparisons[0].met]
        return Assessment(
            slug=day,
            digest=digest(at),
            complete_to=day,
            state=state,
            state_says="Approved by the commissioner on 14 July 2015." if state == "approved" else "Nobody has approved it yet.",
            paid=made.money(f"{at}/paid", total),
            gross=made.money(f"{at}/gross", 0),
            deducted=made.money(f"{at}/deducted", total),
            held_lines=made.slot(f"{at}/held", "0", "0", "count"),
            lines=made.slot(f"{at}/lines", str(len(lines)), str(len(lines)), "count"),
            bought=("The Ministry of Justice bought fewer people reconvicted after leaving HMP Northmoor.",),
            achieved=tuple(
                (f"{one.key[0][1]}: reconvictions fell by ", one.comparisons[0].result, "; the target was ", wanted, ".") for one in lines
            ),
            why_not_more=tuple(
                (f"{one.key[0][1]} missed its target, so a tenth of the fee, ", one.amount, ", is repaid.") for one in missed
            )
            or (("Every year met its target: nothing more was to be had.",),),
            who_says_so=(("Courts' records decide both results. The dates of release rest on Calder Justice's word.",),),
            payments=(
                Payment(
                    "fee_at_risk",
                    "The part of the fee that rests on the result",
                    "Sch 5 para 3",
                    "A tenth of the year's fee is kept if the target was met, and repaid if not.",
                    lines,
                    made.money(f"{at}/total", total),
                    "independent records",
                    "the provider's word",
                ),
            ),
            rows=(
                Rows(
                    "releases",
                    "the provider",
                    made.count(f"{at}/releases/submitted", 2985, "rows"),
                    made.count(f"{at}/releases/used", 2905, "rows"),
                    made.count(f"{at}/releases/unused", None, "rows"),
                    (
                        ("D1 deported or held for removal", made.count(f"{at}/releases/d1", 60, "rows")),
                        ("outside the term", made.count(f"{at}/releases/outside", 10, "rows")),
                    ),
                    (("PBR402 the date of release is not a date", made.count(f"{at}/releases/pbr402", 10, "rows")),),
                    made.count(f"{at}/releases/rejected", 10, "rows"),
                    day,
                ),
                Rows(
                    "offences",
                    "an independent source",
                    made.count(f"{at}/offences/submitted", 9765, "rows"),
                    made.count(f"{at}/offences/used", 5555, "rows"),
                    made.count(f"{at}/offences/unused", 4205, "rows"),
                    complete_to=day,
                ),
            ),
            outcomes=(
                Outcome(
                    "reconvicted",
                    "convicted of an offence within a year of release",
                    "releases",
                    made.count(f"{at}/yes", 1540),
                    made.count(f"{at}/no", 1365),
                    made.count(f"{at}/unknown", None),
                    "independent records",
                    "the provider's word",
                ),
            ),
            limits=(),
            unverified=(
                ("baseline", "Sch 3 para 1", "remembered from the published results of the pilot; not looked up"),
                ("annual_fee", "Sch 5 para 1", "illustrative"),
            ),
            inputs=(("releases.csv", digest(f"{at}r")), ("offences.csv", digest(f"{at}o"))),
            entry=7 if state == "approved" else None,
        )

    second, first = f"{root}/2015-06-30", f"{root}/2014-06-30"
    now = assessed(
        second,
        "2015-06-30",
        (
            year(second, "2011/12", 57, 523, 765, 1460, 0, "kept", "is at least", 7),
            year(second, "2012/13", 33, 547, 790, 1445, -1660000, "deducted", "is below", 17),
        ),
        -1660000,
        "approved",
    )
    before = assessed(first, "2014-06-30", (year(first, "2011/12", 57, 523, 765, 1460, 0, "kept", "is at least", 7),), 0, "draft")
    return Contract(
        slug=root,
        title="HMP Northmoor payment by results pilot",
        version="2011.1",
        parties=(("commissioner", "Ministry of Justice"), ("provider", "Calder Justice")),
        currency="GBP",
        term=("2011-10-01", "2013-09-30"),
        about=("Fewer people reconvicted in the year after they leave HMP Northmoor.",),
        reading=(
            Clause(
                "Terms",
                (
                    "baseline is 58.0% (Sch 3 para 1).",
                    "target is 5.0 percentage points (Sch 3 para 2).",
                    "annual_fee is £16,600,000.00 from 1 October 2011 (Sch 5 para 1).",
                ),
            ),
            Clause(
                "Cohorts",
                (
                    "Rows of releases, grouped by year from 1 October, by released_on.",
                    "Left out with code D1 where deported or held for removal (Sch 2 para 4).",
                ),
            ),
            Clause(
                "Payments",
                (
                    "fee_at_risk: one line for each row of year (Sch 5 para 3).",
                    "If change >= target: nothing more is paid. If not: it is repaid. While it is not known, the line is held.",
                ),
            ),
        ),
        source=b"contract: northmoor\nversion: 2011.1\n",
        digest=digest("northmoor contract"),
        assessments=(now, before),
        series=(
            Series(
                "change",
                "Fall in reconviction, by year",
                "percentage points",
                (
                    Point(
                        "2011/12", made.points(f"{root}/series/2011/12", 57), denominator=made.count(f"{root}/series/2011/12/group", 1460)
                    ),
                    Point(
                        "2012/13",
                        made.points(f"{root}/series/2012/13", 33),
                        denominator=made.count(f"{root}/series/2012/13/group", 1445),
                        state="[p]",
                    ),
                ),
                wanted,
                "higher",
            ),
        ),
        protects="The people who were released: nobody may learn who they are, or whether they were convicted.",
        rule="Numbers of people from 1 to 7 are not shown. Other numbers of people are rounded to the nearest 5.",
    )


HOMES = (
    ("ashby", "Ashby", 410, 655),
    ("brackley", "Brackley", 285, 561),
    ("corby", "Corby", 150, 700),
    ("daventry", "Daventry", 90, 522),
    ("evesham", "Evesham", None, None),
)


def _homes(made: Made) -> Contract:
    root = "riverside-homes"
    price = made.term(f"{root}/price", "£1,200.00", "1200.00")
    cap = made.term(f"{root}/cap", "£900,000.00", "900000.00")
    quarters = (("2024-09-30", 620, 35, 900000, 744000), ("2024-06-30", 395, 55, 474000, 474000), ("2024-03-31", 160, 120, 192000, 192000))
    assessments = []
    for day, housed, held, _, before in quarters:
        at = f"{root}/{day}"
        capped = day == "2024-09-30"
        bands = 960000 if capped else before
        paid = 900000 if capped else before
        people: Text = ("Because a home was kept for six months, at ", price, " for each.")
        lines = (
            Line(
                "paid",
                (),
                made.word(f"{at}/homes/paid/result", "pays"),
                made.money(f"{at}/homes/paid/amount", before),
                people,
                people=True,
                number=made.count(f"{at}/homes/paid/number", housed),
                derived=(
                    Derived(
                        "homes_kept",
                        "1 for each of tenancies where kept",
                        (made.count(f"{at}/homes/derived", housed), " × ", price),
                        "cl 12.1",
                    ),
                ),
            ),
            Line(
                "nothing",
                (),
                made.word(f"{at}/homes/nothing/result", "pays nothing"),
                made.money(f"{at}/homes/nothing/amount", 0),
                ("Because the home was lost within six months.",),
                people=True,
                number=made.count(f"{at}/homes/nothing/number", 240),
            ),
            Line(
                "held",
                (),
                made.word(f"{at}/homes/held/result", "held"),
                made.slot(f"{at}/homes/held/amount", "[z]", None, "money"),
                ("Because it is not known yet whether the home was kept: six months have not run.",),
                people=True,
                number=made.count(f"{at}/homes/held/number", held),
            ),
        )
        towns = []
        for slug, name, group, tenths in HOMES:
            here = f"{at}/towns/{slug}"
            share = made.share(f"{here}/share", tenths)
            if group is None:
                why: Text = ("How many kept their homes in ", name, " is not shown.")
            else:
                why = (
                    "Because the share that kept a home for a year (",
                    share,
                    ") is ",
                    "at least" if (tenths or 0) >= 550 else "below",
                    " the target (",
                    made.term(f"{here}/target-said", "55.0%", "0.55"),
                    ").",
                )
            shown = None if group is None else (43200 if (tenths or 0) >= 550 else 0)
            towns.append(
                Line(
                    slug,
                    (("town", name),),
                    made.word(f"{here}/result", "[c]" if group is None else "pays" if shown else "pays nothing"),
                    made.money(f"{here}/amount", shown),
                    why,
                    (
                        Comparison(
                            "kept a year",
                            "is at least",
                            share,
                            made.term(f"{here}/target", "55.0%", "0.55"),
                            None,
                            made.count(f"{here}/yes", None if group is None else 5 * round(group * (tenths or 0) / 5000)),
                            made.count(f"{here}/group", group),
                            "tenancies",
                            None if group is None else bool(shown),
                        ),
                    ),
                )
            )
        assessments.append(
            Assessment(
                slug=day,
                digest=digest(at),
                complete_to=day,
                state="draft" if capped else "approved",
                state_says="Nobody has approved it yet." if capped else "Approved by Westmere Council, as the contract asks.",
                paid=made.money(f"{at}/paid", paid),
                gross=made.money(f"{at}/gross", bands),
                deducted=made.money(f"{at}/deducted", 0),
                held_lines=made.count(f"{at}/held-lines", held, "lines"),
                lines=made.count(f"{at}/lines", housed + 240 + held, "lines"),
                bought=("Westmere Council bought homes that people who slept rough keep.",),
                achieved=(
                    (made.count(f"{at}/first/kept", housed), " people kept a home for six months. There was no target: each is paid for."),
                    (
                        "In three of the towns that are shown at least ",
                        made.term(f"{at}/first/target", "55.0%", "0.55"),
                        " kept it for a year, which was the target.",
                    ),
                ),
                why_not_more=(
                    *((("All payments together stop at ", cap, ", and they had reached it."),) if capped else ()),
                    ("For ", made.count(f"{at}/first/held", held), " people it is not known yet; their payments are held."),
                ),
                who_says_so=(("Landlords' records decide. The day of moving in rests on Harbour Trust's word.",),),
                payments=(
                    Payment(
                        "home_kept",
                        "A home kept for six months",
                        "cl 12.1",
                        "Each home that is kept for six months pays £1,200.00.",
                        lines,
                        made.money(f"{at}/homes/total", before),
                        "independent records",
                        "the provider's word",
                    ),
                    Payment(
                        "town_bonus",
                        "A bonus for each town",
                        "cl 12.4",
                        "A town where at least 55.0% keep their homes for a year pays £43,200.00.",
                        tuple(towns),
                        made.slot(f"{at}/towns/total", "[c]", None, "money", WITHHELD),
                        "independent records",
                    ),
                ),
                rows=(
                    Rows(
                        "tenancies",
                        "the provider",
                        made.count(f"{at}/rows/submitted", housed + 255 + held, "rows"),
                        made.count(f"{at}/rows/used", housed + 240 + held, "rows"),
                        made.count(f"{at}/rows/unused", 0, "rows"),
                        (("E2 left the area", made.count(f"{at}/rows/e2", None, "rows")),),
                        (("PBR401 the day of moving in is missing", made.count(f"{at}/rows/pbr401", 10, "rows")),),
                        made.count(f"{at}/rows/rejected", 10, "rows"),
                        day,
                    ),
                ),
                outcomes=(
                    Outcome(
                        "kept",
                        "the home was kept for six months",
                        "tenancies",
                        made.count(f"{at}/kept/yes", housed),
                        made.count(f"{at}/kept/no", 240),
                        made.count(f"{at}/kept/held", held),
                        "independent records",
                        "the provider's word",
                    ),
                ),
                limits=(
                    Limit(
                        "All payments together are at most £900,000.00.",
                        "cl 14",
                        cap,
                        made.money(f"{at}/cap/before", bands),
                        made.money(f"{at}/cap/after", paid),
                    ),
                ),
                rules=((RULE.name, RULE.digest),),
                inputs=(("tenancies.csv", digest(f"{at}t")),),
            )
        )
    points = tuple(
        Point(name, made.share(f"{root}/funnel/{slug}", tenths), denominator=made.count(f"{root}/funnel/{slug}/group", group))
        for slug, name, group, tenths in HOMES
    )
    target = made.term(f"{root}/target", "55.0%", "0.55")
    return Contract(
        slug=root,
        title="Riverside homes: people who slept rough, in homes they keep",
        version="3",
        parties=(("commissioner", "Westmere Council"), ("provider", "Harbour Trust")),
        currency="GBP",
        term=("2023-10-01", "2026-09-30"),
        about=("Homes for people who slept rough on the riverside, which they keep.",),
        reading=(
            Clause("Terms", ("price is £1,200.00 (cl 12.1).", "cap is £900,000.00 (cl 14).")),
            Clause("Payments", ("home_kept: one line for each tenancy (cl 12.1).", "town_bonus: one line for each town (cl 12.4).")),
        ),
        source=b"contract: riverside-homes\nversion: 3\n",
        digest=digest("riverside contract"),
        assessments=tuple(assessments),
        series=(Series("kept-a-year", "Homes kept for a year, by town", "%", points, target, "higher"),),
        funnels=(Series("kept-a-year", "Homes kept for a year: each town against the target", "%", points, target, "higher"),),
        rules=(RULE,),
        protects="The people who slept rough: nobody may learn who they are, or whether they kept their home.",
        rule="Numbers of people from 1 to 7 are not shown. Other numbers of people are rounded to the nearest 5.",
    )


def portfolio() -> tuple[Site, Released]:
    """The site and what is shown of its cells."""
    made = Made()
    contracts = (_prison(made), _homes(made))
    site = Site(
        "Payment by results in Westmere",
        contracts,
        "pbr 1.0",
        notes=("These contracts and everybody in them are made up.",),
        paid=(made.money("paid", -760000),),
    )
    withheld = sum(one.how == WITHHELD for one in made.figures.values())
    shown = sum(one.kind != "term" for one in made.figures.values()) - withheld
    return site, Released(
        made.figures,
        shown,
        withheld,
        ("Every number of people from 1 to 7: whether it can be told from what is shown.",),
        ("Differences with what was published before: no earlier site was given.",),
    )


def hostile() -> tuple[Site, Released]:
    """The same with titles that try to be markup, to turn the page round, and to fill it."""
    site, released = portfolio()
    first, second = site.contracts
    titles = (
        "</title><script>alert('1')</script><img src=x onerror=alert(1)> \" ' & ]]>",
        "\u202eגשר\u202c " + "a" * 5000 + " \u2067שלום " * 700,
    )
    return replace(
        site, title="<b>Westmere</b> & \u202emoc", contracts=(replace(first, title=titles[0]), replace(second, title=titles[1][:10000]))
    ), released
