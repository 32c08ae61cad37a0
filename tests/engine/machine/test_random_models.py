"""Random processes of well-nested blocks: whatever they are made of, each comes to its end."""

from collections.abc import Callable
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.machine import invariants
from tests.engine.machine.models import (
    PAID,
    boundary,
    catch,
    end,
    extended,
    flows,
    gateway,
    loop,
    on,
    start,
    subprocess,
    timer,
    work,
)
from tests.engine.machine.rig import MINUTE, Rig
from zeebe_engine.engine.commands import CompleteJob, CompleteUserTask

Part = tuple[str, str, str]
"""Its elements, and the ids of the first and of the last of them."""
Block = Callable[["Names"], Part]
"""Makes the part; the same block again has other ids."""


class Names:
    def __init__(self) -> None:
        self._numbers = count()

    def next(self) -> str:
        return f"n{next(self._numbers)}"


def single(make: Callable[[str], str]) -> Block:
    def block(names: Names) -> Part:
        name = names.next()
        return make(name), name, name

    return block


def in_a_row(blocks: list[Block]) -> Block:
    def block(names: Names) -> Part:
        parts = [one(names) for one in blocks]
        between = [f"{a[2]}>{b[1]}" for a, b in pairwise(parts)]
        return "".join(one[0] for one in parts) + flows(*between), parts[0][1], parts[-1][2]

    return block


def beside(kind: str, blocks: list[Block], taken: int) -> Block:
    """Between two gateways; a number of bits says which conditions hold."""

    def block(names: Names) -> Part:
        fork, join, default = names.next(), names.next(), names.next()
        parts = [one(names) for one in blocks] + [(extended("task", default), default, default)]
        conditions = {} if kind == "parallel" else _conditions(parts[:-1], taken)
        inner = "".join(one[0] for one in parts)
        ways = [f"{fork}>{one[1]}" for one in parts] + [f"{one[2]}>{join}" for one in parts]
        gates = gateway(kind, fork, "" if kind == "parallel" else default) + gateway(kind, join)
        return gates + inner + flows(*ways, **conditions), fork, join

    return block


def _conditions(parts: list[Part], taken: int) -> dict[str, str]:
    return {one[1]: str(bool(taken >> bit & 1)).lower() for bit, one in enumerate(parts)}


def within(block: Block, how: str) -> Block:
    def made(names: Names) -> Part:
        name, begin, done = names.next(), names.next(), names.next()
        inner, first, last = block(names)
        inner += start(element_id=begin) + end(element_id=done)
        inner += flows(f"{begin}>{first}", f"{last}>{done}")
        turns = loop(sequential=how == "sequential", items="[1, 2]") if how else ""
        return subprocess(name, inner, loop=turns), name, name

    return made


def at_the_edge(block: Block, *, interrupting: bool) -> Block:
    """A timer at its edge leads to an end of its own, or round it if it interrupts."""

    def made(names: Names) -> Part:
        inner, first, _ = within(block, "")(names)
        edge, join = names.next(), names.next()
        event = boundary(edge, first, timer("duration", "PT30S"), interrupting=interrupting)
        gate = gateway("exclusive", join)
        if interrupting:
            return inner + event + gate + flows(f"{first}>{join}", f"{edge}>{join}"), first, join
        over = names.next()
        aside = end(element_id=over) + flows(f"{edge}>{over}")
        return inner + event + gate + aside + flows(f"{first}>{join}"), first, join

    return made


LEAVES = st.sampled_from(
    [
        single(work),
        single(lambda name: extended("task", name)),
        single(lambda name: extended("userTask", name, "<zeebe:userTask/>")),
        single(lambda name: catch(timer("duration", "PT20S"), name)),
        single(lambda name: catch(on("message", "m"), name)),
        single(lambda name: work(name, inner=loop(items="[1, 2, 3]"))),
    ]
)
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(in_a_row),
        st.builds(
            beside,
            st.sampled_from(["exclusive", "parallel", "inclusive"]),
            st.lists(inner, min_size=1, max_size=3),
            st.integers(0, 7),
        ),
        st.builds(within, inner, st.sampled_from(["", "sequential", "parallel"])),
        st.builds(at_the_edge, inner, interrupting=st.booleans()),
    ),
    max_leaves=8,
)


def body(block: Block) -> str:
    inner, first, last = block(Names())
    return start() + inner + end() + flows(f"start>{first}", f"{last}>end")


def go_on(rig: Rig, number: int) -> None:
    """One thing that can be done, or all that is waited for comes."""
    state = rig.state
    work_left = [*rig.state.jobs, *rig.state.user_tasks]
    if not work_left:
        rig.publish("paid", "1", result=2)
        rig.wait(MINUTE)
    elif (key := work_left[number % len(work_left)]) in state.jobs:
        rig.do(CompleteJob(key=key, variables={"result": 1}))
    else:
        rig.do(CompleteUserTask(key=key))


@settings(max_examples=60, deadline=None)
@given(BLOCKS, st.integers(0, 100), st.integers(0, 40_000))
def test_every_process_comes_to_its_end(block: Block, order: int, pause: int) -> None:
    Rig.made.clear()
    rig = Rig()
    key = rig.run(body(block), before=PAID, orderId="1")
    for step in range(300):
        if rig.is_over(key):
            break
        go_on(rig, order * step)
        rig.wait(pause)
        invariants.check(rig)
    assert rig.is_over(key)
    assert not rig.state.instances
    assert not rig.happened("INCIDENT", "CREATED")
    invariants.check_ended(rig)
    invariants.check_replay(rig, len(rig.entries) // 2)
