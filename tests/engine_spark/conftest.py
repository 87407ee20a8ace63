"""One Spark session for all tests here; without Spark or Java they are skipped, with one line that says why."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from pbr.engine.spark.session import missing, open_session


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    if why := missing():
        pytest.skip(f"Spark: {why}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what py4j and pyspark say of themselves while they start and stop is not ours
        session = open_session()
    yield session
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session.stop()
        gc.collect()
