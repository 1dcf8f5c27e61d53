"""From sorted clauses to queries: every combination of close alternatives, each over reachable paths only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from goal_semantics.model import NUMERIC, Grain
from goal_semantics.query import (
    And,
    Between,
    Condition,
    Filter,
    Grouping,
    Measure,
    MetricCondition,
    Not,
    Order,
    Relative,
    SemanticQuery,
    TimeWindow,
)
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.planner.grammar.clauses import Grouped, Measured, Ranked, Timed, Valued
from jupyter_goal.planner.grammar.conditions import Extents, by_missing, by_number, by_period, by_value, months_known
from jupyter_goal.planner.grammar.facts import counts_rows, default_time, roots_of_measure, row_count, time_of
from jupyter_goal.planner.grammar.ground import Spot, dimensions, valued_fields
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import is_fact, is_metric
from jupyter_goal.planner.grammar.options import Option, Trouble, options
from jupyter_goal.planner.grammar.shape import Frame, Ranking, calculate, compare, draw, rank
from jupyter_goal.planner.grammar.slots import Alternative, Slot, close, combine
from jupyter_goal.planner.grammar.sort import Sorted
from jupyter_goal.planner.grammar.terms import FieldRef, Noun, RoleRef, RowRef


NO_NUMBER = "no number to show was named"
NUMBERLESS = frozenset({NO_NUMBER, "by which number is not clear"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One query that a goal may mean."""

    query: SemanticQuery
    chart: ChartIntent
    cost: float
    said: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Words that were read in more than one way."""
    weak: bool = False
    """Only a guess: to be asked."""


@dataclass(frozen=True)
class Assembler:
    """Builds readings of one goal over one catalog."""

    sorted: Sorted
    lexicon: Lexicon
    extents: Extents

    def readings(self) -> tuple[Reading, ...] | Trouble:
        """All readings, cheapest first; or the trouble of the most promising one."""
        asked = self._asked()
        if isinstance(asked, Trouble):
            return asked
        found: list[Reading] = []
        trouble: tuple[float, Trouble] | None = None
        for combination in asked:
            made = self._read(combination)
            cost = sum(option.cost for option in combination)
            if isinstance(made, Trouble):
                trouble = (cost, made) if trouble is None or cost < trouble[0] else trouble
            else:
                found += made
        if found:
            return tuple(sorted(found, key=lambda reading: reading.cost))
        return trouble[1] if trouble is not None else Trouble("", "nothing to show was named")

    # --- numbers

    def _asked(self) -> list[tuple[Option, ...]] | Trouble:
        """Combinations of measures; ranks, orders and conditions contribute theirs."""
        wanted = list(self.sorted.measures)
        wanted += [rank_.by for rank_ in self.sorted.ranks if rank_.by is not None]
        wanted += list(self.sorted.by)
        wanted += [order.by for order in self.sorted.orders if isinstance(order.by, Measured)]
        choices: list[tuple[Option, ...]] = []
        populations = self._populations()
        for measured in dict.fromkeys(wanted):
            read = options(self._settled(measured), populations, self.lexicon)
            if isinstance(read, Trouble):
                return read
            choices.append(read[:5])
        if not choices:
            fallback = self._implied()
            if isinstance(fallback, Trouble):
                return fallback
            choices = [fallback]
        combinations = [_unique(each) for each in product(*choices)]
        combinations.sort(key=lambda each: sum(option.cost for option in each))
        return combinations[:16]

    def _settled(self, measured: Measured) -> Measured:
        """“highest delay” is an extreme of rows only when there is nothing to rank."""
        ranks = self.sorted.groups or any(r.subject is not None or r.grain is not None for r in self.sorted.ranks)
        return replace(measured, extreme=False) if measured.extreme and measured.how == "bare" and ranks else measured

    def _populations(self) -> tuple[str, ...]:
        rows = [m.ref.dataset for noun in self.sorted.population for m in noun.matches if isinstance(m.ref, RowRef)]
        return tuple(dict.fromkeys(rows))

    def _explicit(self) -> bool:
        """Some number was named besides those of conditions."""
        return bool(self.sorted.measures or self.sorted.by or any(rank_.by for rank_ in self.sorted.ranks))

    def _implied(self) -> tuple[Option, ...] | Trouble:
        """The number that was not named: what a condition counts, or rows ("busiest")."""
        found: list[Option] = []
        for clause in self.sorted.compared:
            noun = clause.noun
            measured = noun if isinstance(noun, Measured) else None
            if isinstance(noun, Noun) and (is_metric(noun) or any(isinstance(m.ref, RowRef) for m in noun.matches)):
                measured = Measured(noun) if is_metric(noun) else Measured(noun, "count")
            read = options(measured, (), self.lexicon) if measured is not None else Trouble("", "")
            if not isinstance(read, Trouble):
                found += read
        if not found and any(rank_.rows for rank_ in self.sorted.ranks):
            found = self._row_counts()
        return tuple(found) if found else Trouble("", NO_NUMBER)

    def _row_counts(self) -> list[Option]:
        """Row counts of the facts from which the ranked thing can be reached."""
        catalog = self.lexicon.catalog
        nouns = [rank_.subject for rank_ in self.sorted.ranks] + [grouped.noun for grouped in self.sorted.groups]
        refs = [match.ref for noun in nouns if noun is not None for match in noun.matches]
        homes = {ref.dataset for ref in refs if isinstance(ref, FieldRef) and not ref.via}
        things: set[str] = {ref.dataset for ref in refs if isinstance(ref, RowRef)} | {r.to for r in refs if isinstance(r, RoleRef)}
        homes -= things
        found: list[Option] = []
        for dataset in catalog.datasets:
            if dataset.hidden or dataset.name in things:
                continue
            measure = row_count(dataset.name, catalog)
            title = catalog.metric[measure.metric].title if measure.metric else f"number of {dataset.title}"
            penalty = 0.0 if dataset.name in homes or not homes else 0.3
            found.append(Option(measure, (dataset.name,), penalty, (f"ranked by {title}",)))
        return sorted(found, key=lambda option: option.cost)

    # --- one combination

    def _read(self, combination: tuple[Option, ...]) -> list[Reading] | Trouble:
        roots = tuple(dict.fromkeys(root for option in combination for root in option.roots))
        if not roots:
            return Trouble("", "nothing to count was named")
        root = roots[0]
        problem = self._population_problem(roots)
        if problem is not None:
            return problem
        share = self._shared_value(root)
        groups = self.group_slots(root, combination, share)
        if isinstance(groups, Trouble):
            return groups
        wheres = self.where_slots(root, combination, share, grouped=bool(groups))
        if isinstance(wheres, Trouble):
            return wheres
        times = self.time_slots(root, combination)
        if isinstance(times, Trouble):
            return times
        found: list[Reading] = []
        trouble: Trouble | None = None
        group_choices, where_choices, time_choices = combine(groups), combine(wheres), combine(times)
        doubtful = tuple(slot.text for slot in (*groups, *wheres, *times) if len(slot.alternatives) > 1)
        for chosen in product(group_choices[:8], where_choices[:8], time_choices[:4]):
            made = self._finish(combination, *chosen, doubtful)
            if isinstance(made, Trouble):
                trouble = trouble or made
            else:
                found.append(made)
        return found or trouble or Trouble("", "it cannot be read")

    def _population_problem(self, roots: tuple[str, ...]) -> Trouble | None:
        for noun in self.sorted.population:
            rows = {m.ref.dataset for m in noun.matches if isinstance(m.ref, RowRef)}
            if not rows & set(roots):
                return Trouble(noun.text, "what is counted is not about them")
        return None

    def _shared_value(self, root: str) -> Valued | None:
        """“share of flights that are cancelled”: the value whose field makes the parts."""
        if not (self.sorted.has("share") or self.sorted.has("share total")) or self.sorted.groups or self.sorted.ranks:
            return None
        return self.sorted.values[-1] if len(self.sorted.values) == 1 else None

    def group_slots(
        self, root: str, combination: tuple[Option, ...], share: Valued | None
    ) -> tuple[Slot[Grouping], ...] | Trouble:
        wanted = [
            Grouped(rank_.subject, grain=rank_.grain)
            for rank_ in self.sorted.ranks
            if rank_.subject is not None or rank_.grain is not None
        ]
        slots: list[Slot[Grouping]] = []
        for grouped in (*wanted, *self.sorted.groups):
            made = self._group_slot(grouped, root, combination)
            if isinstance(made, Trouble):
                return made
            slots.append(made)
        for valued in self.sorted.values:
            if valued.shown or valued is share:
                spots = valued_fields(valued.values, valued.of, root, valued.side, self.lexicon)
                if not spots:
                    return Trouble(valued.values[0].text, "no such value is known")
                slots.append(close(valued.values[0].text, tuple(_grouping(spot) for spot in spots)))
        if self.sorted.has("trend") and not any(_is_time(slot) for slot in slots):
            path = time_of(combination[0].measure, self.lexicon.catalog)
            if path is None:
                return Trouble(self.sorted.flag_text["trend"], "what is asked has no time")
            said = ("shown by month",)
            slots.insert(0, Slot("trend", (Alternative(Grouping(field=path, grain="month"), 0.0, said),)))
        return tuple(slots)

    def _group_slot(self, grouped: Grouped, root: str, combination: tuple[Option, ...]) -> Slot[Grouping] | Trouble:
        catalog = self.lexicon.catalog
        if grouped.noun is None:
            assert grouped.grain is not None
            path = time_of(combination[0].measure, catalog)
            if path is not None:
                return Slot(grouped.grain, (Alternative(Grouping(field=path, grain=grouped.grain, fiscal=grouped.fiscal)),))
            return self._number_for_grain(grouped.grain, root)
        spots = dimensions(grouped.noun, root, grouped.side, self.lexicon)
        if not spots:
            return Trouble(grouped.noun.text, f"{_title(combination[0], self.lexicon)} cannot be grouped by it",
                           self._reachable(root))  # fmt: skip
        return close(grouped.noun.text, tuple(_grouping(spot) for spot in spots))

    def _number_for_grain(self, grain: Grain, root: str) -> Slot[Grouping] | Trouble:
        """“by year” where the year is a plain number."""
        for field in self.lexicon.catalog.dataset[root].fields:
            if not field.hidden and field.name.casefold() in {grain, f"{grain}_id"} and field.type in NUMERIC:
                return Slot(grain, (Alternative(Grouping(field=f"{root}.{field.name}")),))
        return Trouble(grain, "what is asked has no time")

    def _reachable(self, root: str) -> str:
        fields = [f.title for f in self.lexicon.catalog.dataset[root].fields if not f.hidden and f.role == "dimension"]
        near = [
            f.title
            for step in self.lexicon.catalog.outgoing.get(root, ())
            for f in self.lexicon.catalog.dataset[step.to_dataset].fields
            if not f.hidden and f.role == "dimension"
        ]
        names = list(dict.fromkeys([*fields, *near]))[:8]
        return f"Possible: {', '.join(names)}." if names else ""

    # --- conditions

    def where_slots(
        self, root: str, combination: tuple[Option, ...], share: Valued | None, *, grouped: bool
    ) -> tuple[Slot[Filter], ...] | Trouble:
        slots: list[Slot[Filter]] = []
        for part in self._wheres(root, combination, share, grouped):
            if isinstance(part, Trouble):
                return part
            slots.append(part)
        return tuple(slots)

    def _wheres(
        self, root: str, combination: tuple[Option, ...], share: Valued | None, grouped: bool
    ) -> Iterator[Slot[Filter] | Trouble]:
        for valued in self.sorted.values:
            if valued is not share:
                yield by_value(valued, root, self.lexicon)
        for missing in self.sorted.missing:
            yield by_missing(missing, root, self.lexicon)
        for compared in self.sorted.compared:
            yield by_number(compared, root, combination, grouped, self.lexicon)
        path = time_of(combination[0].measure, self.lexicon.catalog) if combination else default_time(root, self.lexicon.catalog)
        for timed in self.sorted.times:
            if timed.negated:
                yield by_period(timed, path, self.lexicon) if path else Trouble(timed.when.text, "what is asked has no time")
            elif path is None and timed.when.year is not None:
                yield self._year_number(timed, root)

    def _year_number(self, timed: Timed, root: str) -> Slot[Filter] | Trouble:
        for field in self.lexicon.catalog.dataset[root].fields:
            if not field.hidden and field.name.casefold() in {"year", "yr"} and field.type in NUMERIC:
                condition: Filter = Condition(field=f"{root}.{field.name}", op="=", values=(timed.when.year,))
                return Slot(timed.when.text, (Alternative(condition),))
        return Trouble(timed.when.text, "what is asked has no time")

    def time_slots(
        self, root: str, combination: tuple[Option, ...]
    ) -> tuple[Slot[TimeWindow | Filter], ...] | Trouble:
        path = time_of(combination[0].measure, self.lexicon.catalog) if combination else default_time(root, self.lexicon.catalog)
        wanted = [timed for timed in self.sorted.times if not timed.negated]
        if path is None:
            wanted = [timed for timed in wanted if timed.when.year is None or timed.of is not None]
        if not wanted:
            return ()
        if len(wanted) == 2 and (both := _both_ends(wanted)) is not None:
            wanted = [both]
        if len(wanted) > 1:
            return Trouble(wanted[1].when.text, "two periods at once cannot be shown together yet")
        timed = wanted[0]
        field = self._time_field(timed, root)
        if isinstance(field, Trouble):
            return field
        if path is None and field is None:
            return Trouble(timed.when.text, "what is asked has no time")
        if timed.when.parts:
            return (self._months(timed, field or path or "", field),)
        windows = [timed.when.window, timed.when.other] if timed.when.other is not None else [timed.when.window]
        detail = not combination
        found = tuple(
            Alternative[TimeWindow | Filter](TimeWindow(window=window, field=field or (path if detail else None)))
            for window in windows
            if window is not None
        )
        return (Slot(timed.when.text, found),)

    def _time_field(self, timed: Timed, root: str) -> str | None | Trouble:
        if timed.of is None:
            return None
        spots = [s for s in dimensions(timed.of, root, "", self.lexicon) if s.field.role == "time"]
        return spots[0].path if spots else Trouble(timed.of.text, "it is not a time of what is asked")

    def _months(self, timed: Timed, path: str, field: str | None) -> Slot[TimeWindow | Filter]:
        """A month without a year: the one that the data has, else the person decides."""
        known = months_known(timed.when.parts, self.extents.get(path))
        condition = by_period(timed, path, self.lexicon)
        assert isinstance(condition, Slot)
        every = condition.alternatives[0].value
        said = f"“{timed.when.text}” read as every year's"
        if len(known) == len(timed.when.parts) and known:
            last = known[-1]
            end = type(last)(last.year + last.month // 12, last.month % 12 + 1, 1)
            window = TimeWindow(window=Between(start=known[0], end=end), field=field)
            return Slot(timed.when.text, (Alternative(window, 0.0, (f"“{timed.when.text}” read as {known[0].year}",)),))
        if self.extents.get(path) is not None:
            return Slot(timed.when.text, (Alternative(every, 0.0, (said,)),))
        return Slot(timed.when.text, (Alternative(every, 0.0, (said,)),))

    # --- the whole

    def _finish(
        self, combination: tuple[Option, ...], groups: tuple[Alternative[Grouping], ...],
        wheres: tuple[Alternative[Filter], ...], times: tuple[Alternative[TimeWindow | Filter], ...],
        doubtful: tuple[str, ...],
    ) -> Reading | Trouble:  # fmt: skip
        groupings = _merged_time(self._distinct(tuple(each.value for each in groups)))
        windows = [each.value for each in times if isinstance(each.value, TimeWindow)]
        filters = [each.value for each in wheres] + [e.value for e in times if not isinstance(e.value, TimeWindow)]
        measures = self._shown(combination, filters)
        if not self._explicit() and len(measures) > len(combination):
            return Trouble("", "the condition is on another number")
        if _counts_what_is_fixed(measures, filters):
            return Trouble("", "what is counted is also what is asked for")
        frame = Frame(measures, groupings, windows[0] if windows else None)
        compared = compare(frame, self.sorted, self.lexicon.catalog)
        if isinstance(compared, Trouble):
            return compared
        frame, comparison = compared
        calculated = calculate(frame, self.sorted, self.lexicon.catalog)
        if isinstance(calculated, Trouble):
            return calculated
        frame, calculations = calculated
        ranking = self.ranking(frame)
        if isinstance(ranking, Trouble):
            return ranking
        query = SemanticQuery(
            measures=frame.measures, groupings=frame.groupings, filter=conjunction(filters), time=frame.window,
            comparison=comparison, calculations=calculations, totals=self.sorted.has("totals"), top=ranking.top,
            order=ranking.order, limit=ranking.limit,
        )  # fmt: skip
        parts = (*groups, *wheres, *times)
        cost = sum(option.cost for option in combination) + sum(part.cost for part in parts)
        said = (*(s for o in combination for s in o.said), *(s for part in parts for s in part.said), *frame.said, *ranking.said)
        weak = any(part.weak for part in parts)
        return Reading(query, draw(self.sorted), cost, tuple(dict.fromkeys(said)), doubtful, weak)

    def _distinct(self, groupings: tuple[Grouping, ...]) -> tuple[Grouping, ...]:
        """A key seen from both sides of a relationship is one dimension."""
        kept: dict[tuple[object, object], Grouping] = {}
        for grouping in groupings:
            root, *steps, field = grouping.field.split(".")
            kept.setdefault((self.lexicon.reach.entity(root, tuple(steps), field), grouping.grain), grouping)
        return tuple(kept.values())

    def _shown(self, combination: tuple[Option, ...], filters: list[Filter]) -> tuple[Measure, ...]:
        measures = list(dict.fromkeys(option.measure for option in combination))
        for item in filters:
            inner = item.item if isinstance(item, Not) else item
            if isinstance(inner, MetricCondition) and inner.measure not in measures:
                measures.append(inner.measure)
        return tuple(measures)

    def ranking(self, frame: Frame) -> Ranking | Trouble:
        rank_ = self._rank()
        if isinstance(rank_, Trouble):
            return rank_
        by = self._rank_column(frame, rank_)
        extreme = next((m for m in frame.measures if m.name == by and m.agg in {"max", "min"}), None)
        if rank_ is not None and not frame.groupings and extreme is not None and rank_.by is not None and rank_.by.extreme:
            rank_, by = None, None
        within = tuple(
            grouping.name
            for grouping, grouped in zip(frame.groupings, self._grouped_in_order(), strict=False)
            if grouped is not None and grouped.each
        ) if rank_ is not None else ()  # fmt: skip
        if rank_ is not None and len(frame.groupings) > 0 and len(within) == len(frame.groupings):
            within = ()
        made = rank(frame, rank_, by, self.sorted, within, self.lexicon.catalog)
        return self._with_orders(made, frame) if isinstance(made, Ranking) else made

    def _rank(self) -> Ranked | None | Trouble:
        """All ranking words together: “top 5 … with the most …” is one ranking."""
        found: Ranked | None = None
        for each in self.sorted.ranks:
            if found is None:
                found = each
                continue
            if found.by is not None and each.by is not None:
                return Trouble(each.by.noun.text, "two rankings at once are not possible")
            found = Ranked(
                each.direction if found.by is None and each.by is not None else found.direction, found.n or each.n,
                found.by or each.by, found.subject or each.subject, found.grain or each.grain, found.rows or each.rows,
                found.plural or each.plural,
            )  # fmt: skip
        return found

    def _grouped_in_order(self) -> list[Grouped | None]:
        ranked = [None for r in self.sorted.ranks if r.subject is not None or r.grain is not None]
        return [*ranked, *self.sorted.groups]

    def _rank_column(self, frame: Frame, rank_: Ranked | None) -> str | None:
        wanted = rank_.by if rank_ is not None and rank_.by is not None else self.sorted.by[0] if self.sorted.by else None
        if wanted is not None:
            read = options(self._settled(wanted), self._populations(), self.lexicon)
            names = {option.measure.name for option in read} if not isinstance(read, Trouble) else set()
            return next((m.name for m in frame.measures if m.name in names), None)
        if rank_ is None:
            return None
        if rank_.rows and not any(_counts(m, self.lexicon) for m in frame.measures):
            return None
        return frame.measures[0].name if len(frame.measures) == 1 else None

    def _with_orders(self, ranking: Ranking, frame: Frame) -> Ranking | Trouble:
        """Orders by something that was named: a measure or a dimension of the answer."""
        orders: list[Order] = []
        for asked in self.sorted.orders:
            if asked.by is None:
                continue
            name, is_measure = self._order_column(asked.by, frame)
            if name is None:
                text = asked.by.noun.text if isinstance(asked.by, Measured) else asked.by.text
                return Trouble(text, "it is not part of the answer")
            merged = next((o.direction for o in self.sorted.orders if o.by is None and o.direction), None)
            direction = asked.direction or merged
            orders.append(Order(by=name, descending=direction == "desc" or (direction is None and is_measure)))
        return replace(ranking, order=tuple(orders)) if orders else ranking

    def _order_column(self, by: Noun | Measured, frame: Frame) -> tuple[str | None, bool]:
        measured = by if isinstance(by, Measured) else Measured(by)
        read = options(measured, (), self.lexicon)
        names = {option.measure.name for option in read} if not isinstance(read, Trouble) else set()
        shown = next((m.name for m in frame.measures if m.name in names), None)
        if shown is not None:
            return shown, True
        if isinstance(by, Noun):
            root = roots_of_measure(frame.measures[0], self.lexicon.catalog)[0]
            paths = {spot.path for spot in dimensions(by, root, "", self.lexicon)}
            found = next((g.name for g in frame.groupings if g.field in paths), None)
            if found is not None:
                return found, False
            if is_fact(by, self.lexicon) and len(frame.measures) == 1 and not isinstance(read, Trouble):
                fields = {m.ref.field for m in by.matches if isinstance(m.ref, FieldRef)}
                if (frame.measures[0].field or "").rsplit(".", 1)[-1] in fields:
                    return frame.measures[0].name, True
        return None, False


def _counts(measure: Measure, lexicon: Lexicon) -> bool:
    metric = lexicon.catalog.metric.get(measure.metric or "")
    return counts_rows(metric) if metric is not None else measure.agg == "count"


def _counts_what_is_fixed(measures: tuple[Measure, ...], filters: list[Filter]) -> bool:
    """Different values of a field that a filter pins to one: never what was meant."""
    fixed = {item.field for item in filters if isinstance(item, Condition) and item.op == "="}
    return any(measure.agg == "count_distinct" and measure.field in fixed for measure in measures)


def _unique(combination: tuple[Option, ...]) -> tuple[Option, ...]:
    seen: dict[Measure, Option] = {}
    for option in combination:
        seen.setdefault(option.measure, option)
    return tuple(seen.values())


def _title(option: Option, lexicon: Lexicon) -> str:
    metric = lexicon.catalog.metric.get(option.measure.metric or "")
    if metric is not None:
        return metric.title
    return f"{(option.measure.agg or '').replace('_', ' ')} of {(option.measure.field or '').split('.')[-1].replace('_', ' ')}"


def _grouping(spot: Spot) -> Alternative[Grouping]:
    grain: Grain | None = "day" if spot.field.role == "time" else None
    return Alternative(Grouping(field=spot.path, grain=grain), spot.cost, spot.said)


def _is_time(slot: Slot[Grouping]) -> bool:
    return slot.alternatives[0].value.grain is not None


def _merged_time(groupings: tuple[Grouping, ...]) -> tuple[Grouping, ...]:
    """“by month of scheduled departure”: the named time takes the grain that stands beside it."""
    grains = [g for g in groupings if g.grain is not None]
    if len(grains) == 2 and grains[0].field == grains[1].field and grains[1].grain == "day" != grains[0].grain:
        return tuple(g for g in groupings if g != grains[1])
    return groupings


def conjunction(filters: list[Filter]) -> Filter | None:
    unique = list(dict.fromkeys(filters))
    if not unique:
        return None
    return unique[0] if len(unique) == 1 else And(items=tuple(unique))


def _both_ends(wanted: list[Timed]) -> Timed | None:
    """“since March 2013 … until June 2013” is one window."""
    first, second = wanted[0].when.window, wanted[1].when.window
    if isinstance(first, Relative) or isinstance(second, Relative) or first is None or second is None:
        return None
    start, end = first.start or second.start, first.end or second.end
    if (first.start and second.start) or (first.end and second.end) or start is None or end is None or start >= end:
        return None
    return replace(wanted[0], when=replace(wanted[0].when, window=Between(start=start, end=end)))
