"""Checking a log: the nine steps of docs/log-format.md, in one pass over its files. It stops at nothing that can be gone on from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pbr.log.checkpoints import NotACheckpoint, SignedCheckpoint, read_checkpoint
from pbr.log.contents import CHECKPOINT, POLICY, Besides, Folder, absent
from pbr.log.cosigned import Cosigned, check_cosigned
from pbr.log.findings import BROKEN, Checked, Finding, Findings, verdict_of
from pbr.log.kept import Kept
from pbr.log.leaves import Leaves, Reading
from pbr.log.ledger import Ledger
from pbr.log.notes import LONGEST
from pbr.log.policy import NotAPolicy, Policy, read_policy
from pbr.log.seen import Seen
from pbr.log.state import states
from pbr.log.trust import judge
from pbr.log.vouching import Vouched, whose_policy
from pbr.platform.files import Files
from pbr.problem import Place, refuse

Progress = Callable[[str], None]
AGAIN = 5  # times that a log which is being written to is read again
AHEAD = 300  # seconds that an entry's time may be after a cosignature over it
OLD = 86_400  # seconds that a witness's copy of the log may be old


@dataclass(frozen=True)
class CheckedLog:
    """``answer`` is what is printed. The rest is what was seen, for those who go on with it: None where the checkpoint could not be read.
    ``checkpoint``: its bytes. ``policy``: the one that signatures were judged by, the reader's or the log's own; ``own``: the log's."""

    answer: Checked
    checkpoint: bytes | None = None
    signed: SignedCheckpoint | None = None
    leaves: Leaves | None = None
    ledger: Ledger | None = None
    policy: Policy | None = None
    own: Policy | None = None


def check_log(
    folder: Path, files: Files, *, policy: Policy | None = None, kept: Kept | None = None, progress: Progress = lambda doing: None
) -> CheckedLog:
    """Checks the log in ``folder``. ``policy`` is the reader's own, from elsewhere; without it the one in ``kept`` is. Raises OSError where the machine cannot read a file,
    Refused PBR539 where the log does not stand still.

    A log that was added to while it was read (its checkpoint is another one afterwards) is read again: small tiles give way to larger ones, and that
    they are gone is no finding. What was found each time is one."""
    log = Folder(folder, files)
    always: set[Finding] | None = None
    for _ in range(AGAIN):
        before = log.checkpoint()
        try:
            checked = _Check(log, policy, kept, progress).run()
        except FileNotFoundError:
            if log.checkpoint() == before:
                raise
            continue
        if checked.answer.verdict != BROKEN or log.checkpoint() == before:
            return checked
        # files that are gone leave the root unknown, whichever they are
        found = {finding for finding in checked.answer.findings if finding.kind != "root"}
        always = found if always is None else always & found
    if always:
        return checked
    raise refuse(
        "PBR539",
        f"The log was added to each of {AGAIN} times while it was read, so that files went away meanwhile.",
        "Run it again when less is written, or check a copy.",
        Place(str(folder)),
    )


