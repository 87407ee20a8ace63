"""``pbr.assess``: an assessment from a contract and its data. The command ``pbr assess`` is this function and a printed statement."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from pbr.audit import layout
from pbr.audit.canonical import readable
from pbr.audit.digesting import digesting
from pbr.audit.inputs import Given, store_inputs
from pbr.audit.previous import identity, what_stood
from pbr.audit.results import Run, write_results
from pbr.audit.sealing import About, Stored, manifest_json, rules_json, seal
from pbr.engine.columns.run import run
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.platform.clock import Clock, RealClock
from pbr.platform.duck import connect, glob_text
from pbr.platform.files import Files, WholeFolder, files_here
from pbr.platform.limits import ELSEWHERE, Limits, enough, limits_of
from pbr.problem import Place, Problem, Refused, refuse
from pbr.submission.accepted import Source
from pbr.submission.controltotals import Controls
from pbr.submission.parts import files_of
from pbr.submission.reading import read_submission
from pbr.terms.loading import Loaded, load_contract

if TYPE_CHECKING:
    import pandas

    from pbr.audit.logged.recording import Recorder

Data = Union[str, Path, "pandas.DataFrame"]  # in quotes: pandas is not imported here
File = str | Path
Tables = Mapping[str, Data] | Sequence[File | tuple[str | None, File]]
Days = date | str | Mapping[str, date | str] | None
PARTS = 4  # of the work, each of which is timed; Spark has one more, which is starting it
ENGINES = ("columns", "spark")
WORK = ".work"  # scratch space of DuckDB inside the folder while it is being made


@dataclass(frozen=True)
class Engine:
    """``name``: one of ENGINES. ``master``: of Spark, as Spark calls it; None: this machine. Raises ValueError for others."""

    name: str = "columns"
    master: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ENGINES or (self.master is not None and self.name != "spark"):
            raise ValueError(f"an engine is one of {_listed(ENGINES)}, and only spark has a master: {self.name!r}, {self.master!r}")


@dataclass
class Assessment:
    """``folder``: the trail; when no ``out`` was given it is a temporary folder that goes with this object. ``statement``: as in
    statement.json. ``entry``: its number in the log, where it was logged."""

    folder: Path
    statement: dict[str, Any]
    entry: int | None = None
    _keep: Any = field(default=None, repr=False)

    @property
    def payments(self) -> pandas.DataFrame:
        """payments.parquet as a DataFrame, one row per line; sums are whole minor units (pence)."""
        return self._frame(layout.PAYMENTS, "line")

    @property
    def due(self) -> pandas.DataFrame:
        """due.parquet as a DataFrame, one row per entry. Raises Refused PBR918 where it was not said what was paid before."""
        if not (self.folder / layout.DUE).is_file():
            raise refuse(
                "PBR918", "It was not said what was paid before, so nothing is said of what is due.", "Give previous=, or first=True."
            )
        return self._frame(layout.DUE, "entry")

    def _frame(self, file: str, order: str) -> pandas.DataFrame:
        with tempfile.TemporaryDirectory() as temp:
            con = connect(Path(temp), [self.folder])
            try:
                return con.execute(
                    f"SELECT * FROM read_parquet({glob_text(self.folder / file)}, hive_partitioning = false) ORDER BY {order}"
                ).df()
            finally:
                con.close()


def assess(
    contract: str | Path,
    tables: Tables,
    complete_to: Days = None,
    out: str | Path | None = None,
    *,
    control_totals: Controls | None = None,
    previous: str | Path | None = None,
    first: bool = False,
    by_reference: bool = False,
    memory: str | None = None,
    threads: int | None = None,
    rules: Sequence[Path] = (),
    recorder: Recorder | None = None,
    files: Files | None = None,
    clock: Clock | None = None,
    who: str | None = None,
    progress: Callable[[str], None] | None = None,
    engine: str = "columns",
    master: str | None = None,
) -> Assessment:
    """Assess ``tables`` under ``contract`` (a folder or a YAML file).

    ``tables``: table name -> path, pattern of Parquet files, or pandas DataFrame; or a list of paths, or of (table or None, path), matched by name.
    ``complete_to``: the day up to which the data is complete, for all tables or per table (under ``""``: all others).
    ``control_totals``: table -> name -> the total as text, such as ``{"releases": {"rows": "2981"}}``, where the contract asks for them.
    ``previous``: the folder of the assessment before this one: then each line is due what it comes to less what was paid for it before.
    ``first``: nothing was paid before, and it is said so.
    ``out``: the folder to write; it must not exist, and is whole or absent afterwards. None: a temporary one.
    ``rules``: folders in which the contract's rules are looked for before any other.
    ``recorder``: puts it into a log when it is whole (``pbr.audit.logged``); that it could be is found out before anything is computed. It needs ``out``.
    ``memory``: how much the database may hold at a time, such as ``"1GB"``, and ``threads``, how many work at once: no result depends on them.
    ``by_reference``: record the digests of the files, not their bytes. ``files``, ``clock``, ``who``: injected; the machine's own
    when left out. ``engine``: "columns" or "spark", whose ``master`` is called as Spark calls it (None: this machine).

    Raises Refused with every problem found in the contract or the data, and where memory (PBR722) or disk (PBR723) was not enough; OSError and
    duckdb.Error for other troubles of the machine.
    """
    files, limits = files or files_here(), limits_of(memory, threads)
    tell = progress or (lambda doing: None)
    tell("Reading the contract")
    loaded = load_contract(Path(contract), rules)
    plan = build(loaded)
    days = days_for(plan, complete_to)
    given, controls = _given(plan, tables), control_totals or {}
    if previous is not None and first:
        raise refuse(
            "PBR917", "Both an earlier assessment and `first` are given.", "Give one: --previous DIR, or --first where there is none."
        )
    by = Engine(engine, master)
    earlier = (None if previous is None else Path(previous), first)
    if recorder is not None:
        if out is None:
            raise ValueError("an assessment that is logged needs a folder that stays: out")
        tell("Reading the log")
        recorder.ready(loaded, str(contract), earlier[0])
    if out is not None:
        with enough(limits, Path(out).parent, "With --out, choose a place on another disk."):
            statement = _write(
                loaded, plan, given, days, controls, earlier, Path(out), by_reference, limits, files, clock or RealClock(), who, tell, by
            )
        if recorder is None:
            return Assessment(Path(out), statement)
        tell("Logging it")
        return Assessment(Path(out), statement, recorder.record(Path(out), earlier[0]))
    home = Path(tempfile.mkdtemp(prefix="pbr-"))
    try:
        target = home / "assessment"
        with enough(limits, home, ELSEWHERE):
            statement = _write(
                loaded, plan, given, days, controls, earlier, target, by_reference, limits, files, clock or RealClock(), who, tell, by
            )
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    assessment = Assessment(home / "assessment", statement)
    assessment._keep = weakref.finalize(assessment, shutil.rmtree, home, ignore_errors=True)
    return assessment


def _write(
    loaded: Loaded,
    plan: Plan,
    given: list[Given],
    days: dict[str, date | None],
    controls: Controls,
    earlier: tuple[Path | None, bool],
    out: Path,
    by_reference: bool,
    limits: Limits,
    files: Files,
    clock: Clock,
    who: str | None,
    tell: Callable[[str], None],
    by: Engine,
) -> dict[str, Any]:
    started, watch = clock.now(), Watch(tell, PARTS + (by.name == "spark"))
    with _running(by, watch) as run, WholeFolder(files, out) as folder:
        watch("Copying the data")
        work = folder / WORK
        files.make_folder(work)
        files.make_folder(folder / "contract")
        files.write_atomic(folder / layout.CONTRACT, _contract_bytes(loaded, files))
        _keep_rules(loaded, folder, files)
        files.write_atomic(folder / layout.PLAN, readable(plan.to_json()))
        stored, inputs = store_inputs(given, folder, files, by_reference)
        made_of = identity(
            {
                "contract": {"sha256": loaded.source.sha256},
                "rules": rules_json(loaded),
                "inputs": [one.to_json() for one in stored],
                "control_totals": controls,
            }
        )
        before = what_stood(plan, *earlier, days, made_of, files)
        reads = [folder, *(before.allowed if before else []), *(one.path for one in inputs if one.path is not None)]
        con = connect(work, reads, limits.threads, limits.memory_text)
        try:
            watch("Reading the data")
            accepted = read_submission(plan, loaded.contract.layout, inputs, days, con, work, controls)
            _unchanged(accepted.sources, stored)
            watch("Deciding outcomes and calculating payments")
            with digesting(con, folder, limits.beside) as digests:
                results = write_results(plan, accepted, folder, files, before, run, digests.written)
                watch("Taking digests")
                manifest = manifest_json(loaded, plan, accepted, results, stored, controls, folder, files, before, digests)
        finally:
            con.close()
        files.remove_tree(work)
        timings = watch.done()
        about = About(who or _who(), started.isoformat(), clock.now().isoformat(), _machine() | {"engine": by.name}, timings)
        seal(manifest, about, folder, files)
    return results.statement


@contextmanager
def _running(by: Engine, watch: Watch) -> Iterator[Run]:
    """What runs the plan, while the block lasts."""
    if by.name == "columns":
        yield run
        return
    from pbr.engine.on_spark import on_spark

    watch("Starting Spark")
    with on_spark(by.master) as there:
        yield there


def _contract_bytes(loaded: Loaded, files: Files) -> bytes:
    """The contract's file as it was read. Raises Refused PBR715 when it has changed since."""
    data = files.read_bytes(Path(loaded.source.file))
    if hashlib.sha256(data).hexdigest() != loaded.source.sha256:
        place = Place(loaded.source.file)
        raise refuse("PBR715", "The contract was changed while it was being read.", "Run it again when nobody is editing it.", place)
    return data


