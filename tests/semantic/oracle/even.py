"""Choices that are drawn evenly: Hypothesis prefers small, repeated ones, which leaves most features together untried."""

from __future__ import annotations

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

NAME = "even"


class Even(HypothesisProvider):
    """Examples are still repeatable by their seed, and shrunk in the usual way."""

    def draw_integer(
        self,
        min_value: int | None = None,
        max_value: int | None = None,
        *,
        weights: dict[int, float] | None = None,
        shrink_towards: int = 0,
    ) -> int:
        if min_value is None or max_value is None or weights is not None:
            return super().draw_integer(min_value, max_value, weights=weights, shrink_towards=shrink_towards)
        assert self._random is not None
        return self._random.randint(min_value, max_value)


AVAILABLE_PROVIDERS[NAME] = f"{__name__}.{Even.__name__}"
