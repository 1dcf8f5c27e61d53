"""From tokens to readings: every close cover of the words is parsed, sorted and assembled."""

from __future__ import annotations

from dataclasses import replace

from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.amounts import NO_NUMBER
from jupyter_goal.planner.grammar.assemble import Reading, readings
from jupyter_goal.planner.grammar.clauses import Clause, Lost, Unplaced
from jupyter_goal.planner.grammar.coordination import two_questions
from jupyter_goal.planner.grammar.details import lists, ranked_rows
from jupyter_goal.planner.grammar.lattice import covers
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.parse import parse
from jupyter_goal.planner.grammar.sort import sort
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.tokens import Token

Outcome = tuple[Reading, ...] | Unplaced | Trouble


def best_readings(tokens: tuple[Token, ...], context: PlanContext, lexicon: Lexicon) -> Outcome:
    """The readings of the best covers, cheapest first; else what stands in the way of the best cover."""
    problem: Unplaced | Trouble | None = None
    found: list[Reading] = []
    cheapest: float | None = None
    for cover in covers(tokens, lexicon):
        made = _assembled(parse(cover.nodes, lexicon), context, lexicon)
        if isinstance(made, Trouble | Unplaced):
            problem = problem or made
            continue
        cheapest = cover.cost if cheapest is None else cheapest
        found += [replace(each, cost=each.cost + cover.cost - cheapest) for each in made]
    if found:
        return tuple(sorted(found, key=lambda reading: reading.cost))
    return problem or Trouble("", NO_NUMBER)


def _assembled(clauses: tuple[Clause, ...], context: PlanContext, lexicon: Lexicon) -> Outcome:
    lost = tuple(clause for clause in clauses if isinstance(clause, Lost))
    tangled = two_questions(clauses) if not lost else None
    if tangled is not None:
        lost = (tangled,)
    if lost:
        return Unplaced(lost)
    sorted_ = sort(clauses, lexicon)
    if sorted_.lost:
        return Unplaced(sorted_.lost)
    listing = ranked_rows(sorted_, lexicon) or (sorted_ if sorted_.listed else None)
    task = Task(listing or sorted_, lexicon, context.extents)
    return lists(task) if listing is not None else readings(task)