def _keep_rules(loaded: Loaded, folder: Path, files: Files) -> None:
    """The files of the rules that the contract uses, as they were read, where a checker looks for them."""
    for rule in loaded.rules:
        path = folder / layout.rule_file(rule.name)
        for above in [*path.relative_to(folder).parents][-2::-1]:
            if not files.exists(folder / above):
                files.make_folder(folder / above)
        files.write_atomic(path, rule.source.data)


def _unchanged(sources: list[Source], stored: list[Stored]) -> None:
    """Raises Refused PBR716 when the bytes that were read are not those whose digest the trail will hold."""
    digests = {one.sha256 for one in stored}
    for source in sources:
        if source.sha256 not in digests:
            says = f"{source.name} was changed while it was being read."
            raise refuse("PBR716", says, "Run it again when nobody is writing to it.", Place(source.name))


def days_for(plan: Plan, given: Days) -> dict[str, date | None]:
    """The day each table is complete to. Raises Refused: PBR711 a table that is not there, PBR712 not a day, PBR713 a table that the
    contract needs a day for and has none."""
    names = [table.name for table in plan.tables]
    by_table: Mapping[str, Any] = given if isinstance(given, Mapping) else {} if given is None else {"": given}
    problems = [
        Problem("PBR711", f"--complete-to names a table {name!r}; this contract has {_listed(names)}.", "Use one of those names.")
        for name in by_table
        if name and name not in names
    ]
    days: dict[str, date | None] = dict.fromkeys(names)
    for name in names:
        raw = by_table.get(name, by_table.get(""))
        try:
            days[name] = date.fromisoformat(raw) if isinstance(raw, str) else raw
        except ValueError:
            problems.append(Problem("PBR712", f"{raw!r} is not a day.", "Write it as 2015-06-30."))
    missing = [name for name in plan.complete_to if days.get(name) is None]
    if missing:
        problems.append(
            Problem(
                "PBR713",
                f"The contract asks up to which day {_listed(missing)} {'is' if len(missing) == 1 else 'are'} complete: what had not "
                "happened by then is not the same as what did not happen.",
                f"Give it: --complete-to {missing[0]}=2015-06-30, or --complete-to 2015-06-30 for every table.",
            )
        )
    if problems:
        raise Refused(problems)
    return days


