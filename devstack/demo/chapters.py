"""The chapters of the demo: each shows one promise, and checks it in the engine's own records."""

import json
import textwrap
import time
from collections.abc import Iterator

import yaml

from devstack.demo.scene import (
    ACCOUNT,
    OWN_NAMESPACE,
    ROOT,
    SAMPLES,
    DemoError,
    Scene,
    claim,
    until,
)
from devstack.records import Record

_SHOWN = (
    "order.yaml",
    "zeebeprocess-*.yaml",
    "zeebeinstance-[fm]*.yaml",
    "zeebemessage-*.yaml",
    "zeebeconnection-*.yaml",
)
"""Workers ask the engine for jobs all the time, and commands are about keys that only a user
knows: neither fits into a story that counts commands."""


def any_order(scene: Scene) -> None:
    """The samples of four kinds at once, the hostile one first, and the table."""
    scene.stage.chapter("Any order")
    order = list(yaml.safe_load_all((ROOT / SAMPLES / "order.yaml").read_text()))
    scene.stage.say(f"order.yaml, from top to bottom: {', '.join(each['kind'] for each in order)}.")
    scene.stage.say("Each of them needs the one that comes after it.")
    scene.stage.command("kubectl apply " + " ".join(f"-f {SAMPLES}/{name}" for name in _SHOWN))
    with scene.stage.step("all of it is applied"):
        scene.env.kubectl("apply", "-f", "-", input=_samples(scene.env.engine.gateway_address))
    scene.stage.say(
        f"(with gatewayAddress {scene.env.engine.gateway_address} instead of the samples'"
    )
    scene.stage.say("zeebe-gateway.camunda.svc:26500, because that is where the engine is here)")
    with scene.stage.step("all of them are Ready"):
        scene.kubectl("wait --for=condition=Ready zeebe --all --timeout=60s")
    scene.stage.verbatim(scene.kubectl("get zeebe"))


def the_same_keys(scene: Scene) -> None:
    """The keys in status are those in the engine's own records."""
    scene.stage.chapter("The engine says the same")
    rows = [("resource", "key in status", "key in the engine's records")]
    for resource, key, found in _keys(scene):
        if [key] != found:
            raise DemoError(f"{resource} has key {key} in status, but the engine recorded {found}.")
        rows.append((resource, key, found[0]))
    scene.stage.table(rows, check=True)


def the_message_arrived(scene: Scene) -> None:
    """The message that was applied before the instance that waits for it."""
    key = int(scene.status("zmsg", "sample-order-1001-paid")["messageKey"])
    instance = int(scene.status("zinst", "sample-order-1001")["processInstanceKey"])
    correlated = scene.records(
        "PROCESS_MESSAGE_SUBSCRIPTION", "CORRELATED", messageKey=key, processInstanceKey=instance
    )
    claim(len(correlated) == 1, "message sample-order-1001-paid was not correlated")
    completed = scene.records(
        "PROCESS_INSTANCE", "ELEMENT_COMPLETED", processInstanceKey=instance, elementId="end"
    )
    claim(len(completed) == 1, "instance sample-order-1001 did not reach its end")
    scene.stage.say("The message was published before anybody waited for it. The engine kept it,")
    scene.stage.say("gave it to the instance, and the order reached its end:")
    scene.stage.table(
        [
            ("record", "of", "message key"),
            ("CORRELATED", "sample-order-1001", str(correlated[0].value["messageKey"])),
            ("ELEMENT_COMPLETED", "sample-order-1001, end event", ""),
        ],
        check=True,
    )
    scene.stage.say("(Its STATE above stays Active: this version does not follow an instance after")
    scene.stage.say("its start.)")


def a_new_version(scene: Scene) -> None:
    """A label deploys nothing, an edit deploys once."""
    scene.stage.chapter("An edit is one new version")
    scene.kubectl("label zproc sample-greeting team=orders")
    scene.stage.command("sed 's/Hello/Good day/' zeebeprocess-minimal.yaml | kubectl apply -f -")
    text = (ROOT / SAMPLES / "zeebeprocess-minimal.yaml").read_text()
    with scene.stage.step("the label deploys nothing, the edit deploys version 2"):
        edited = text.replace("#34;Hello", "#34;Good day")
        scene.env.kubectl("apply", "-f", "-", input=edited)
        version = "--for=jsonpath={.status.version}=2"
        scene.env.kubectl("wait", version, "--timeout=60s", "zproc/sample-greeting")
    created = scene.records("PROCESS", "CREATED", bpmnProcessId="sample-greeting")
    versions = [str(record.value["version"]) for record in created]
    claim(versions == ["1", "2"], f"the engine made the versions {versions} of sample-greeting")
    scene.stage.say(f"Versions of sample-greeting in the engine's records: {', '.join(versions)}.")


