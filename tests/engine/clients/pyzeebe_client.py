"""Each public method of `ZeebeClient`: right answers, and right errors."""

from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

from tests.engine.clients.pyzeebe_rig import UNKNOWN, Gateway, case, error_of


@case
async def an_overload_is_told(gateway: Gateway) -> str:
    return await error_of(gateway.client.broadcast_signal("alarm"))


@case
async def a_broken_connection_is_told(gateway: Gateway) -> str:
    return await error_of(gateway.client.broadcast_signal("alarm"))


@case
async def the_gateway_is_healthy(gateway: Gateway) -> Any:
    return (await gateway.client.healthcheck()).status


@case
async def the_topology_is_told(gateway: Gateway) -> Any:
    told = await gateway.client.topology()
    (broker,) = told.brokers
    roles = [(one.partition_id, one.role.name, one.health.name) for one in broker.partitions]
    return [told.partitions_count, told.cluster_size, roles]


@case
async def the_version_is_told(gateway: Gateway) -> Any:
    return (await gateway.client.topology()).gateway_version


@case
async def resources_are_deployed(gateway: Gateway) -> Any:
    names = ("work.bpmn", "rules.dmn", "form.form")
    told = await gateway.client.deploy_resource(*map(gateway.file, names))
    again = await gateway.client.deploy_resource(*map(gateway.file, names))
    assert again.deployments == told.deployments
    assert again.key != told.key
    kinds = [type(one).__name__ for one in told.deployments]
    return [kinds, [one.version for one in told.deployments], told.tenant_id]


@case
async def a_deployed_process_is_described(gateway: Gateway) -> Any:
    told = await gateway.client.deploy_resource(gateway.file("short.bpmn"))
    found = asdict(told.deployments[0])
    assert found.pop("process_definition_key") > 0
    return found


@case
async def a_broken_process_is_refused(gateway: Gateway) -> str:
    return await error_of(gateway.client.deploy_resource(gateway.file("broken.bpmn")))


@case
async def an_unknown_tenant_is_refused(gateway: Gateway) -> str:
    path = gateway.file("short.bpmn")
    return await error_of(gateway.client.deploy_resource(path, tenant_id="acme"))


@case
async def a_process_is_run(gateway: Gateway) -> Any:
    told = asdict(await gateway.client.run_process("short", {"a": 1}, version=1))
    assert told.pop("process_instance_key") != told.pop("process_definition_key")
    return told


@case
async def an_unknown_process_is_not_found(gateway: Gateway) -> Any:
    run = gateway.client.run_process
    return [await error_of(run("nobody")), await error_of(run("short", version=7))]


@case
async def a_process_that_a_message_starts_cannot_be_run(gateway: Gateway) -> str:
    await gateway.client.deploy_resource(gateway.file("message.bpmn"))
    return await error_of(gateway.client.run_process("message"))


@case
async def variables_that_are_no_object_are_refused(gateway: Gateway) -> Any:
    run = gateway.client.run_process
    return [await error_of(run("short", [1])), await error_of(run("short", {"a": float("nan")}))]


@case
async def a_result_is_awaited(gateway: Gateway) -> Any:
    run = gateway.client.run_process_with_result
    variables = {"a": [1, None, 0.5], "ä": {"b": "ü"}}
    whole = await run("short", variables, timeout=10_000)
    part = await run("short", variables, timeout=10_000, variables_to_fetch=["a"])
    return [whole.variables, part.variables, whole.bpmn_process_id, whole.version]


@case
async def a_result_that_takes_too_long_is_told(gateway: Gateway) -> str:
    await gateway.client.deploy_resource(gateway.file("slow.bpmn"))
    return await error_of(gateway.client.run_process_with_result("slow", timeout=200))


@case
async def an_instance_is_cancelled_once(gateway: Gateway) -> Any:
    key = (await gateway.client.run_process("slow")).process_instance_key
    cancel = gateway.client.cancel_process_instance
    return [await error_of(cancel(key)), await error_of(cancel(key))]


@case
async def a_message_is_published_once(gateway: Gateway) -> Any:
    def publish(message_id: str) -> Awaitable[Any]:
        wanted: Awaitable[Any] = gateway.client.publish_message(
            "paid", "42", {"a": 1}, 60_000, message_id
        )
        return wanted

    told = await publish("one")
    assert told.key > 0
    return [told.tenant_id, await error_of(publish("one")), await error_of(publish("two"))]


@case
async def a_message_starts_a_process(gateway: Gateway) -> Any:
    await gateway.client.publish_message("begin", "", {"a": 1})
    (job,) = await gateway.activate("message")
    return dict(job.variables)


@case
async def a_signal_is_broadcast(gateway: Gateway) -> Any:
    told = await gateway.client.broadcast_signal("alarm", {"a": 1})
    assert told.key > 0
    return told.tenant_id


@case
async def a_decision_is_evaluated(gateway: Gateway) -> Any:
    by_id = await gateway.client.evaluate_decision(None, "rules-discount", {"a": 1})
    by_key = await gateway.client.evaluate_decision(by_id.decision_key, None)
    (step,) = by_key.evaluated_decisions
    told = [by_key.decision_output, by_key.decision_name, by_key.decision_version]
    return [*told, by_key.failure_message, step.decision_type, step.decision_output]


@case
async def an_unknown_decision_is_not_found(gateway: Gateway) -> Any:
    evaluate = gateway.client.evaluate_decision
    return [await error_of(evaluate(None, "nobody")), await error_of(evaluate(UNKNOWN, None))]
