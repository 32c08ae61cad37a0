"""Who may call, and for which tenants."""

from typing import Any

import aiohttp
import pytest

from tests.engine.rest.rig import Rig, served
from zeebe_engine.engine import answers, commands
from zeebe_engine.settings import BasicAuth, BearerAuth, Settings

BASIC = Settings(auth=BasicAuth("demo", "geheim ü"))
BEARER = Settings(auth=BearerAuth(frozenset({"one", "two"})))
ACME = Settings(tenants=frozenset({"acme", "<default>"}))


async def _status(rig: Rig, header: str | None, path: str = "topology") -> int:
    headers = {"Authorization": header} if header is not None else {}
    return (await rig.get(path, headers=headers)).status


async def test_basic_credentials_are_checked() -> None:
    async with served(BASIC) as rig:
        right = aiohttp.encode_basic_auth("demo", "geheim ü", encoding="utf-8")
        wrong = aiohttp.encode_basic_auth("demo", "demo", encoding="utf-8")
        assert await _status(rig, right) == 200
        for header in (wrong, None, "", "Basic", "Basic ????", "Bearer one"):
            assert await _status(rig, header) == 401
        assert (await rig.get("topology")).problem == (401, "UNAUTHENTICATED")


async def test_a_token_is_checked() -> None:
    async with served(BEARER) as rig:
        assert await _status(rig, "Bearer two") == 200
        for header in ("Bearer three", "Bearer", "two", None):
            assert await _status(rig, header) == 401


async def test_who_is_not_known_learns_nothing_of_paths() -> None:
    async with served(BEARER) as rig:
        assert await _status(rig, None, "nothing") == 401
        assert rig.faults.trace == []


async def test_readiness_is_told_to_everybody() -> None:
    async with served(BEARER) as rig:
        assert (await rig.get("/ready")).body == {"status": "UP"}
        assert await _status(rig, None, "status") == 204
        assert await _status(rig, None, "license") == 200


async def test_a_client_is_told_who_it_is() -> None:
    async with served(BASIC) as rig:
        header = aiohttp.encode_basic_auth("demo", "geheim ü", encoding="utf-8")
        told = await rig.get("authentication/me", headers={"Authorization": header})
        assert told.body["username"] == "demo"
        assert [one["tenantId"] for one in told.body["tenants"]] == ["<default>"]


async def test_tenants_are_refused_where_there_is_one() -> None:
    async with served() as rig:
        answer = await rig.post("signals/broadcast", {"signalName": "a", "tenantId": "acme"})
        assert answer.problem == (400, "INVALID_ARGUMENT")
        assert "multi-tenancy is disabled" in answer.detail
        body = {"type": "a", "timeout": 1, "maxJobsToActivate": 1, "tenantIds": ["acme"]}
        assert (await rig.post("jobs/activation", body)).problem == (400, "INVALID_ARGUMENT")
        form = aiohttp.FormData({"tenantId": "acme"})
        form.add_field("resources", b"<a/>", filename="a.bpmn")
        assert (await rig.post("deployments", data=form)).problem == (400, "INVALID_ARGUMENT")


async def test_a_caller_has_its_tenants() -> None:
    async with served(ACME) as rig:
        for tenant, status in (("acme", 200), ("<default>", 200), ("other", 403), ("", 400)):
            body = {"signalName": "a", "tenantId": tenant}
            assert (await rig.post("signals/broadcast", body)).status == status
        assert [one.tenant_id for one in rig.gateway.seen] == ["acme", ""]
        rig.gateway.answer = answers.Deployment(1, ())
        for tenant, status in (("<default>", 200), ("other", 403)):
            form = aiohttp.FormData({"tenantId": tenant})
            form.add_field("resources", b"<a/>", filename="a.bpmn")
            assert (await rig.post("deployments", data=form)).status == status


@pytest.mark.parametrize(
    ("wish", "tenants"),
    [({"tenantFilter": "ASSIGNED"}, ["", "acme"]), ({"tenantIds": ["acme"]}, ["acme"])],
)
async def test_jobs_are_those_of_the_tenants(wish: dict[str, Any], tenants: list[str]) -> None:
    async with served(ACME) as rig:
        rig.gateway.answer = answers.ActivatedJobs(())
        body = {"type": "a", "timeout": 1, "maxJobsToActivate": 1, **wish}
        assert (await rig.post("jobs/activation", body)).status == 200
        ((command, _),) = rig.gateway.seen
        assert isinstance(command, commands.ActivateJobs)
        assert command.tenant_ids == tenants
