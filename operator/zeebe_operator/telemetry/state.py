"""How things stand, as metrics: counted at each look at /metrics, so that a pass pays nothing."""

from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from zeebe_operator.model.census import Census
from zeebe_operator.telemetry.health import Health


class StateCollector(Collector):
    """`take` is replaced by every run; before the first there is nothing to count."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self.take: Callable[[], Census] = Census

    def collect(self) -> Iterator[Metric]:
        census = self.take()
        yield _one("ready", "1 when /readyz says so.", not self._health.unready())
        yield _one("synced", "1 when all resources are read.", self._health.synced)
        yield _one("leader", "0 while another operator leads.", not self._health.standby)
        yield _one("queue_depth", "Resources that wait for a worker.", census.depth)
        yield _one(
            "queue_oldest_age_seconds", "How long the first of them has waited.", census.oldest
        )
        up = _family("connection_up", "1 while the gateway is connected.", _CONNECTION)
        limit = _family("connection_limit", "Commands under way at most.", _CONNECTION)
        for link in census.links:
            up.add_metric((link.namespace, link.name), link.up)
            limit.add_metric((link.namespace, link.name), link.limit)
        yield from (up, limit)
        resources = _family("resources", "How many there are.", ("kind", "state", "reason"))
        for group, number in census.groups.items():
            resources.add_metric(group, number)
        yield resources


_CONNECTION = ("namespace", "name")


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zeebe_operator_{name}", text, value=value)


def _family(name: str, text: str, labels: Sequence[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zeebe_operator_{name}", text, labels=labels)
