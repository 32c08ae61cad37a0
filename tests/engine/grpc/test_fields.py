"""The table of fields and generations says what `proto/gateway.proto` says."""

import re
from collections import defaultdict
from pathlib import Path

from zeebe_engine.generations import GENERATIONS, NEWEST
from zeebe_engine.grpc import fields
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

PROTO = Path("proto/gateway.proto").read_text(encoding="utf-8")
MARKED = re.compile(r"\b(\w+) = \d+;\s*// \[8\.(\d+)\]")


def marked() -> dict[str, dict[str, int]]:
    """By message, the fields that have a mark."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    open_messages: list[str] = []
    for line in PROTO.splitlines():
        if opening := re.match(r"\s*(?:message|enum|oneof|service) (\w+) \{(?!\})", line):
            open_messages.append(opening[1])
        elif line.strip() == "}":
            open_messages.pop()
        elif mark := MARKED.search(line):
            found[open_messages[-1]][mark[1]] = int(mark[2])
    return dict(found)


def test_every_marked_field_is_in_the_table() -> None:
    assert marked() == fields.SINCE


def test_the_newest_generation_knows_all() -> None:
    assert fields.unknown_to(NEWEST) == {}


def test_what_a_generation_does_not_know_is_cleared_at_every_depth() -> None:
    request = pb.CreateProcessInstanceWithResultRequest()
    request.request.bpmnProcessId = "order"
    request.request.tags.append("a:1")
    request.request.businessId = "b"
    message = pb.ModifyProcessInstanceRequest(processInstanceKey=1)
    message.terminateInstructions.add(elementInstanceKey=2, elementId="task")
    for one in (request, message):
        fields.forget(one, fields.unknown_to(GENERATIONS["8.6"]))
    assert request.request == pb.CreateProcessInstanceRequest(bpmnProcessId="order")
    assert message.terminateInstructions[0].elementInstanceKey == 2
    assert not message.terminateInstructions[0].elementId


def test_8_8_knows_tags_and_no_business_id() -> None:
    request = pb.CreateProcessInstanceRequest(tags=["a:1"], businessId="b")
    fields.forget(request, fields.unknown_to(GENERATIONS["8.8"]))
    assert request == pb.CreateProcessInstanceRequest(tags=["a:1"])
