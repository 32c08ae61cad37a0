"""The limit: between its bounds, quick to fall, slow to rise, once per round."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_operator.model.limiter import HIGHEST, LOWEST, START, Limit

answers = st.lists(st.tuples(st.booleans(), st.integers(min_value=1, max_value=200)))


def after(limit: Limit, answer: tuple[bool, int]) -> Limit:
    good, under_way = answer
    return limit.after_success(under_way) if good else limit.after_overload(under_way)


@given(answers)
def test_it_never_leaves_its_bounds(answers: list[tuple[bool, int]]) -> None:
    assert LOWEST <= reduce(after, answers, Limit()).calls <= HIGHEST


def test_it_starts_in_the_middle() -> None:
    assert Limit().calls == START


@pytest.mark.parametrize("refused", [1, 8, 32])
def test_many_refusals_at_once_count_as_one(refused: int) -> None:
    limit = Limit()
    for under_way in range(refused, 0, -1):
        limit = limit.after_overload(under_way)
    assert limit.calls == Limit().after_overload(1).calls


def test_round_after_round_it_falls_to_one_and_no_further() -> None:
    limit = Limit()
    for _ in range(100):
        limit = limit.after_overload(1)
    assert limit.calls == LOWEST


def test_a_full_round_of_successes_raises_it_by_one() -> None:
    limit = Limit()
    for _ in range(START + 1):
        limit = limit.after_success(START)
    assert limit.calls == START + 1


def test_successes_raise_it_to_the_highest() -> None:
    limit = Limit()
    for _ in range(10_000):
        limit = limit.after_success(HIGHEST)
    assert limit.calls == HIGHEST


def test_it_does_not_rise_while_nobody_uses_it() -> None:
    limit = Limit()
    for _ in range(1000):
        limit = limit.after_success(1)
    assert limit == Limit()


def test_late_successes_of_a_bad_round_do_not_raise_it() -> None:
    limit = Limit().after_overload(3)
    low = limit.size
    assert limit.after_success(2).after_success(1).size == low


def test_it_recovers_from_the_lowest() -> None:
    limit = Limit(size=LOWEST)
    for _ in range(3):
        limit = limit.after_success(1)
    assert limit.calls > LOWEST
