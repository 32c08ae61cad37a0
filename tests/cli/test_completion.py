"""The words that TAB offers, in the form that kubectl asks for."""

import argparse

import pytest

from tests.cli.cluster import FakeCluster
from zeebe_operator.cli import completion
from zeebe_operator.cli.cluster import CommandError
from zeebe_operator.model.names import Kind


@pytest.fixture
def full(cluster: FakeCluster) -> FakeCluster:
    cluster.add(Kind.INSTANCE, "order-1")
    cluster.add(Kind.INSTANCE, "order-2")
    cluster.add(Kind.PROCESS, "order")
    cluster.add(Kind.CONNECTION, "default")
    return cluster


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["st"], ["start", "status"], id="commands"),
        pytest.param(["cancel", ""], ["order-1", "order-2"], id="instances"),
        pytest.param(["start", "ord"], ["order"], id="processes"),
        pytest.param(["start", "order", "--connection", ""], ["default"], id="connections"),
        pytest.param(["retry", "ZeebeInstance/order-2"], ["ZeebeInstance/order-2"], id="both"),
        pytest.param(["status", "--exit"], ["--exit-code"], id="options"),
    ],
)
def test_words_are_offered(full: FakeCluster, words: list[str], expected: list[str]) -> None:
    assert completion.answer(words, lambda _: full) == [*expected, ":4"]


def test_where_no_word_fits_the_shell_offers_files(full: FakeCluster) -> None:
    assert completion.answer(["diagram", "-f", "x"], lambda _: full) == [":0"]


def test_without_a_cluster_there_are_no_words(full: FakeCluster) -> None:
    def nowhere(_: argparse.Namespace) -> FakeCluster:
        raise CommandError("no cluster")

    assert completion.answer(["cancel", "x"], nowhere) == [":0"]
