"""Sessions of Spark: the settings that exact arithmetic stands on, and what is missing where there is no Spark."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pbr.engine.spark.ending import signals_kept, start_java
from pbr.problem import Problem, Refused, refuse

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = "local[*]"  # as many threads as this machine has cores
REQUIRED: Mapping[str, str] = MappingProxyType(
    {
        "spark.sql.ansi.enabled": "true",  # without it an overflow is NULL, and NULL is "none"
        "spark.sql.decimalOperations.allowPrecisionLoss": "true",  # without it the quotient of two DECIMAL(38,0) has no room for whole digits
        "spark.sql.parser.escapedStringLiterals": "false",  # how ``text.quote_text`` writes literals
        "spark.sql.parquet.datetimeRebaseModeInWrite": "corrected",  # else days before 1582-10-15 would be others to who reads the trace
        "spark.sql.parquet.datetimeRebaseModeInRead": "corrected",
    }
)
# Layers stand inside each other, and Spark looks through one more of them in each turn: of 100, its own limit, a random contract had not enough.
DEEP: Mapping[str, str] = MappingProxyType({"spark.sql.analyzer.maxIterations": "1000"})
_PACKAGES: Mapping[str, str] = MappingProxyType({"pyspark": "pyspark", "grpc": "grpcio"})  # module: package
_WANTED: Mapping[str, str] = MappingProxyType({"pyspark": "pyspark==4.3.0", "grpcio": "'grpcio>=1.60'"})  # as pyproject.toml has them
_MASTER = re.compile(r"local$|local\[|spark://|yarn$|k8s://")
_PATIENCE = 5  # seconds for a master to answer
_APART = "Stop it first, or assess in a process of its own: pbr assess --engine spark."
_COLUMNS = "Or leave out --engine spark: the columns engine needs neither Spark nor Java."


def missing() -> str:
    """What keeps Spark from running here, in a sentence; empty where nothing does. Imports and starts nothing."""
    gone = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if gone:
        return f"not installed: {' and '.join(gone)} (pip install {' '.join(_WANTED[package] for package in gone)})"
    home = os.environ.get("JAVA_HOME")
    if (home and (Path(home) / "bin" / "java").exists()) or shutil.which("java"):
        return ""
    return "Java is not installed (Spark 4 needs Java 17 or later), or neither JAVA_HOME nor the PATH leads to it"


def open_session(master: str = HERE, more: Mapping[str, str] = MappingProxyType({})) -> SparkSession:
    """A session with the settings required. ``master``: as Spark calls it, such as ``local[2]`` or ``spark://HOST:7077``. ``more``: further
    settings, which cannot change those. What it does not set, Spark takes from where it always does (``SPARK_CONF_DIR``).

    Raises Refused: PBR521 where Spark cannot run here, PBR525 where the master is not one, does not answer, or will not have us, PBR527 where
    this program has a Spark of its own at work, which an assessment would change and end.
    """
    if why := missing():
        raise refuse("PBR521", f"Spark cannot run here: {why}.", _COLUMNS)
    if why := _silent(master):
        raise _no_master(master, why)
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        raise refuse("PBR527", "A Spark session runs in this program already: an assessment begins and ends one of its own.", _APART)
    settings = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR", **DEEP}
    if master.startswith("local"):
        settings |= {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
        }
        # else Spark starts whatever the PATH calls python3, which need not have this package
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # else it warns of the name of this machine
    conf = SparkConf().setMaster(master).setAppName("pbr").setAll([*{**settings, **more, **REQUIRED}.items()])
    try:
        with warnings.catch_warnings(), signals_kept():
            warnings.simplefilter("ignore", FutureWarning)  # which pandas it likes: none is used here
            start_java(conf)
            session: SparkSession = SparkSession.builder.config(conf=conf).getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        if "JAVA_GATEWAY_EXITED" in str(error) or isinstance(error, OSError):
            says = f"Spark cannot run here: Java did not start it ({first_line(error)})."
            raise refuse("PBR521", says, f"Spark 4 needs Java 17 or later. {_COLUMNS}") from error
        raise _no_master(master, first_line(error)) from error
    return session


def _no_master(master: str, why: str) -> Refused:
    hint = f"Look at how the master is spelt and whether it runs: spark://HOST:7077, yarn, k8s://HOST:443, or {HERE} for this machine. {_COLUMNS}"
    return refuse("PBR525", f"The Spark master {master!r} cannot be used: {why.rstrip('.')}.", hint)


def _silent(master: str) -> str:
    """Why it is no master, or nobody answers at its address; empty where somebody does, or where Spark alone can tell. Spark itself would try for a minute."""
    if not _MASTER.match(master):
        return "it is not the name of a master"
    if not master.startswith("spark://"):
        return ""
    why = ""
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            return f"{place!r} is not HOST:PORT"
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
        except OSError as error:
            why = f"nobody answers at {place} ({(error.strerror or str(error)).lower()})"
        else:
            return ""
    return why


def first_line(error: BaseException) -> str:
    """The first line of what an error of Spark or Java says, without the names of their classes."""
    java = getattr(error, "java_exception", None)
    text = str(java.getMessage() if java is not None else error).strip() or type(error).__name__
    return text.splitlines()[0][:500]


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
