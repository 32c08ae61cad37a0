"""An asynchronous fake for tests that are not: it lives in the event loop of another thread."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def background(fake: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Only its attributes may be used from outside."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=type(fake).__name__, daemon=True)
    thread.start()
    try:
        entered = asyncio.run_coroutine_threadsafe(fake.__aenter__(), loop).result(timeout=30)
        try:
            yield entered
        finally:
            left = fake.__aexit__(None, None, None)
            asyncio.run_coroutine_threadsafe(left, loop).result(timeout=30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
