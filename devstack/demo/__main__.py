"""`python -m devstack.demo`: from nothing to a table of Ready resources, and the proof of it."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from devstack import parts
from devstack.demo import burst, chapters
from devstack.demo.operator_process import OperatorProcess
from devstack.demo.scene import ACCOUNT, OWN_NAMESPACE, ROOT, DemoError, Scene
from devstack.demo.stage import Stage
from devstack.engine import NEWEST
from devstack.environment import Environment
from devstack.errors import DevstackError
from devstack.progress import Progress

ROLE: Final = "manifests/rbac/role.yaml"
_INTERRUPTED: Final = 130
_LAST_LINES: Final = 15

CHAPTERS: Final = (
    chapters.any_order,
    chapters.the_same_keys,
    chapters.the_message_arrived,
    chapters.a_new_version,
    chapters.a_mistake,
    chapters.a_deletion,
    burst.a_crash,
    chapters.a_restart,
)


def main() -> int:
    """The exit code; 0 only if the whole story was true."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    stage, begun = Stage(), time.monotonic()
    try:
        _tell(stage)
    except DevstackError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"demo: {error.strerror or error} ({error.filename or 'I/O'}).", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted, nothing is left running.", file=sys.stderr)
        return _INTERRUPTED
    stage.chapter(f"All of it held, in {time.monotonic() - begun:.0f} s. Nothing is left running.")
    stage.say("To play with it yourself: make up. To read on: README.md, docs/architecture.md.")
    return 0


def _tell(stage: Stage) -> None:
    stage.title(
        f"zeebe-operator on a real Kubernetes {parts.KUBERNETES_VERSION} API and the local engine,"
    )
    stage.title(f"which speaks the protocol of Zeebe {NEWEST}; every claim is checked.")
    stage.chapter("The stage")
    with _opened(stage) as scene:
        for chapter in CHAPTERS:
            try:
                chapter(scene)
            except (LookupError, ValueError) as error:
                what = f"The chapter {chapter.__name__} met something unexpected ({error!r})."
                raise DemoError(what) from error


@contextmanager
def _opened(stage: Stage) -> Iterator[Scene]:
    parts.ensure(Progress())  # minutes the first time, and it says so; then at once
    with stage.step("etcd, the API server, the controller manager and the engine start"):
        env = Environment.start(engine=NEWEST, progress=Progress(quiet=True))
    with env:
        with stage.step("crds/: a CRD for each kind"):
            _install(env)
            account = env.service_account_kubeconfig(OWN_NAMESPACE, ACCOUNT)
        operator = OperatorProcess(env, account)
        try:
            with stage.step(f"the operator starts, with the rights of {ROLE} and no more"):
                operator.start()
            yield Scene(stage, env, operator)
        except DevstackError:
            said = operator.last_lines(_LAST_LINES)
            print(f"\nThe operator's last words:\n{said}\n", file=sys.stderr)
            raise
        finally:
            operator.end()


def _install(env: Environment) -> None:
    crds = str(ROOT / "crds")
    env.kubectl("apply", "--server-side", "-f", crds)
    env.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", crds)
    env.kubectl("create", "namespace", OWN_NAMESPACE)
    env.kubectl("apply", "-f", str(ROOT / ROLE))
    account = f"--serviceaccount={OWN_NAMESPACE}:{ACCOUNT}"
    env.kubectl("create", "clusterrolebinding", "operator", "--clusterrole=zeebe-operator", account)


if __name__ == "__main__":
    sys.exit(main())
