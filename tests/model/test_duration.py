"""Durations: every form that the CRDs admit, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_operator.model import duration
from zeebe_operator.model.errors import InvalidSpecError

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}

parts = st.lists(
    st.tuples(st.integers(min_value=0, max_value=9999), st.sampled_from(sorted(UNITS))), min_size=1
)


@given(parts)
def test_the_parts_add_up(parts: list[tuple[int, str]]) -> None:
    text = "".join(f"{number}{unit}" for number, unit in parts)
    total = sum(number * UNITS[unit] for number, unit in parts)
    assert duration.seconds(text, "spec.timeout") == pytest.approx(total)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45s", 45), ("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("1.5s", 1.5), ("0s", 0)],
)
def test_reads_what_people_write(text: str, seconds: float) -> None:
    assert duration.seconds(text, "spec.timeout") == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "5", "s", "5 s", "-5s", "5d", "PT5S", "5s ", "1h-30m", "1.s"])
def test_refuses_any_other_text_and_names_the_field(text: str) -> None:
    with pytest.raises(InvalidSpecError, match=r"^spec\.timeout: .* is no duration"):
        duration.seconds(text, "spec.timeout")
