"""A whole statement: relations become blocks; where one block cannot say more, it becomes a named CTE."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.errors import InternalError
from goal_semantics.model import Catalog
from goal_semantics.query import Scalar
from goal_semantics.relation import (
    Aggregate,
    Align,
    Column,
    Derive,
    Filter,
    Join,
    Limit,
    Over,
    Ref,
    Relation,
    Scan,
    Sort,
    Spine,
    Union,
    Window,
    columns,
)
from goal_semantics.render.block import Block, Ordering, conjoined
from goal_semantics.render.literals import PLACEHOLDERS, literal
from goal_semantics.render.names import PARAMETER, column, identifier, shorten
from goal_semantics.render.spines import spine
from goal_semantics.render.tables import reserved, table
from goal_semantics.render.terms import MASK, Terms
from goal_semantics.render.texts import by_bytes, is_text, mark, same
from goal_semantics.traversal import inputs, walk

_KINDS = {"left": "LEFT", "inner": "", "cross": "CROSS"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` with placeholders for `parameters`, and `display` with typed literals in their place."""

    text: str
    parameters: tuple[Scalar, ...]
    display: str


def render(relation: Relation, catalog: Catalog, dialect: Dialect) -> Rendered:
    """One statement for one engine."""
    statement = _Statement(catalog, dialect, shared(relation))
    select = statement.block(relation).select()
    if statement.ctes:
        named = [exp.CTE(this=query, alias=exp.TableAlias(this=identifier(name))) for name, _, query in statement.ctes]
        select.set("with_", exp.With(expressions=named, recursive=False))
    if dialect == "postgres":
        shorten(select)
    marked = select.sql(dialect=dialect, pretty=True, copy=False)  # nobody else holds this tree
    values = statement.terms.values
    order = [int(found) for found in PARAMETER.findall(marked)]
    return Rendered(
        PARAMETER.sub(PLACEHOLDERS[dialect], marked.replace("%", "%%") if dialect == "postgres" else marked),
        tuple(values[index].value for index in order),
        PARAMETER.sub(lambda found: literal(values[int(found.group(1))], dialect), marked),
    )


