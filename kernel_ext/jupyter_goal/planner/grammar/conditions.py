"""Clauses that filter, as conditions over paths: values, numbers, missing values, periods."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from goal_semantics.issues import near
from goal_semantics.model import NUMERIC, Field
from goal_semantics.query import And, Between, Condition, Filter, MetricCondition, Not, Operator, Scalar
from jupyter_goal.planner.grammar.clauses import Clocked, Compared, Measured, Missing, Timed, Valued
from jupyter_goal.planner.grammar.ground import Spot, dimensions, numbers, valued_fields
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import is_metric
from jupyter_goal.planner.grammar.options import Option, Trouble, options
from jupyter_goal.planner.grammar.slots import Alternative, Slot, close
from jupyter_goal.planner.grammar.terms import MetricRef, Noun, Number, Quoted, RowRef
from jupyter_goal.planner.grammar.values import owner_of
from jupyter_goal.planner.grammar.vocabulary import SECONDS

Conditions = Slot[Filter] | Trouble
_UNITS = {"minutes": "min", "minute": "min", "mins": "min", "hours": "h", "hour": "h", "hrs": "h", "seconds": "s",
          "second": "s", "sec": "s", "days": "d", "day": "d", "miles": "mi", "mile": "mi", "feet": "ft", "usd": "$",
          "eur": "€", "percent": "%"}  # fmt: skip


def by_value(clause: Valued, root: str, lexicon: Lexicon) -> Conditions:
    """A condition on the field that has the values."""
    spots = valued_fields(clause.values, clause.of, root, clause.side, lexicon)
    text = ", ".join(_text(value) for value in clause.values)
    if not spots:
        return Trouble(text, _no_value(clause, root, lexicon), _near_value(clause, root, lexicon))
    found = tuple(Alternative(spot, spot.cost, spot.said, spot.weak) for spot in spots)
    slot = close(text, found)
    if all(each.weak for each in slot.alternatives):
        # Nothing but guesses: the person sees them all, not only the nearest.
        slot = Slot(text, tuple(replace(each, cost=slot.alternatives[0].cost) for each in found if each.weak))
    return Slot(
        text,
        tuple(Alternative(_equal(clause, each.value), each.cost, each.said, each.weak) for each in slot.alternatives),
    )


def _equal(clause: Valued, spot: Spot) -> Filter:
    if len(spot.values) == 1:
        return Condition(field=spot.path, op="!=" if clause.negated else "=", values=spot.values)
    return Condition(field=spot.path, op="not in" if clause.negated else "in", values=spot.values)


def _no_value(clause: Valued, root: str, lexicon: Lexicon) -> str:
    title = lexicon.catalog.dataset[root].row or root
    if clause.side:
        side = "origin" if clause.side == "from" else "destination"
        return f"no {side} of {_one(title)} is known by that name"
    return f"no field that describes {_one(title)} has this value"


def _one(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _near_value(clause: Valued, root: str, lexicon: Lexicon) -> str:
    """Values of the named field that look like the one that was said."""
    if clause.of is None:
        return ""
    known = [
        value for spot in dimensions(clause.of, root, clause.side, lexicon) for value in lexicon.values_of(spot.path)
    ]
    found = [name for value in clause.values for name in near(value.text, known)]
    return f"Did you mean {', '.join(f'“{name}”' for name in dict.fromkeys(found))}?" if found else ""


def _text(value: Noun | Quoted) -> str:
    return value.text


def by_missing(clause: Missing, root: str, lexicon: Lexicon) -> Conditions:
    """A condition on the presence of a value."""
    spots = dimensions(clause.noun, root, "", lexicon)
    if not spots:
        return Trouble(clause.noun.text, "it is not a field of what is asked")
    op: Operator = "is null" if clause.missing else "is not null"
    found = tuple(Alternative[Filter](Condition(field=s.path, op=op), s.cost, s.said) for s in spots)
    return close(clause.noun.text, found)


def by_number(clause: Compared, root: str, lexicon: Lexicon, *, grouped: bool) -> Conditions:
    """A condition on a number of each row, or on a measure of each group."""
    text = clause.noun.text if isinstance(clause.noun, Noun) else clause.numbers[0].text
    found: list[Alternative[Filter]] = []
    trouble: Trouble | None = None
    if isinstance(clause.noun, Measured):
        return _on_measure(clause, clause.noun, clause.noun.noun.text, lexicon)
    if clause.noun is None:
        spots = _by_unit(clause, root, lexicon)
    else:
        spots = numbers(clause.noun, root, lexicon)
        if is_metric(clause.noun) or any(isinstance(m.ref, RowRef) for m in clause.noun.matches):
            how = "count" if not any(isinstance(m.ref, MetricRef) for m in clause.noun.matches) else "bare"
            measured = _on_measure(clause, Measured(clause.noun, how), text, lexicon)  # type: ignore[arg-type]
            if isinstance(measured, Trouble):
                trouble = measured
            elif grouped:
                found += measured.alternatives
            else:
                trouble = Trouble(text, "a condition on it needs groups", "Say by what, for example “by …”.")
    for spot in spots:
        values = _converted(clause.numbers, spot.field.unit, spot.field)
        if values is not None:
            found.append(Alternative(_comparison(clause, spot.path, values), spot.cost, spot.said))
    if not found:
        return trouble or Trouble(text, "there is no number to compare it with", "Name the field before the number.")
    return close(text, tuple(found))


def _on_measure(clause: Compared, measured: Measured, text: str, lexicon: Lexicon) -> Conditions:
    read = options(measured, (), lexicon)
    if isinstance(read, Trouble):
        return read
    found: list[Alternative[Filter]] = []
    for option in read:
        values = _for_measure(clause.numbers, option, lexicon)
        if values is None:
            continue
        condition: Filter = MetricCondition(measure=option.measure, op=clause.op, values=values)
        found.append(Alternative(Not(item=condition) if clause.negated else condition, option.cost, option.said))
    return close(text, tuple(found)) if found else Trouble(text, "the unit does not fit")


def _for_measure(numbers_: tuple[Number, ...], option: Option, lexicon: Lexicon) -> tuple[Scalar, ...] | None:
    metric = lexicon.catalog.metric.get(option.measure.metric or "")
    unit = metric.unit if metric is not None else ""
    percent = metric is not None and metric.format is not None and metric.format.style == "percent"
    values: list[Scalar] = []
    for number in numbers_:
        if percent:
            values.append(_exact(number.value / 100) if number.unit == "%" or number.value > 1 else number.value)
            continue
        value = _convert(number, unit)
        if value is None:
            return None
        values.append(value)
    return tuple(values)


def _comparison(clause: Compared, path: str, values: tuple[Scalar, ...]) -> Filter:
    condition = Condition(field=path, op=clause.op, values=values)
    return Not(item=condition) if clause.negated else condition


def _by_unit(clause: Compared, root: str, lexicon: Lexicon) -> tuple[Spot, ...]:
    """Numeric fields of the fact in the unit that was said."""
    unit = clause.numbers[-1].unit
    if not unit:
        return ()
    found: list[Spot] = []
    for field in lexicon.catalog.dataset[root].fields:
        own = _UNITS.get(field.unit.casefold(), field.unit)
        fits = own == unit or (own in SECONDS and unit in SECONDS)
        if field.type in NUMERIC and own and fits and not field.hidden:
            found.append(Spot(f"{root}.{field.name}", field, 0.05, "", ((), field.name)))
    return tuple(found)


def _converted(found: tuple[Number, ...], unit: str, field: Field) -> tuple[Scalar, ...] | None:
    values = tuple(_convert(number, unit) for number in found)
    return None if field.type not in NUMERIC or any(value is None for value in values) else values


def _convert(number: Number, unit: str) -> Scalar:
    """The number in the unit of the field; None when the units do not go together."""
    own = _UNITS.get(unit.casefold(), unit)
    if number.unit in ("", own, "times") or (not own and number.unit not in SECONDS):
        return number.value
    if number.unit in SECONDS and own in SECONDS:
        return _exact(number.value * SECONDS[number.unit] / SECONDS[own])
    if number.unit == "%" and own in ("%", ""):
        return number.value
    return None


def _exact(value: float) -> int | float:
    rounded = round(value, 10)
    return int(rounded) if rounded == int(rounded) and abs(rounded) >= 1 else rounded


def by_period(clause: Timed, path: str, lexicon: Lexicon) -> Conditions:
    """Periods that are excluded, and months of any year."""
    when = clause.when
    if when.parts:
        op: Operator = "=" if len(when.parts) == 1 else "in"
        condition: Filter = Condition(field=path, op=op, values=when.parts, grain="month")
        return close(when.text, (Alternative(Not(item=condition) if clause.negated else condition),))
    if not isinstance(when.window, Between):
        return Trouble(when.text, "only fixed periods can be excluded")
    parts: list[Filter] = []
    if when.window.start is not None:
        parts.append(Condition(field=path, op=">=", values=(when.window.start,)))
    if when.window.end is not None:
        parts.append(Condition(field=path, op="<", values=(when.window.end,)))
    inside: Filter = parts[0] if len(parts) == 1 else And(items=tuple(parts))
    return close(when.text, (Alternative[Filter](Not(item=inside)),))


def by_hour(clause: Clocked, path: str, lexicon: Lexicon) -> Conditions:
    """Hours of the day, where the time is known to the hour."""
    owner = owner_of(path, lexicon.catalog)
    field = lexicon.catalog.dataset[owner[0]].by_name[owner[1]] if owner is not None else None
    if (
        field is None
        or field.type not in {"timestamp", "timestamp_tz"}
        or field.grain not in {None, "second", "minute", "hour"}
    ):
        return Trouble(clause.text, "what is asked is not known by the hour")
    ends: list[tuple[Operator, int]] = (
        [("=", clause.first)] if clause.first is not None and clause.first == clause.last else []
    )
    if not ends and clause.first is not None:
        ends.append((">=", clause.first))
    if not ends or ends[0][0] == ">=":
        ends += [("<", clause.last + 1)] if clause.last is not None else []
    parts: list[Filter] = [Condition(field=path, op=op, values=(hour,), grain="hour") for op, hour in ends]
    said = (f"“{clause.text}” read by the hour of {field.title}",)
    return Slot(clause.text, (Alternative(parts[0] if len(parts) == 1 else And(items=tuple(parts)), 0.0, said),))


def months_known(
    parts: tuple[int, ...], extent: tuple[datetime.date, datetime.date] | None
) -> tuple[datetime.date, ...]:
    """The first days of the months of these numbers that lie in what is known of the data."""
    if extent is None:
        return ()
    first, last = extent
    return tuple(
        day
        for year in range(first.year, last.year + 1)
        for month in parts
        if first <= _last_day(day := datetime.date(year, month, 1)) and day <= last
    )


def in_year(floating: Between, year: int, extent: tuple[datetime.date, datetime.date]) -> Between | None:
    """A window of year 1 in another year; None where the data has nothing of it, or nothing outside of it."""
    first, last = extent
    try:
        start = floating.start and floating.start.replace(year=floating.start.year - 1 + year)
        end = floating.end and floating.end.replace(year=floating.end.year - 1 + year)
    except ValueError:
        return None
    start, end = (_plain_day(start), _plain_day(end))
    if start is not None and (start > last or (end is None and start < first)):
        return None
    if end is not None and (end <= first or (start is None and end > last + datetime.timedelta(days=1))):
        return None
    return Between(start=start, end=end)


def _plain_day(value: datetime.date | None) -> datetime.date | None:
    return value.date() if isinstance(value, datetime.datetime) else value


def _last_day(day: datetime.date) -> datetime.date:
    following = datetime.date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


Extents = Mapping[str, tuple[datetime.date, datetime.date]]
