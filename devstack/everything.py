"""All that the tests need, built one after the other: tests in parallel cannot show progress."""

from devstack import cache, clients, gitops, helm, parts, prometheus
from devstack.node import parts as node_parts
from devstack.progress import Progress


def ensure(progress: Progress) -> None:
    """Returns at once when everything is in the cache; a missing tool is named before any build."""
    parts.ensure(progress)
    node_parts.ensure(progress)
    for recipe in (helm.helm3(), helm.helm4(), gitops.recipe(), prometheus.recipe()):
        cache.ensure(recipe, progress)
    for name in clients.names():
        clients.python(name, progress)
