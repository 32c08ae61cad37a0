"""The chapter about a crash: kill -9 in the middle of a burst, and then the records are counted."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from devstack.demo.scene import Object, Scene, claim, until
from devstack.records import Record

BURST: Final = 100
_SETTLED: Final = {"Published", "Started", "OutcomeUnknown"}


def a_crash(scene: Scene) -> None:
    """kill -9 in the middle of a burst: nothing is lost, nothing is doubled."""
    scene.stage.chapter(f"kill -9 in the middle of {BURST} messages and {BURST} instances")
    with ThreadPoolExecutor(1) as kubectl:
        with scene.stage.step("kubectl create; the operator is killed while it works"):
            creation = kubectl.submit(scene.env.kubectl, "create", "-f", "-", input=_burst())
            scene.env.engine.records.wait_for(
                _is_of_the_burst, value_type="MESSAGE", count=BURST // 10
            )
            scene.operator.kill()
            before = len(_created(scene)), len(_published(scene))
            creation.result()
        scene.stage.say(f"Done by then: {before[0]} instances, {before[1]} messages.")
        with scene.stage.step("it is started again, and everything settles"):
            scene.operator.start()
            _until_settled(scene)
    _count_the_burst(scene)


def _burst() -> str:
    numbers = [f"burst-{number:03}" for number in range(BURST)]
    specs: list[tuple[str, str, Object]] = []
    for name in numbers:
        specs.append(("ZeebeMessage", name, {"messageName": "burst", "correlationKey": name}))
        start = {"processRef": {"name": "sample-greeting"}, "variables": {"name": name}}
        specs.append(("ZeebeInstance", name, start))
    version = "zeebe-operator.dev/v1alpha1"
    items = [
        {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}
        for kind, name, spec in specs
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def _is_of_the_burst(record: Record) -> bool:
    return record.intent == "PUBLISHED" and record.value["name"] == "burst"


def _published(scene: Scene) -> list[str]:
    return [r.value["correlationKey"] for r in scene.records("MESSAGE", "PUBLISHED", name="burst")]


def _created(scene: Scene) -> list[str]:
    found = scene.records("PROCESS_INSTANCE_CREATION", "CREATED", bpmnProcessId="sample-greeting")
    return [record.value["variables"]["name"] for record in found]


def _reasons(scene: Scene, plural: str) -> Counter[str]:
    found = (each for each in scene.objects(plural) if each["metadata"]["name"].startswith("burst"))
    return Counter(each["status"].get("conditions", [{}])[0].get("reason", "") for each in found)


def _until_settled(scene: Scene) -> None:
    until(
        lambda: all(set(_reasons(scene, kind)) <= _SETTLED for kind in ("zmsg", "zinst")),
        "the burst did not settle",
    )


def _count_the_burst(scene: Scene) -> None:
    messages, instances = _reasons(scene, "zmsg"), _reasons(scene, "zinst")
    published, created = _published(scene), _created(scene)
    twice = [name for name, times in Counter(created + published).items() if times > 2]
    claim(len(set(published)) == len(published) == BURST, "a message was lost or published twice")
    claim(len(set(created)) == len(created), f"instances were started twice: {twice}")
    claim(len(created) >= instances["Started"], "an instance is Ready that was never started")
    doubt = instances["OutcomeUnknown"]
    scene.stage.table(
        [
            ("", "resources", "Ready", "Uncertain", "in the engine's records", "twice"),
            ("messages", str(BURST), str(messages["Published"]), "-", str(len(published)), "0"),
            (
                "instances",
                str(BURST),
                str(instances["Started"]),
                str(doubt),
                str(len(created)),
                "0",
            ),
        ],
        check=True,
    )
    if doubt:
        scene.stage.say(
            "Uncertain: killed between the call and the note of its key. By gRPC alone nobody can"
        )
        scene.stage.say(
            "ask for it, so the operator asks a person (spec.onUncertain) instead of starting the"
        )
        scene.stage.say("instance twice. With a restAddress it would look for the instance itself.")
