"""Coroutines run to their end, also beside a real browser, whose loop runs in the tests' thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def outcome(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, or raises, in a thread and a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
