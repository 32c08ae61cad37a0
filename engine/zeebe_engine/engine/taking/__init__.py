"""How each event changes the state: the only place that does.

Events that no module here takes change nothing; they are for the reading side and the records.
"""

from zeebe_engine.engine.taking import instances, resources, waiting, work
from zeebe_engine.engine.taking.registry import take

__all__ = ["instances", "resources", "take", "waiting", "work"]