def a_mistake(scene: Scene) -> None:
    """What the engine refuses is told at once, in its words, and the next good spec heals it."""
    scene.stage.chapter("A mistake, in the engine's words")
    good = yaml.safe_load((ROOT / SAMPLES / "zeebeprocess-minimal.yaml").read_text())
    good["metadata"]["name"] = "broken"
    good["spec"]["bpmn"] = good["spec"]["bpmn"].replace("sample-greeting", "mended")
    bad = json.loads(json.dumps(good).replace("scriptTask", "serviceTask"))
    bad["spec"]["bpmn"] = bad["spec"]["bpmn"].replace("zeebe:script ", "zeebe:nothing ")
    with scene.stage.step("a service task without a type: the resource is Stalled at once"):
        scene.env.kubectl("apply", "-f", "-", input=json.dumps(bad))
        scene.env.kubectl("wait", "--for=condition=Stalled", "--timeout=60s", "zproc/broken")
    message = scene.status("zproc", "broken")["conditions"][0]["message"]
    for line in message.splitlines():
        scene.stage.say(textwrap.indent(textwrap.fill(line.strip(), 74), "  | "))
    with scene.stage.step("the corrected one is applied: Ready"):
        scene.env.kubectl("apply", "-f", "-", input=json.dumps(good))
        scene.env.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "zproc/broken")


def a_deletion(scene: Scene) -> None:
    """Deleting the resource ends the instance."""
    scene.stage.chapter("Deleting the resource ends the instance")
    key = int(scene.status("zinst", "sample-approval")["processInstanceKey"])
    with scene.stage.step("the resource is gone"):
        scene.kubectl("delete zinst sample-approval --timeout=60s")
    ended = scene.records(
        "PROCESS_INSTANCE",
        "ELEMENT_TERMINATED",
        processInstanceKey=key,
        bpmnElementType="PROCESS",
    )
    claim(len(ended) == 1, "instance sample-approval was not terminated in the engine")
    scene.stage.say(f"ELEMENT_TERMINATED is in the engine's records of instance {key}.")


def a_restart(scene: Scene) -> None:
    """A settled cluster stays untouched."""
    scene.stage.chapter("A restart is silent")
    scene.operator.terminate()
    time.sleep(0.5)  # audit entries come a moment after the answers
    position, resources = scene.env.audit.position(), len(scene.objects("zeebe"))
    commands = len(scene.env.engine.records.all(record_type="COMMAND"))
    with scene.stage.step(f"the operator starts again and looks at {resources} settled resources"):
        scene.operator.start()
        until(lambda: scene.operator.passes() >= resources, "it did not look at every resource")
        time.sleep(0.5)
    account = f"system:serviceaccount:{OWN_NAMESPACE}:{ACCOUNT}"
    verbs = [e.verb for e in scene.env.audit.entries(position) if e.user == account]
    writes = [verb for verb in verbs if verb not in ("get", "list", "watch")]
    commands = len(scene.env.engine.records.all(record_type="COMMAND")) - commands
    claim(not writes, f"it wrote {len(writes)} times to the API")
    claim(commands == 0, f"it sent {commands} commands to the engine")
    scene.stage.say(f"Its requests to the API server: {len(verbs)}, all of them reads.")
    scene.stage.say("Its writes: 0. Its commands to the engine: 0.")


def _samples(gateway_address: str) -> str:
    """Those that are shown, in one stream; the address is the only change."""
    paths = [path for name in _SHOWN for path in sorted((ROOT / SAMPLES).glob(name))]
    found = [each for path in paths for each in yaml.safe_load_all(path.read_text())]
    for each in found:
        if each["kind"] == "ZeebeConnection":
            each["spec"]["gatewayAddress"] = gateway_address
    return yaml.safe_dump_all(found)


def _keys(scene: Scene) -> Iterator[tuple[str, str, list[str]]]:
    """Each resource with its key in status, and the keys that the records have for the same."""
    for each in scene.objects("zproc"):
        status = each["status"]
        found = scene.records("PROCESS", "CREATED", bpmnProcessId=status["bpmnProcessId"])
        yield f"zproc/{each['metadata']['name']}", status["processDefinitionKey"], _texts(found)
    for each in scene.objects("zmsg"):
        found = scene.records("MESSAGE", "PUBLISHED", messageId=each["status"]["messageId"])
        yield f"zmsg/{each['metadata']['name']}", each["status"]["messageKey"], _texts(found)
    for each in scene.objects("zinst"):
        definition = int(each["status"]["processDefinitionKey"])
        made = scene.records(
            "PROCESS_INSTANCE_CREATION", "CREATED", processDefinitionKey=definition
        )
        keys = [str(record.value["processInstanceKey"]) for record in made]
        yield f"zinst/{each['metadata']['name']}", each["status"]["processInstanceKey"], keys


def _texts(records: list[Record]) -> list[str]:
    return [str(record.key) for record in records]
