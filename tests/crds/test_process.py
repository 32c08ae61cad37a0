"""What the API server makes of a ZeebeProcess."""

import pytest

from tests.crds.api import Api, Object

KIND = "ZeebeProcess"
INLINE = {"bpmn": "<definitions/>"}
CONTENT = {"name": "a.bpmn", "content": "<definitions/>"}
KEY = {"name": "b.dmn", "configMapKeyRef": {"name": "rules", "key": "b.dmn"}}
ALL_KEYS = {"configMapRef": {"name": "forms"}}
ONE_FORM = "each item of resources needs exactly one of content, configMapKeyRef and configMapRef"
ONE_SOURCE = "spec needs exactly one of bpmn"


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(INLINE, id="inline BPMN"),
        pytest.param({"bpmn": "x" * 1_000_000}, id="a megabyte of BPMN"),
        pytest.param({"resources": [CONTENT, KEY, ALL_KEYS]}, id="all three forms together"),
        pytest.param(INLINE | {"deletionPolicy": "Delete"}, id="deletion in the engine"),
        pytest.param(INLINE | {"connectionRef": {"name": "c"}}, id="a connection"),
        pytest.param(INLINE | {"tenantId": "<default>"}, id="the default tenant"),
        pytest.param(INLINE | {"tenantId": "a_B-3." * 5 + "x"}, id="the longest tenant"),
    ],
)
def test_accepts(api: Api, spec: Object) -> None:
    assert api.admitted(KIND, spec).items() >= spec.items()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({}, ONE_SOURCE, id="nothing"),
        pytest.param(INLINE | {"resources": [CONTENT]}, ONE_SOURCE, id="bpmn and resources"),
        pytest.param({"bpmn": ""}, "spec.bpmn", id="empty BPMN"),
        pytest.param({"resources": []}, "spec.resources", id="no resources"),
        pytest.param({"resources": [{"name": "a"}]}, ONE_FORM, id="a name alone"),
        pytest.param({"resources": [CONTENT | KEY]}, ONE_FORM, id="content and a key"),
        pytest.param({"resources": [KEY | ALL_KEYS]}, ONE_FORM, id="a key and all keys"),
        pytest.param(
            {"resources": [{"content": "x"}]}, "set name to the resource name", id="no name"
        ),
        pytest.param(
            {"resources": [ALL_KEYS | {"name": "a"}]},
            "name cannot be combined with configMapRef",
            id="a name for all keys",
        ),
        pytest.param(
            {"resources": [{"name": "a", "configMapKeyRef": {"name": "rules"}}]},
            "spec.resources[0].configMapKeyRef.key: Required value",
            id="a ConfigMap without a key",
        ),
        pytest.param(
            INLINE | {"deletionPolicy": "Purge"},
            'supported values: "Retain", "Delete"',
            id="policy",
        ),
        pytest.param(INLINE | {"tenantId": "x" * 32}, "spec.tenantId", id="a tenant too long"),
        pytest.param(
            INLINE | {"tenantId": "<other>"},
            "tenantId must consist of letters",
            id="a wrong tenant",
        ),
        pytest.param(
            INLINE | {"connectionRef": {"name": "a/b"}}, "spec.connectionRef.name", id="a path"
        ),
    ],
)
def test_refuses_and_says_why(api: Api, spec: Object, words: str) -> None:
    assert words in api.refusal(KIND, spec)


def test_a_process_without_a_spec_is_refused(api: Api) -> None:
    assert "spec: Required value" in api.refusal(KIND, None)


def test_leaves_what_is_deployed_in_the_engine_by_default(api: Api) -> None:
    assert api.admitted(KIND, INLINE) == INLINE | {"deletionPolicy": "Retain"}


@pytest.mark.parametrize(
    "after",
    [
        pytest.param({"bpmn": "<changed/>"}, id="the content"),
        pytest.param({"resources": [CONTENT]}, id="from bpmn to resources"),
        pytest.param(INLINE | {"deletionPolicy": "Delete"}, id="the deletion policy"),
        pytest.param(INLINE | {"connectionRef": {}}, id="an empty connectionRef, meaning none"),
    ],
)
def test_can_change(api: Api, after: Object) -> None:
    assert api.edited(KIND, INLINE, after).items() >= after.items()


@pytest.mark.parametrize("field", ["connectionRef", "tenantId"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, "new", id="set"),
        pytest.param("old", None, id="unset"),
        pytest.param("old", "new", id="changed"),
    ],
)
def test_cannot_change_where_it_is_deployed(
    api: Api, field: str, before: str | None, after: str | None
) -> None:
    def spec(value: str | None) -> Object:
        if value is None:
            return INLINE
        return INLINE | {field: {"name": value} if field == "connectionRef" else value}

    refusal = api.refusal_of_edit(KIND, spec(before), spec(after))
    assert f"{field} is immutable: delete the resource and apply it again" in refusal
