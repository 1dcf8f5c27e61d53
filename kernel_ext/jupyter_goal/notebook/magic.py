"""`%load_ext jupyter_goal`: registers `%goal`, its awaiting and its completion; `%unload_ext` takes all of it back.

Nothing heavy is imported before the first goal.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.display import display

from goal_semantics.errors import UserError
from jupyter_goal.errors import GoalError
from jupyter_goal.notebook.transform import HELD, MAGIC, AwaitGoals
from jupyter_goal.notebook.trouble import in_two_lines
from jupyter_goal.warm import warm_up

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_goal.answer import Answer
    from jupyter_goal.notebook.complete import Candidate
    from jupyter_goal.notebook.line import Line
    from jupyter_goal.notebook.workspace import Workspace


def load(shell: InteractiveShell) -> None:
    """Register everything, once."""
    if getattr(shell, HELD, None) is None:
        held = GoalMagic(shell)
        held.register()
        setattr(shell, HELD, held)
        warm_up()


def unload(shell: InteractiveShell) -> None:
    """Take everything back."""
    held = getattr(shell, HELD, None)
    if held is not None:
        held.unregister()
        setattr(shell, HELD, None)


class GoalMagic:
    """What one shell has got from us."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._transformer = AwaitGoals()
        self._workspace: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """Made when it is first needed: this is where the heavy imports happen."""
        if self._workspace is None:
            from jupyter_goal.answer import Answer
            from jupyter_goal.notebook.acts import builtin_verbs
            from jupyter_goal.notebook.workspace import Workspace

            self._workspace = Workspace(self._shell, builtin_verbs())
            self._formatter().for_type(Answer, self._display)
        return self._workspace

    def register(self) -> None:
        """Give the shell its magic."""
        shell = self._shell
        shell.magics_manager.register_function(self.goal_now, "line_cell", MAGIC)
        shell.input_transformers_post.append(self._transformer)
        shell.events.register("pre_execute", self._transformer.enter)
        shell.events.register("post_execute", self._transformer.leave)
        shell.Completer.custom_matchers.append(self.match)

    def unregister(self) -> None:
        """Take it back."""
        shell = self._shell
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop(MAGIC, None)
        shell.input_transformers_post.remove(self._transformer)
        shell.events.unregister("pre_execute", self._transformer.enter)
        shell.events.unregister("post_execute", self._transformer.leave)
        shell.Completer.custom_matchers.remove(self.match)
        if self._workspace is not None:
            from jupyter_goal.answer import Answer

            self._formatter().pop(Answer, None)
            self._workspace.close()

    def goal(self, line: str, cell: str | None = None) -> Coroutine[Any, Any, Answer | None]:
        """`%goal`, to be awaited: clicks and Cancel are heard while it runs. `{name}` stands for a variable of the cell."""
        return self._goal(self._shell.var_expand(line, depth=1), cell)

    async def _goal(self, line: str, cell: str | None) -> Answer | None:
        with two_lines(line):
            asked, workspace = self._read(line, cell), self.workspace
            here, verb = workspace.cell(), workspace.verbs.find(asked.text)
            if verb is not None and cell is None:
                _say(await workspace.act(*verb, asked))
            elif asked.text:
                return await workspace.answer(asked, here)
            else:
                await workspace.offer(asked, here)
        return None

    def goal_now(self, line: str, cell: str | None = None) -> Answer | None:
        """Answer a goal, or act on the last one: `%goal help` lists what can be typed.

        This form runs where a cell cannot await (inside a plain function): an interrupt stops it, clicks wait.
        """
        with two_lines(line):
            asked, workspace = self._read(line, cell), self.workspace
            here, verb = workspace.cell(), workspace.verbs.find(asked.text)
            if verb is not None and cell is None:
                _say(workspace.act_now(*verb, asked))
            elif asked.text:
                if here.live:
                    sys.stderr.write("Cancel and clicks wait until this goal has ended; an interrupt stops it.\n")
                return workspace.answer_now(asked, here)
            else:
                workspace.offer_now(asked, here)
        return None

    @context_matcher()  # type: ignore[untyped-decorator]  # IPython's is not typed
    def match(self, context: CompletionContext) -> SimpleMatcherResult:
        """Tab on a goal's line: ours alone; elsewhere nothing."""
        from jupyter_goal.notebook.complete import complete_goal, goal_words

        words = goal_words(context.full_text, context.cursor_line, context.cursor_position)
        if words is None:
            return {"completions": []}
        found = complete_goal(words, self._candidates())
        return {
            "completions": [SimpleCompletion(each.text, type=each.kind) for each in found.candidates],
            "matched_fragment": found.fragment,
            "suppress": True,
            "ordered": True,
        }

    def _candidates(self) -> list[Candidate]:
        from jupyter_goal.notebook.complete import Candidate, catalog_candidates

        verbs = [Candidate(verb.name, "verb") for verb in self.workspace.verbs]
        binding = self.workspace.session().bound  # a key press opens and reads nothing
        if binding is None:
            return verbs
        known = binding.known_already
        return [*catalog_candidates(binding.catalog, known.values if known else {}), *verbs]

    def _formatter(self) -> Any:
        formatter = self._shell.display_formatter
        assert formatter is not None
        return formatter.ipython_display_formatter

    def _read(self, line: str, cell: str | None) -> Line:
        from jupyter_goal.notebook.line import read_line

        return read_line(line, cell)

    def _display(self, answer: Answer) -> None:
        from jupyter_goal.notebook.bundle import make_bundle

        if not self.workspace.shown_now(answer.run):
            bundle = make_bundle(self.workspace.session().view(answer.run))
            display(bundle, raw=True)


@contextmanager
def two_lines(line: str) -> Iterator[None]:
    """Errors that a person can act on leave as two lines; with `--debug` their traceback is printed before."""
    try:
        yield
    except UserError as error:
        _print_traceback(line)
        raise in_two_lines(error) from None
    except GoalError:
        _print_traceback(line)
        raise


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _print_traceback(line: str) -> None:
    if "--debug" in line:
        traceback.print_exc()
