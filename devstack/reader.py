"""Reads from the API server without a process for each: for those who look again and again."""

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from devstack.errors import KubectlError

_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Reader:
    """With the rights of a kubeconfig that holds a token."""

    kubeconfig: Path

    def __call__(self, path: str) -> dict[str, Any]:
        """The object at a path of the API, as /api/v1/namespaces/default. Raises KubectlError."""
        content = yaml.safe_load(self.kubeconfig.read_text())
        cluster = content["clusters"][0]["cluster"]
        token = content["users"][0]["user"]["token"]
        request = urllib.request.Request(
            cluster["server"] + path, headers={"Authorization": f"Bearer {token}"}
        )
        context = ssl.create_default_context(cafile=cluster["certificate-authority"])
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT, context=context) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            with error:
                raise KubectlError(str(json.load(error).get("message", error))) from error
        except (OSError, ValueError) as error:
            raise KubectlError(f"The API server does not answer: {error}.") from error
