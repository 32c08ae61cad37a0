"""What becomes due happens by itself, with nobody asking, and is journalled."""

import asyncio
from pathlib import Path

from tests.engine.journal.test_full import no_file_grows_beyond
from tests.engine.processor.engine import on_disk, publish, running
from zeebe_engine.processing.processor import Processor


async def _expired(processor: Processor) -> list[str]:
    """The names of the messages whose time is up, once there is one."""
    async with asyncio.timeout(10):
        while True:
            found = [one for one in processor.records if one["intent"] == "EXPIRED"]
            if found:
                return [one["value"]["name"] for one in found]
            await asyncio.sleep(0.005)


async def test_what_is_due_happens_and_has_no_command() -> None:
    async with running() as processor:
        await publish(processor, "late", time_to_live=60_000)
        await publish(processor, "soon", time_to_live=20)
        before, count = processor.position, len(processor.records)
        assert await _expired(processor) == ["soon"]
        assert processor.position == before + 1
        assert [one["recordType"] for one in processor.records[count:]] == ["EVENT"]


async def test_a_clock_that_is_put_forward_makes_things_due() -> None:
    async with running() as processor:
        await publish(processor, "hours", time_to_live=3 * 3600 * 1000)
        await publish(processor, "days", time_to_live=72 * 3600 * 1000)
        processor.advance_clock(4 * 3600)
        assert await _expired(processor) == ["hours"]


async def test_what_became_due_while_the_engine_was_down_happens_at_its_start(
    tmp_path: Path,
) -> None:
    async with running(on_disk(tmp_path)) as processor:
        await publish(processor, "paid", time_to_live=20)
    await asyncio.sleep(0.03)
    async with running(on_disk(tmp_path)) as processor:
        assert await _expired(processor) == ["paid"]


async def test_a_full_disk_puts_off_what_is_due(
    tmp_path: Path,
) -> None:
    async with running(on_disk(tmp_path)) as processor:
        await publish(processor, "paid", time_to_live=20)
        before = processor.position
        with no_file_grows_beyond(1):
            await asyncio.sleep(0.1)
            assert processor.position == before
        assert await _expired(processor) == ["paid"]
