"""The process ids that a text claims."""

import pytest

from zeebe_operator.model.bpmn import process_ids
from zeebe_operator.model.engine import File

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def bpmn(*processes: str, prolog: str = "") -> bytes:
    text = "".join(processes)
    return f'{prolog}<b:definitions xmlns:b="{_BPMN}">{text}</b:definitions>'.encode()


def process(name: str, executable: str = 'isExecutable="true"') -> str:
    return f'<b:process id="{name}" {executable}><b:startEvent id="s"/></b:process>'


def ids(content: bytes, name: str = "order.bpmn") -> frozenset[str]:
    return process_ids([File(name, content)])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(bpmn(process("order")), {"order"}, id="one"),
        pytest.param(bpmn(process("a"), process("b")), {"a", "b"}, id="several"),
        pytest.param(bpmn(), set(), id="none"),
        pytest.param(bpmn(process("a"), process("b", "")), {"a"}, id="one is not marked"),
        pytest.param(bpmn(process("a", 'isExecutable="false"')), set(), id="not executable"),
        pytest.param(
            bpmn('<b:process isExecutable="true"/>'), set(), id="an executable one without an id"
        ),
        pytest.param(
            b'<definitions xmlns="urn:else"><process id="a" isExecutable="true"/></definitions>',
            set(),
            id="a process of another language",
        ),
        pytest.param(
            bpmn(process("\u00fcber"), prolog='<?xml version="1.0" encoding="UTF-8"?>'),
            {"\u00fcber"},
            id="not only ASCII",
        ),
    ],
)
def test_reads_the_ids_of_executable_processes(content: bytes, expected: set[str]) -> None:
    assert ids(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<not-closed", id="no XML"),
        pytest.param(bpmn(process("order"))[:-3], id="broken off after the process"),
        pytest.param(b"\xff\xfe\x00garbage", id="no text"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><a/>', id="an unknown encoding"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><a/>', id="a multi-byte encoding"),
    ],
)
def test_a_broken_text_claims_nothing(content: bytes) -> None:
    assert ids(content) == set()


def test_a_text_with_a_doctype_is_not_expanded_and_claims_nothing() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE lol [<!ENTITY l0 "lol">{lol}]>'
    assert ids(bpmn(process("order"), "<b:x>&l9;</b:x>", prolog=bomb)) == set()
    assert ids(bpmn(process("order"), prolog="<!DOCTYPE b:definitions>")) == set()


@pytest.mark.parametrize("name", ["rules.dmn", "form.form", "bpmn"])
def test_other_kinds_of_files_claim_nothing(name: str) -> None:
    assert ids(bpmn(process("order")), name) == set()


@pytest.mark.parametrize("name", ["a.bpmn", "a.bpmn20.xml", "a.xml"])
def test_every_ending_that_the_engine_takes_for_bpmn_is_read(name: str) -> None:
    assert ids(bpmn(process("order")), name) == {"order"}


def test_the_ids_of_all_files_are_joined_and_a_broken_one_spoils_no_other() -> None:
    found = process_ids(
        [
            File("a.bpmn", bpmn(process("a"))),
            File("broken.bpmn", b"<"),
            File("b.bpmn", bpmn(process("b"))),
        ]
    )
    assert found == {"a", "b"}
