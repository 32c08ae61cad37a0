"""Names in URLs and in texts."""

import pytest

from zeebe_operator.model.names import Kind, ObjectKey


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        (Kind.CONNECTION, "zeebeconnections"),
        (Kind.PROCESS, "zeebeprocesses"),
        (Kind.MESSAGE, "zeebemessages"),
        (Kind.INSTANCE, "zeebeinstances"),
        (Kind.CONFIG_MAP, "configmaps"),
        (Kind.SECRET, "secrets"),
    ],
)
def test_every_kind_has_the_plural_of_its_crd(kind: Kind, plural: str) -> None:
    assert kind.plural == plural


def test_a_key_reads_like_what_a_person_types() -> None:
    assert str(ObjectKey(Kind.PROCESS, "shop", "order")) == "ZeebeProcess shop/order"


def test_our_own_kinds_are_told_from_those_of_kubernetes() -> None:
    assert Kind.PROCESS.ours
    assert not Kind.CONFIG_MAP.ours
