"""Which class builds which form. The words of each form are in ``pbr.terms.payments.FORMS``, under the same name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pbr.plan.forms.at_risk import AtRisk
from pbr.plan.forms.choose import Choose
from pbr.plan.forms.difference import Difference
from pbr.plan.forms.divide import Divide
from pbr.plan.forms.form import Form
from pbr.plan.forms.ladder import Ladder
from pbr.plan.forms.linear import Linear
from pbr.plan.forms.one_of import OneOf
from pbr.plan.forms.pays import Factor, Pays
from pbr.plan.forms.share import Share
from pbr.plan.forms.tariff import Tariff
from pbr.terms import models
from pbr.terms.payments import form_of

BUILDERS: Final[Mapping[str, type[Form]]] = MappingProxyType(
    {
        "tariff": Tariff,
        "pays": Pays,
        "at_risk": AtRisk,
        "factor": Factor,
        "ladder": Ladder,
        "linear": Linear,
        "choose": Choose,
        "one_of": OneOf,
        "difference": Difference,
        "share": Share,
        "divide": Divide,
    }
)


def builder_of(model: models.Payment) -> type[Form]:
    return BUILDERS[form_of(model)]