class _Check:
    def __init__(self, folder: Folder, policy: Policy | None, kept: Kept | None, progress: Progress) -> None:
        self.folder, self.kept, self.progress = folder, kept, progress
        self.given = policy
        self.whose = whose_policy(policy, kept)
        self.readers = policy or (kept.policy if kept is not None else None)
        self.policy = self.own = self.readers
        self.witnessed = 0
        self.findings = Findings()
        self.notes: list[str] = []
        self.seen = Seen()
        self.late: tuple[int, int, int] | None = None
        self.times: list[tuple[int, int, str]] = []  # of cosignatures by witnesses: size, time, whose

    def run(self) -> CheckedLog:
        data = self.folder.checkpoint()
        try:
            if data is None:
                raise NotACheckpoint("it is not there, or is no plain file")
            signed = read_checkpoint(data)
        except NotACheckpoint as trouble:
            self.findings.add(1, Finding("checkpoint", str(trouble), file=CHECKPOINT))
            return CheckedLog(self._answer(None, {}))
        self._signatures(signed)
        size = signed.checkpoint.size
        missing = absent(self.folder, size, self.findings)
        if missing is None:
            self.notes.append("nothing further was checked: more than 1,000 of its files are not there")
            return CheckedLog(self._answer(signed, {}), data, signed, policy=self.policy)
        leaves, ledger = self._entries(signed, missing)
        cosigned = check_cosigned(self.folder, signed, leaves, self.policy, self.own, self.findings)
        self.times += cosigned.times
        self.notes += cosigned.notes
        if self.readers is not None:
            self.witnessed = max([self.witnessed, *cosigned.witnessed])
        if self.kept is not None:
            self._kept(self.kept, signed, leaves, cosigned)
        self._times(ledger, size)
        if self.readers is not None:
            self._look(ledger)
        return CheckedLog(self._answer(signed, states(ledger)), data, signed, leaves, ledger, self.policy, self.own)

    def _signatures(self, signed: SignedCheckpoint) -> None:
        """Step 2."""
        self.own = self._own_policy()
        self.policy = self.readers or self.own
        self.whose = whose_policy(self.given, self.kept, self.own)
        if self.policy is None:
            self.notes.append(
                "the signatures on the checkpoint were not checked: no policy was given, and the log has none that can be read"
            )
            return
        if self.readers is None:
            self.notes.append("the signatures were judged by the log's own policy, which is its owner's word")
        judged = judge(signed, self.policy, self.own)
        if self.readers is not None and judged.witnessed:
            self.witnessed = signed.checkpoint.size
        for kind, says in judged.faults():
            self.findings.add(2, Finding(kind, says, file=CHECKPOINT))
        self.times += [(signed.checkpoint.size, time, name) for time, name in judged.times]

    def _own_policy(self) -> Policy | None:
        if self.folder.files.kind(self.folder.root / POLICY) == "nothing":
            return None
        try:
            return read_policy(self.folder.read(POLICY, LONGEST + 1))
        except FileNotFoundError:
            self.findings.add(2, Finding("file", "it is no plain file", file=POLICY))
        except NotAPolicy as trouble:
            self.findings.add(2, Finding("file", f"it cannot be read as a policy: {trouble}", file=POLICY))
        return None

    def _entries(self, signed: SignedCheckpoint, missing: set[str]) -> tuple[Leaves, Ledger]:
        """Steps 3 to 5 and 8."""
        checkpoint = signed.checkpoint
        besides = Besides(self.folder, checkpoint.size, missing, self.findings)
        besides.look()
        self.notes += besides.notes()
        reading = Reading(self.folder, checkpoint.size, missing, self.findings)
        ledger, faults = self._read(reading, checkpoint.origin, whole=False)
        reading.upper_tiles()
        leaves = reading.leaves
        by_tiles, by_entries = leaves.from_tiles == checkpoint.root, leaves.from_entries == checkpoint.root
        if not by_tiles and not by_entries:
            says = "neither the tiles nor the entries give the root that is signed"
            self.findings.add(5, Finding("root", says, file=CHECKPOINT))
        elif by_tiles != by_entries:
            self.notes.append(
                "the entries give the root that is signed: tiles were changed, not entries"
                if by_entries
                else "the tiles give the root that is signed: entries were changed, not tiles"
            )
        if by_entries and any(self.findings.of_step(step) for step in (3, 4)):
            # every entry is what was signed after all, those behind a changed tile too
            again = Reading(self.folder, checkpoint.size, missing, Findings())
            ledger, faults = self._read(again, checkpoint.origin, whole=True)
        for finding in faults:
            self.findings.add(8, finding)
        return leaves, ledger

    def _read(self, reading: Reading, origin: str, *, whole: bool) -> tuple[Ledger, list[Finding]]:
        ledger = Ledger(origin)
        faults = Findings()
        for number, data in enumerate(reading.entries(whole=whole)):
            if data is None:
                ledger.skip()
            elif fault := ledger.look(data):
                faults.add(8, Finding(fault.kind, fault.says, number))
            if number % 1024 == 0:
                self.progress(f"reading entry {number:,} of {reading.size:,}")
        return ledger, list(faults.all())

    def _kept(self, kept: Kept, signed: SignedCheckpoint, leaves: Leaves, cosigned: Cosigned) -> None:
        """Step 6."""
        size = signed.checkpoint.size
        if kept.origin != signed.checkpoint.origin:
            says = f"it is of the log {signed.checkpoint.origin}; the kept view is of {kept.origin}"
            self.findings.add(6, Finding("origin", says, file=CHECKPOINT))
            return
        if size < kept.size:
            self.findings.add(6, Finding("rollback", f"the log has {size:,} entries, and had {kept.size:,} when the view was kept", size))
        if kept.hashes is not None:
            for number in range(min(size, kept.size)):
                if leaves.hash_of(number) not in (None, kept.hash_of(number)):
                    self.findings.add(6, Finding("history", "it is not the entry that was there when the view was kept", number))
                    return
        elif kept.size <= size:
            found = leaves.roots([kept.size])[kept.size]
            if found is not None and found != kept.signed.checkpoint.root:
                last = max((known for known in cosigned.right if known < kept.size), default=0)
                says = "the entries up to the kept size do not give the kept root: the change is here or after it"
                self.findings.add(6, Finding("history", says, last))

    def _times(self, ledger: Ledger, size: int) -> None:
        """Step 9."""
        if not self.times:
            return
        latest: list[int] = []  # the largest time of the entries so far
        for number in range(size):
            at = ledger.times[number]
            latest.append(max(latest[-1] if latest else 0, 0 if at is None else at))
        for cosigned, time, name in self.times:
            if time == 0:
                continue
            if cosigned and latest and latest[min(cosigned, size) - 1] > time + AHEAD:
                number = next(n for n in range(cosigned) if (ledger.times[n] or 0) > time + AHEAD)
                self.findings.add(
                    9, Finding("time-ahead", f"its time is after the time at which {name} cosigned a tree that holds it", number)
                )
            after = ledger.times[cosigned] if cosigned < size else None
            if after is not None and after < time - OLD:
                says = f"its time is more than a day before the time at which {name} saw the log without it"
                self.findings.add(9, Finding("back-dated", says, cosigned))

    def _look(self, ledger: Ledger) -> None:
        """By when witnesses of the reader's policy had seen the entries. It is no finding that they came late."""
        self.seen = Seen.of((size, time) for size, time, _ in self.times)
        late = list(self.seen.late(ledger.times))
        if late:
            self.late = len(late), late[0], ledger.times[late[0]] or 0

    def _answer(self, signed: SignedCheckpoint | None, assessments: dict[int, str]) -> Checked:
        found = self.findings.all()
        if signed is None:
            return Checked(verdict_of(found, False), None, None, None, found, assessments, tuple(self.notes))
        checkpoint = signed.checkpoint
        vouched = Vouched.of(self.readers, self.whose, self.witnessed, checkpoint.size, self.kept.size if self.kept is not None else 0)
        return Checked(
            verdict_of(found, vouched.whole),
            checkpoint.origin,
            checkpoint.size,
            checkpoint.root.hex(),
            found,
            assessments,
            tuple(self.notes),
            vouched.anchors,
            vouched.lacking,
            self.witnessed,
            self.readers is not None,
            self.seen,
            self.late,
        )
