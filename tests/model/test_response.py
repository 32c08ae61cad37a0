"""An answer fits into an object of the API server, and what is missing is told."""

import json
from typing import Any

from zeebe_operator.model import response


def jobs(count: int, size: int) -> dict[str, Any]:
    return {"jobs": [{"key": f"{n}", "variables": "x" * size} for n in range(count)]}


def test_a_small_answer_is_kept_as_it_is() -> None:
    answer = jobs(10, 1000)
    assert response.fitted(answer, {}) == (answer, False)


def test_long_texts_of_a_large_answer_are_cut_and_its_keys_are_not() -> None:
    kept, truncated = response.fitted(jobs(1000, 4000), {})
    assert truncated
    assert [job["key"] for job in kept["jobs"]] == [f"{n}" for n in range(1000)]
    assert {len(job["variables"]) for job in kept["jobs"]} == {256 + 4}
    assert kept["jobs"][0]["variables"].endswith("x ...")


def test_no_more_is_cut_than_must_be() -> None:
    kept, _ = response.fitted(jobs(2, 1_000_000), {})
    assert {len(job["variables"]) for job in kept["jobs"]} == {65536 + 4}


def test_the_spec_counts_too() -> None:
    large = {"evaluateDecision": {"variables": {"a": "x" * 1_000_000}}}
    kept, truncated = response.fitted(jobs(1, 400_000), large)
    assert truncated
    assert len(json.dumps(kept)) + len(json.dumps(large)) < response.LARGEST


def test_what_is_too_large_even_so_is_left_out() -> None:
    assert response.fitted(jobs(100_000, 10), {}) == ({}, True)
