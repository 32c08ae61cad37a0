"""Commands in, answers out: together on disk before they are executed, each answered for itself."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.engine.journal.test_full import no_file_grows_beyond
from tests.engine.processor.engine import EMPTY, create, on_disk, publish, running, written
from zeebe_engine.engine.commands import CancelInstance, Entry
from zeebe_engine.engine.refusals import Refusal, Rejection, Status
from zeebe_engine.journal.journal import Journal
from zeebe_engine.journal.replay import replay
from zeebe_engine.settings import Settings


class _Watched(Journal):
    """Notes, for each transaction, how many entries it has and what was executed before it."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.seen: list[tuple[int, int]] = []
        self.executed: Callable[[], int] = int

    def append(self, entries: Sequence[Entry]) -> None:
        self.seen.append((len(entries), self.executed()))
        super().append(entries)


async def test_what_comes_in_one_turn_is_on_disk_before_any_of_it_is_executed(
    tmp_path: Path,
) -> None:
    async with running(on_disk(tmp_path)) as processor:
        executor = processor._executor
        assert executor._journal is not None
        executor._journal.close()
        executor._journal = watched = _Watched(tmp_path / "data")
        watched.executed = lambda: processor.position
        first = processor.position
        await asyncio.gather(*(publish(processor, name, time_to_live=60_000) for name in "abcde"))
        await publish(processor, "f", time_to_live=60_000)
        assert watched.seen == [(5, first), (1, first + 5)]
        told = [one["value"]["name"] for one in processor.records if one["intent"] == "PUBLISHED"]
        assert told == list("abcdef")


async def test_a_command_that_is_refused_does_not_touch_the_others() -> None:
    async with running() as processor:
        outcomes = await asyncio.gather(
            create(processor, EMPTY),
            processor.submit(CancelInstance(key=2**51 + 4711)),
            create(processor, EMPTY),
            return_exceptions=True,
        )
    assert isinstance(outcomes[0], int)
    assert isinstance(outcomes[1], Rejection)
    assert outcomes[1].status is Status.NOT_FOUND
    assert isinstance(outcomes[2], int)


async def test_what_no_gateway_passes_on_is_not_journalled() -> None:
    async with running() as processor:
        before = processor.position
        with pytest.raises(Refusal) as refused:
            await processor.submit(CancelInstance(key=123))
        assert refused.value.status is Status.UNAVAILABLE
        assert processor.position == before


@pytest.mark.parametrize("value", [2**70, "\ud800"], ids=["integer", "surrogate"])
async def test_what_cannot_be_written_down_is_refused_for_itself(value: object) -> None:
    async with running() as processor:
        with pytest.raises(Refusal, match="cannot be written down") as refused:
            await publish(processor, "paid", variables={"a": value})
        assert refused.value.status is Status.INVALID_ARGUMENT
        assert await publish(processor, "paid")


async def test_above_the_limit_is_refused_and_below_it_is_done() -> None:
    async with running(Settings(backpressure_limit=2)) as processor:
        outcomes = await asyncio.gather(
            *(publish(processor, "paid") for _ in range(3)), return_exceptions=True
        )
        assert [type(one) for one in outcomes] == [int, int, Refusal]
        assert isinstance(outcomes[2], Refusal)
        assert outcomes[2].status is Status.RESOURCE_EXHAUSTED
        assert "the request limit is exhausted" in outcomes[2].text
        assert await publish(processor, "paid")


async def test_who_goes_away_in_time_has_commanded_nothing() -> None:
    async with running() as processor:
        before = processor.position
        gone = asyncio.create_task(publish(processor, "paid"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        await publish(processor, "sent")
        assert processor.position == before + 1


async def test_a_full_disk_refuses_in_words_and_nothing_is_executed(tmp_path: Path) -> None:
    settings = on_disk(tmp_path)
    large = {"text": "x" * 200_000}
    async with running(settings) as processor:
        before, digest = processor.position, processor.digest()
        with no_file_grows_beyond(100_000), pytest.raises(Refusal) as refused:
            await publish(processor, "paid", variables=large)
        assert refused.value.status is Status.RESOURCE_EXHAUSTED
        assert "journal.db cannot be written" in refused.value.text
        assert (processor.position, processor.digest()) == (before, digest)
        await publish(processor, "paid", variables=large)
        assert processor.position == before + 1


async def test_records_that_did_not_fit_are_written_when_there_is_room(tmp_path: Path) -> None:
    """The journal has room, the file of records has not."""
    settings = on_disk(tmp_path)
    assert settings.records is not None
    async with running(settings) as processor:
        filler = b" " * 150_000
        settings.records.write_bytes(filler + settings.records.read_bytes())
        with no_file_grows_beyond(settings.records.stat().st_size + 100):
            await publish(processor, "paid")
            with pytest.raises(Refusal, match=r"records\.jsonl cannot be written") as refused:
                await publish(processor, "late")
        assert refused.value.status is Status.RESOURCE_EXHAUSTED
        await publish(processor, "sent")
        kept = processor.records
    settings.records.write_bytes(settings.records.read_bytes().removeprefix(filler))
    assert written(settings.records) == kept
    names = [one["value"]["name"] for one in kept if one["intent"] == "PUBLISHED"]
    assert names == ["paid", "sent"]


async def test_who_comes_too_late_is_refused() -> None:
    async with running() as processor:
        queued = asyncio.create_task(publish(processor, "queued"))
        await asyncio.sleep(0)
    with pytest.raises(Refusal, match="ending"):
        await queued
    with pytest.raises(Refusal, match="ending"):
        await publish(processor, "late")


async def test_a_fault_of_the_engine_stops_it_and_everybody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = on_disk(tmp_path)
    assert settings.data is not None
    async with running(settings) as processor:
        monkeypatch.setattr(processor.index, "take", None)
        outcomes = await asyncio.gather(
            publish(processor, "a"), publish(processor, "b"), return_exceptions=True
        )
        with pytest.raises(Refusal, match="must be started again"):
            await publish(processor, "c")
    assert [getattr(one, "status", None) for one in outcomes] == [Status.INTERNAL] * 2
    assert "The engine has failed." in caplog.text
    assert replay(settings.data).kept == ""
    async with running(settings) as processor:
        told = [one["value"]["name"] for one in processor.records if one["intent"] == "PUBLISHED"]
    assert told == ["a", "b"]
