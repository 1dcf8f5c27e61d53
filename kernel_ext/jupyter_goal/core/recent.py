"""A mapping that forgets: what was used longest ago goes when the limit is reached. The newest is always kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """By id; safe for several threads. `weigh`: what one value counts against `limit`; each counts one by default."""

    def __init__(self, limit: int, weigh: Callable[[V], int] = lambda _: 1) -> None:
        self._limit = limit
        self._weigh = weigh
        self._lock = threading.Lock()
        self._held: OrderedDict[str, V] = OrderedDict()

    def put(self, key: str, value: V) -> None:
        """Keep it as the newest."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            total = sum(map(self._weigh, self._held.values()))
            while total > self._limit and len(self._held) > 1:
                total -= self._weigh(self._held.popitem(last=False)[1])

    def get(self, key: str) -> V | None:
        """The value, which is then the newest; None when it was forgotten or never kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def swap(self, old: V, new: V) -> None:
        """Put `new` wherever `old` is kept."""
        with self._lock:
            for key, value in self._held.items():
                if value is old:
                    self._held[key] = new

    def __len__(self) -> int:
        return len(self._held)