@dataclass(slots=True)
class _Statement:
    """State of one rendering: CTEs so far (name, relation, query) and names in use."""

    catalog: Catalog
    dialect: Dialect
    shared: frozenset[int]
    ctes: list[tuple[str, Relation, exp.Query]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    texts: dict[str, frozenset[str]] = field(default_factory=dict)
    """The columns of each CTE that are text."""
    terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        self.terms = Terms(self.catalog, self.dialect, self._exists)
        self.taken |= reserved(self.catalog)

    def block(self, relation: Relation) -> Block:
        """The relation as a block; what several relations read is a CTE of its own."""
        return self._wrapped(relation) if id(relation) in self.shared else self._block(relation)

    def _block(self, relation: Relation) -> Block:
        match relation:
            case Scan():
                return self._scan(relation)
            case Filter():
                return self._filter(relation)
            case Join():
                return self._join(relation)
            case Aggregate():
                return self._aggregate(relation)
            case Align():
                return self._align(relation)
            case Union():
                return self._from(self._cte(relation), relation)
            case Window():
                return self._window(relation)
            case Derive():
                return self._derive(relation)
            case Spine():
                return self._from(self._cte(relation), relation)
            case Sort():
                return self._sort(relation)
            case Limit(below, count):
                block = self.block(below)
                if block.limit is not None:
                    block = self._wrapped(below)
                block.limit = count
                return block

    def _scan(self, scan: Scan) -> Block:
        dataset = self.catalog.dataset[scan.dataset]
        guard = scan.guard
        if guard is None:
            return Block(table(dataset, scan.alias, self.dialect))
        inner = Block(table(dataset, scan.alias, self.dialect))
        rows = exp.Select(expressions=[exp.Column(this=exp.Star(), table=identifier(scan.alias))])
        for mask in guard.masks:
            rows.expressions.append(
                exp.Alias(this=self.terms.render(mask.term, inner.lookup), alias=identifier(MASK + mask.name))
            )
        rows.set("from_", exp.From(this=inner.source))
        if guard.rows is not None:
            rows.set("where", exp.Where(this=self.terms.render(guard.rows, inner.lookup)))
        self.terms.masked[scan.alias] = frozenset(mask.name for mask in guard.masks)
        return Block(exp.Subquery(this=rows, alias=exp.TableAlias(this=identifier(scan.alias))))

    def _filter(self, relation: Filter) -> Block:
        block = self.block(relation.input)
        aggregates = block.grouped and not (block.windowed or block.distinct or block.order or block.limit is not None)
        if not block.plain and not aggregates:
            block = self._wrapped(relation.input)
        condition = self.terms.render(relation.condition, block.lookup)
        (block.having if block.grouped else block.where).append(condition)
        return block

    def _join(self, relation: Join) -> Block:
        block = self.block(relation.left)
        if block.projections is not None or not block.plain:
            block = self._wrapped(relation.left)
        if relation.kind in {"semi", "anti"}:
            return self._semi(relation, block)
        if relation.kind == "asof":
            raise InternalError("asof joins are not rendered yet")
        if isinstance(relation.right, Scan):
            source = self._scan(relation.right).source
        else:
            right = self._cte(relation.right)
            called = block.called(relation.alias)
            source = exp.Table(this=identifier(right), alias=_alias(called))
            names = columns(relation.right) if block.open else ()
            block.open |= {name: self._column(name, right, called) for name in names}
        join = exp.Join(this=source, side=_KINDS[relation.kind] if relation.kind == "left" else None)
        if relation.kind == "cross":
            join.set("kind", "CROSS")
        if relation.on:
            join.set("on", conjoined([self.terms.render(each, block.lookup) for each in relation.on]))
        block.joins.append(join)
        return block

    def _semi(self, relation: Join, block: Block) -> Block:
        inside = exp.Select(expressions=[exp.Literal.number(1)])
        among = exp.Table(this=identifier(self._cte(relation.right)), alias=_alias(block.called(relation.alias)))
        inside.set("from_", exp.From(this=among))
        if relation.on:
            inside.set("where", exp.Where(this=conjoined([self.terms.render(e, block.lookup) for e in relation.on])))
        found = exp.Exists(this=inside)
        block.where.append(found if relation.kind == "semi" else exp.Not(this=found))
        return block

    def _aggregate(self, relation: Aggregate) -> Block:
        block = self.block(relation.input)
        if not block.plain:
            block = self._wrapped(relation.input)
        chosen = {each.name: self.terms.render(each.term, block.lookup) for each in relation.keys + relation.measures}
        if relation.sets:
            keys = list(chosen.values())[: len(relation.keys)]
            sets = [exp.Tuple(expressions=[keys[at].copy() for at in each]) for each in relation.sets]
            block.sets = exp.GroupingSets(expressions=sets)
        block.keys = [chosen[each.name] for each in relation.keys]
        block.projections, block.grouped, block.open = chosen, True, {}
        return block

    def _derive(self, relation: Derive) -> Block:
        block = self.block(relation.input)
        windows = any(isinstance(each, Over) for item in relation.columns for each in walk(item.term))
        if (
            block.distinct
            or block.limit is not None
            or (windows and (block.windowed or block.grouped))
            or _repeats(relation.columns, block)
            or _scatters(relation.columns, block)
        ):
            block = self._wrapped(relation.input)
        block.projections = {each.name: self.terms.render(each.term, block.lookup) for each in relation.columns}
        block.open = {}
        block.distinct, block.windowed = relation.distinct, block.windowed or windows
        return block

    def _window(self, relation: Window) -> Block:
        block = self.block(relation.input)
        if not block.plain or not block.named or block.projections is not None:
            block = self._wrapped(relation.input)
        kept = {name: block.lookup(Ref(name)) for name in columns(relation.input)}
        added = {each.name: self.terms.render(each.term, block.lookup) for each in relation.columns}
        block.projections, block.open, block.windowed = kept | added, {}, True
        return block

    def _sort(self, relation: Sort) -> Block:
        block = self.block(relation.input)
        computed = any(not isinstance(term, Ref) for term, _ in relation.keys)
        # Engines differ in whether a computed order may read what is grouped: it reads finished columns.
        if block.limit is not None or (computed and (block.grouped or block.distinct)):
            block = self._wrapped(relation.input)
        terms = [self.terms.render(term, block.lookup) for term, _ in relation.keys]
        if block.distinct and any(by_bytes(each, self.dialect) is not each for each in terms):
            block = self._wrapped(relation.input)
            terms = [self.terms.render(term, block.lookup) for term, _ in relation.keys]
        for node, (term, descending) in zip(terms, relation.keys, strict=True):
            if not node.find(exp.Column, exp.Func, exp.Query):
                continue  # the same for all rows; a number would be taken for the place of a column
            name = term.name if isinstance(term, Ref) and block.projections is not None else None
            ordered = by_bytes(node, self.dialect)
            block.order.append(Ordering(name, ordered, descending))
        return block

    def _align(self, relation: Align) -> Block:
        parts = {self._cte(part): part for part in relation.parts}  # one that stands there twice is joined once
        names = list(parts)
        block = Block(exp.Table(this=identifier(names[0])))
        projections: dict[str, exp.Expr] = {key: self._column(key, names[0]) for key in relation.keys}
        for at, name in enumerate(names[1:], start=1):
            matches = [same(projections[key].copy(), column(key, name), self.dialect) for key in relation.keys]
            join = exp.Join(this=exp.Table(this=identifier(name)))
            if matches:
                join.set("side", "FULL" if relation.kind == "full" else "LEFT")
                join.set("on", conjoined(matches))
            else:
                join.set("kind", "CROSS")
            block.joins.append(join)
            if relation.kind == "full":
                projections = {
                    key: exp.Coalesce(
                        this=self._column(key, names[0]), expressions=[column(key, n) for n in names[1 : at + 1]]
                    )
                    for key in relation.keys
                }
        for name, part in parts.items():
            projections |= {each: self._column(each, name) for each in columns(part) if each not in relation.keys}
        block.projections = projections
        return block

    def _wrapped(self, relation: Relation) -> Block:
        return self._from(self._cte(relation), relation)

    def _from(self, name: str, relation: Relation) -> Block:
        known = {each: self._column(each, name) for each in columns(relation)}
        return Block(exp.Table(this=identifier(name)), known, name)

    def _column(self, name: str, cte: str, alias: str = "") -> exp.Expr:
        found = column(name, alias or cte)
        return mark(found) if name in self.texts[cte] else found

    def _cte(self, relation: Relation) -> str:
        for name, known, _ in self.ctes:
            if known == relation:
                return name
        query = self._query(relation)
        name = self._name(_hint(relation))
        self.ctes.append((name, relation, query))
        self.texts[name] = frozenset(each.alias_or_name for each in query.selects if is_text(each))
        return name

    def _query(self, relation: Relation) -> exp.Query:
        match relation:
            case Union(parts=parts):
                whole: exp.Query = self.block(parts[0]).select()
                for part in parts[1:]:
                    whole = exp.Union(this=whole, expression=self.block(part).select(), distinct=False)
                return whole
            case Spine():
                return spine(relation, self._cte(relation.bounds), self.dialect)
            case _:
                return self._block(relation).select()

    def _exists(self, relation: Relation) -> exp.Expr:
        apart = isinstance(relation, Filter) and columns(relation.input)
        block = self._among(relation) if apart and isinstance(relation, Filter) else self.block(relation)
        block.projections = {"found": exp.Literal.number(1)}
        select = block.select()
        select.set("expressions", [exp.Literal.number(1)])
        return select

    def _among(self, relation: Filter) -> Block:
        """Groups are computed once, apart from the rows that look for themselves among them."""
        block = self._wrapped(relation.input)
        block.where.append(self.terms.render(relation.condition, block.lookup))
        return block

    def _name(self, hint: str) -> str:
        name, count = hint, 1
        while name.lower() in self.taken:
            count += 1
            name = f"{hint}_{count}"
        self.taken.add(name.lower())
        return name


def shared(relation: Relation) -> frozenset[int]:
    """Relations with named columns that more than one relation reads."""
    readers: dict[int, int] = {}
    twice = set[int]()

    def visit(each: Relation) -> None:
        for below in inputs(each):
            readers[id(below)] = readers.get(id(below), 0) + 1
            if readers[id(below)] == 1:
                visit(below)
            elif columns(below):
                twice.add(id(below))

    visit(relation)
    return frozenset(twice)


def _scatters(chosen: tuple[Column, ...], block: Block) -> bool:
    """Whether rows that are aggregated without groups would become many again: nothing that is selected aggregates."""
    if not block.grouped or block.keys or block.sets is not None:
        return False
    read = (block.lookup(ref) for each in chosen for ref in walk(each.term) if isinstance(ref, Ref))
    return not any(node.find(exp.AggFunc) for node in read)


def _repeats(chosen: tuple[Column, ...], block: Block) -> bool:
    """Whether merging would write an expression that is not a mere column more than once inside others."""
    if block.projections is None:
        return False
    heavy = {n for n, node in block.projections.items() if not isinstance(node, exp.Column | exp.AggFunc | exp.Filter)}
    inner = [each.name for item in chosen for each in walk(item.term) if isinstance(each, Ref) and item.term != each]
    return any(inner.count(name) > 1 or block.windowed for name in inner if name in heavy)


def _alias(name: str) -> exp.TableAlias | None:
    return exp.TableAlias(this=identifier(name)) if name else None


def _hint(relation: Relation) -> str:
    match relation:
        case Aggregate(name=name) | Align(name=name) | Union(name=name) | Window(name=name) | Derive(name=name) if name:
            return name
        case Align():
            return "combined"
        case Spine():
            return "periods"
        case Window():
            return "running"
        case (
            Filter(input=below) | Sort(input=below) | Limit(input=below) | Derive(input=below) | Aggregate(input=below)
        ):
            return f"{_hint(below)}"
        case Join(left=left):
            return _hint(left)
        case Scan(alias=alias):
            return f"{alias}_rows"
        case _:
            return "step"
