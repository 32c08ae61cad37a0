"""`ports.Workers` without work: it remembers what it was told, and tells what a test says."""

from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.worker import Assignment, Progress, Report


class MemoryWorkers:
    """`assigned` has no entry for a worker that is paused or dismissed."""

    def __init__(self) -> None:
        self.assigned: dict[ObjectKey, Assignment] = {}
        self.counted: dict[ObjectKey, Progress] = {}
        """What was told to have been counted before."""
        self.reports: dict[ObjectKey, Report] = {}
        """What it says of a worker; the others are prepared and have done nothing."""
        self.paused: list[ObjectKey] = []
        self.dismissed: list[ObjectKey] = []

    def assign(self, assignment: Assignment, since: Progress) -> None:
        self.assigned[assignment.key] = assignment
        self.counted.setdefault(assignment.key, since)

    def pause(self, key: ObjectKey) -> None:
        self.assigned.pop(key, None)
        self.paused.append(key)

    def dismiss(self, key: ObjectKey) -> None:
        self.assigned.pop(key, None)
        self.dismissed.append(key)

    def report(self, key: ObjectKey) -> Report | None:
        since = self.counted.get(key, Progress())
        return self.reports.get(key, Report(since, prepared=True))