def _given(plan: Plan, tables: Tables) -> list[Given]:
    pairs: list[tuple[str | None, Any]] = []
    if isinstance(tables, Mapping):
        names = [table.name for table in plan.tables]
        pairs = list(tables.items())
        if unknown := [name for name in tables if name not in names]:
            raise refuse("PBR711", f"There is no table {unknown[0]!r}; this contract has {_listed(names)}.", "Use one of those names.")
    else:
        pairs = [one if isinstance(one, tuple) else (None, one) for one in tables]
    return [_one(table, one) for table, data in pairs for one in _each(data)]


def _each(data: Any) -> list[Any]:
    """The files that a pattern fits, or what was given."""
    return list(files_of(Path(data))) if isinstance(data, (str, os.PathLike)) else [data]


def _one(table: str | None, data: Any) -> Given:
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        if not path.is_file():
            raise refuse("PBR714", f"There is no file {str(path)!r}.", "Look at how its name is spelt.", Place(str(path)))
        return Given(path.name, table, path)
    from pbr.submission.frames import frame_rows

    return Given(f"{table}.csv", table, rows=tuple(tuple(row) for row in frame_rows(data)))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"


class Watch:
    """How long each part of the work took, in milliseconds, and a word to the terminal at its start."""

    def __init__(self, tell: Callable[[str], None], parts: int) -> None:
        self._tell, self._parts, self._doing, self._since = tell, parts, "", time.monotonic_ns()
        self._took: dict[str, int] = {}

    def __call__(self, doing: str) -> None:
        self.done()
        self._tell(f"{doing} (part {len(self._took) + 1} of {self._parts})")
        self._doing, self._since = doing, time.monotonic_ns()

    def done(self) -> dict[str, int]:
        if self._doing:
            self._took[self._doing] = (time.monotonic_ns() - self._since) // 1_000_000
        return self._took


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name in the environment and none for this user's number
        return "unknown"


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count() or 0}
