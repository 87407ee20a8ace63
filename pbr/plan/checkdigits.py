"""The closed list of check-digit schemes: how a contract calls each, and the module of python-stdnum that knows its rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Schemes that records of people, organisations and payments really carry. A name is as those who issue the number write it.
# Not here: schemes whose check digit was given up (the Danish CPR), and those that the library judges by today's date
# (Swedish and Norwegian numbers of birth): a file must be judged alike on any day.
SCHEMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NHS number": "gb.nhs",
        "UPN": "gb.upn",  # unique pupil number, England
        "UTR": "gb.utr",  # unique taxpayer reference
        "UK VAT number": "gb.vat",
        "IBAN": "iban",
        "LEI": "lei",  # legal entity identifier
        "ISNI": "isni",  # an ORCID iD is one of these
        "Luhn": "luhn",
        "Verhoeff": "verhoeff",
        "ISO 7064 mod 11-2": "iso7064.mod_11_2",
        "ISO 7064 mod 97-10": "iso7064.mod_97_10",
        "Dutch BSN": "nl.bsn",
        "Finnish henkilotunnus": "fi.hetu",
        "Estonian isikukood": "ee.ik",
        "German IdNr": "de.idnr",
        "Swiss AHV": "ch.ssn",
        "Irish PPS": "ie.pps",
        "French NIR": "fr.nir",
        "Italian codice fiscale": "it.codicefiscale",
        "Spanish DNI": "es.dni",
        "Portuguese NIF": "pt.nif",
        "Polish PESEL": "pl.pesel",
        "Australian TFN": "au.tfn",
        "Canadian SIN": "ca.sin",
    }
)
