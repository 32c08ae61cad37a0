"""Finds the cluster as kubectl does: the service account of the pod, else the kubeconfig."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kopf

from zeebe_operator.kubernetes.session import Access, Session
from zeebe_operator.model.errors import OperatorError

logger = logging.getLogger(__name__)

_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")

LIFETIME = timedelta(minutes=5)
"""Then kopf logs in anew: a service account's token is replaced on disk once an hour."""


class NoClusterError(OperatorError):
    """Nothing tells where the cluster is."""


async def access(settings: kopf.OperatorSettings) -> Access:
    """Reads the credentials anew. Raises NoClusterError; an exec plugin may take a while."""
    info = await asyncio.to_thread(_read, settings)
    return Access(info.server, info.as_ssl_context(), info.as_http_headers(), info.proxy_url)


async def login(session: Session, settings: kopf.OperatorSettings) -> kopf.AiohttpSession:
    """For kopf: a session that is ours as well."""
    found = await access(settings)
    return kopf.AiohttpSession(
        aiohttp_session=session.open(found),
        server=found.server,
        expiration=datetime.now(UTC) + LIFETIME,
    )


def own_namespace() -> str | None:
    """Of our pod; None: we run in none."""
    return _NAMESPACE.read_text().strip() if _NAMESPACE.is_file() else None


def _read(settings: kopf.OperatorSettings) -> kopf.ConnectionInfo:
    """Not as kopf reads a service account: that needs DNS to find the server."""
    try:
        info = kopf.login_via_client(logger=logger, settings=settings)
    except Exception as error:
        raise NoClusterError(_WHERE) from error
    if info is None:
        raise NoClusterError(_WHERE)
    return info


_WHERE = (
    "no Kubernetes cluster: run in a pod with a service account, or let KUBECONFIG name a"
    " kubeconfig whose current context works with kubectl"
)
