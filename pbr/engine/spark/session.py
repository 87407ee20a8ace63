"""Sessions of Spark: the settings that exact arithmetic stands on, and what is missing where there is no Spark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pbr.problem import Problem, Refused, refuse

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

REQUIRED: Mapping[str, str] = MappingProxyType(
    {
        "spark.sql.ansi.enabled": "true",  # without it an overflow is NULL, and NULL is "none"
        "spark.sql.decimalOperations.allowPrecisionLoss": "true",  # without it the quotient of two DECIMAL(38,0) has no room for whole digits
        "spark.sql.parser.escapedStringLiterals": "false",  # how ``text.quote_text`` writes literals
    }
)
_PACKAGES: Mapping[str, str] = MappingProxyType({"pyspark": "pyspark", "grpc": "grpcio"})  # module: package


def missing() -> str:
    """What keeps Spark from running here, in a sentence; empty where nothing does. Imports and starts nothing."""
    gone = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if gone:
        return f"not installed: {' and '.join(gone)} (pip install 'pbr-contracts[spark]')"
    home = os.environ.get("JAVA_HOME")
    if (home and (Path(home) / "bin" / "java").exists()) or shutil.which("java"):
        return ""
    return "Java is not installed (Spark 4 needs Java 17 or later), or neither JAVA_HOME nor the PATH leads to it"


def open_session(cores: int = 2, more: Mapping[str, str] = MappingProxyType({})) -> SparkSession:
    """A session on this machine, without a web page and with the settings required; ``more``: further settings, which cannot change
    those. Raises Refused (PBR521) where Spark cannot run."""
    if why := missing():
        raise refuse("PBR521", f"Spark cannot run here: {why}.", "The columns engine needs neither.")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{cores}]").appName("pbr")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(cores),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
        **more,
        **REQUIRED,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    return session


def check_settings(session: SparkSession) -> None:
    """Raises Refused (PBR522) naming every setting that would make an amount wrong without an error."""
    found = {name: str(session.conf.get(name)).lower() for name in REQUIRED}
    wrong = [name for name, value in REQUIRED.items() if found[name] != value]
    if wrong:
        raise Refused(
            [
                Problem(
                    "PBR522",
                    f"The Spark session has {name} = {found[name]}; exact amounts need {REQUIRED[name]}.",
                    f'Set it: session.conf.set("{name}", "{REQUIRED[name]}").',
                )
                for name in wrong
            ]
        )
