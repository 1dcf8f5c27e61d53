"""Statements that were compiled before: the same question of the same catalog is the same statement."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from goal_semantics.compiled import CompiledQuery
from goal_semantics.model import Catalog

KEPT = 512
"""Statements per catalog; the least recently asked goes first."""


@dataclass(slots=True)
class Memory:
    """What was compiled of one catalog. A key holds everything that a statement depends on besides the catalog."""

    kept: OrderedDict[Hashable, CompiledQuery] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def recall(self, key: Hashable, make: Callable[[], CompiledQuery]) -> CompiledQuery:
        """What is kept under the key, or what `make` gives; an error of `make` is not kept."""
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
                return found
        made = make()
        with self.lock:
            self.kept[key] = made
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return made


def memory(catalog: Catalog) -> Memory:
    """The memory of a catalog."""
    kept = catalog.memo.get(Memory)
    if not isinstance(kept, Memory):
        kept = catalog.memo[Memory] = Memory()
    return kept
