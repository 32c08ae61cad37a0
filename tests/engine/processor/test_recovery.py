"""What is there after a restart: the same state, the same keys, each record once."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from tests.engine.processor.engine import (
    EMPTY,
    create,
    jobs_for,
    on_disk,
    publish,
    running,
    written,
)
from zeebe_engine.engine.commands import AnyCommand, FailJob, Tick
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.journal.replay import replay
from zeebe_engine.processing.processor import Processor
from zeebe_engine.processing.records import _COMMANDS, Records, RecordsError
from zeebe_engine.settings import Settings


async def _busy(processor: Processor) -> None:
    """Something of everything: instances, jobs that are held, messages with their time."""
    for _ in range(6):
        await create(processor)
        await create(processor, EMPTY)
        await publish(processor, "paid", message_id=f"{processor.position}", time_to_live=60_000)
    await processor.activate_jobs(jobs_for("w", most=2), -1)


def _crashed(source: Path, target: Path) -> Settings:
    """The files as they are now, while the engine still runs."""
    shutil.copytree(source, target)
    return on_disk(target)


async def test_a_crash_loses_nothing_and_keys_go_on(tmp_path: Path) -> None:
    async with running(on_disk(tmp_path / "live")) as processor:
        await _busy(processor)
        settings = _crashed(tmp_path / "live", tmp_path / "crashed")
        before = (processor.position, processor.digest())
        next_key = await publish(processor, "next")
    async with running(settings) as processor:
        assert (processor.position, processor.digest()) == before
        assert await publish(processor, "next") == next_key


@pytest.mark.parametrize(
    ("lost", "every"), [(1, 1000), (7, 1000), (300, 1000), (100_000, 1000), (300, 15)]
)
async def test_records_that_a_crash_left_out_are_written_once(
    tmp_path: Path, lost: int, every: int
) -> None:
    """`lost`: bytes that were not written yet; a torn line is cut off first."""
    async with running(on_disk(tmp_path / "live", snapshot_every=every)) as processor:
        await _busy(processor)
        settings = _crashed(tmp_path / "live", tmp_path / "crashed")
    assert settings.records is not None
    complete = settings.records.read_bytes()
    settings.records.write_bytes(complete[:-lost])
    async with running(settings):
        assert settings.records.read_bytes() == complete


async def test_records_have_one_position_each_over_restarts(tmp_path: Path) -> None:
    settings = on_disk(tmp_path, snapshot_every=5)
    for _ in range(3):
        async with running(settings) as processor:
            await _busy(processor)
    assert settings.records is not None
    positions = [one["position"] for one in written(settings.records)]
    assert positions == list(range(1, len(positions) + 1))


async def test_a_snapshot_begins_the_journal_anew(tmp_path: Path) -> None:
    settings = on_disk(tmp_path / "live", snapshot_every=10)
    async with running(settings) as processor:
        await _busy(processor)
        before = (processor.position, processor.digest())
        crashed = _crashed(tmp_path / "live", tmp_path / "crashed")
    with sqlite3.connect(tmp_path / "crashed" / "data" / "journal.db") as database:
        (entries,) = database.execute("SELECT count(*) FROM entries").fetchone()
    database.close()
    assert entries == before[0] % 10
    async with running(crashed) as processor:
        assert (processor.position, processor.digest()) == before


async def test_what_waits_its_turn_waits_in_the_same_order_after_a_snapshot(tmp_path: Path) -> None:
    """A job that came back is behind those that came meanwhile, here and in a replay."""
    settings = on_disk(tmp_path, snapshot_every=6)
    assert settings.data is not None
    async with running(settings) as processor:
        for _ in range(3):
            await create(processor)
        (first,) = (await processor.activate_jobs(jobs_for("w"), -1)).jobs
        await processor.submit(FailJob(key=first.key, retries=3))
        assert processor.position == 6
        await processor.activate_jobs(jobs_for("w"), -1)
    assert not replay(settings.data).differs


async def test_a_replay_gives_the_digest_of_the_end(tmp_path: Path) -> None:
    settings = on_disk(tmp_path)
    async with running(settings) as processor:
        await _busy(processor)
        running_on = _crashed(tmp_path, tmp_path.with_name(f"{tmp_path.name}-crashed"))
        position, digest = processor.position, processor.digest()
    assert settings.data is not None
    assert running_on.data is not None
    found = replay(settings.data)
    assert (found.position, found.digest, found.kept) == (position, digest, digest)
    assert not found.differs
    crashed = replay(running_on.data)
    assert (crashed.digest, crashed.kept) == (digest, "")


async def test_a_journal_that_gives_another_state_is_not_gone_on_with(tmp_path: Path) -> None:
    settings = on_disk(tmp_path)
    assert settings.data is not None
    async with running(settings) as processor:
        await _busy(processor)
    with sqlite3.connect(settings.data / "journal.db") as database:
        database.execute("DELETE FROM entries WHERE position = 3")
    database.close()
    assert replay(settings.data).differs
    with pytest.raises(JournalError, match="gives another state than it gave to the engine"):
        Processor(settings)


async def test_partitions_stay_as_they_were(tmp_path: Path) -> None:
    async with running(on_disk(tmp_path, partitions=2)):
        pass
    with pytest.raises(JournalError, match=r"2 partitions, not of 3\. Start with --partitions 2"):
        Processor(on_disk(tmp_path))


async def test_a_newer_version_goes_on_with_old_data_and_no_version_goes_back(
    tmp_path: Path,
) -> None:
    old = on_disk(tmp_path, generation=GENERATIONS["8.6"])
    new = replace(old, generation=GENERATIONS["8.9"], business_id_uniqueness=True)
    async with running(old) as processor:
        await _busy(processor)
        digest = processor.digest()
    for _ in range(2):
        async with running(new) as processor:
            assert processor.digest() == digest
    with pytest.raises(JournalError, match=r"of version 8\.9, and .* --engine-version 8\.9"):
        Processor(old)


async def test_lost_data_is_lost_and_the_records_say_so(tmp_path: Path) -> None:
    settings = on_disk(tmp_path)
    assert settings.records is not None
    async with running(settings) as processor:
        first = await publish(processor, "paid")
        await _busy(processor)
        index = processor.index
        processor.lose_data()
        assert processor.position == 0
        assert processor.index is index  # which a surface holds
        assert index.position == -1
        assert await publish(processor, "paid") <= first
        digest = processor.digest()
    records = written(settings.records)
    assert [one["position"] for one in records] == list(range(1, len(records) + 1))
    (lost,) = [one for one in records if one["valueType"] == "ENGINE"]
    assert lost["intent"] == "DATA_LOST"
    after = [one["intent"] for one in records[lost["position"] :]]
    assert after == ["PUBLISH", "PUBLISHED", *(["EXPIRED"] if "EXPIRED" in after else [])]
    async with running(settings) as processor:
        assert (processor.position, processor.digest()) == (1, digest)


async def test_a_file_of_records_that_knows_more_is_gone_on_with(tmp_path: Path) -> None:
    """The data was removed, the file was not."""
    settings = on_disk(tmp_path)
    assert settings.data is not None
    assert settings.records is not None
    for _ in range(2):
        async with running(settings) as processor:
            await _busy(processor)
        shutil.rmtree(settings.data)
    positions = [one["position"] for one in written(settings.records)]
    assert positions == list(range(1, len(positions) + 1))


def test_every_command_has_a_record_but_the_tick() -> None:
    assert set(get_args(AnyCommand)) - set(_COMMANDS) == {Tick}


def test_a_file_that_has_no_records_is_refused(tmp_path: Path) -> None:
    for content in (b"hello\n", b'{"a": 1}\n', b"[]\n"):
        (tmp_path / "r").write_bytes(content)
        with pytest.raises(RecordsError, match="r has a last line that is no record"):
            Records(tmp_path / "r")


def test_a_file_of_records_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"Records cannot be written to .*: Is a directory"):
        Records(tmp_path)


async def test_time_never_goes_back(tmp_path: Path) -> None:
    """The wall clock does, and after a restart it is behind the engine's."""
    settings = on_disk(tmp_path)
    async with running(settings) as processor:
        processor.advance_clock(3600)
        await publish(processor, "paid")
        time = processor._executor.machine.state.time
        processor._executor.advance(-1800_000)
        assert processor.time >= time
    async with running(settings) as processor:
        assert processor.time >= time
