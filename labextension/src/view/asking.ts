import type { Message, Problem, Question, RunView } from '../wire/run';
import { h, type Child } from './dom';
import type { Host } from './host';
import { icon } from './icons';

/** What happened and the next step. */
export function problemOf(problem: Problem, status: RunView['status']): HTMLElement {
  const tone = status === 'failed' ? 'failed' : 'warned';
  return h('div', { class: `jg-problem jg-tone-${tone}`, role: status === 'failed' ? 'alert' : 'status' }, icon(tone),
    h('div', null,
      h('p', { class: 'jg-problem-message' }, problem.message),
      problem.hint && h('p', { class: 'jg-muted' }, problem.hint)));
}

/** Decisions that only the person can take. */
export function questionsOf(questions: readonly Question[], host: Host): HTMLElement {
  const again = !host.send && !host.connecting && h('p', { class: 'jg-muted' }, 'Run the cell again to choose.');
  return h('div', { class: 'jg-questions' }, ...questions.map((question, index) => questionOf(question, index, host)), again);
}

function questionOf(question: Question, index: number, host: Host): HTMLElement {
  const choices = question.choices.map((choice, position) =>
    h('li', null, answer('jg-choice', host, { kind: 'choose', question: index, choice: position },
      h('span', { class: 'jg-choice-label' }, choice.label),
      choice.detail && h('span', { class: 'jg-muted' }, choice.detail))));
  return h('div', { class: 'jg-question' },
    h('p', { class: 'jg-question-text' }, question.text),
    h('ul', { class: 'jg-choices', role: 'list' }, ...choices));
}

/** Goals that this catalog can answer. */
export function offersOf(view: RunView, host: Host): HTMLElement {
  const lead = view.problem || view.status === 'refused' ? 'This can be answered:' : 'Try one of these:';
  const items = view.offers.map(goal =>
    h('li', null, answer('jg-offer', host, { kind: 'offer', goal },
      icon('arrow'), host.send ? h('span', null, goal) : h('code', null, `%goal ${goal}`))));
  return h('div', { class: 'jg-offers' }, h('p', { class: 'jg-muted' }, lead), h('ul', { role: 'list' }, ...items));
}

/** A button that answers; in a saved picture only its words. */
function answer(kind: string, { send }: Host, message: Message, ...content: Child[]): HTMLElement {
  if (!send) {
    return h('span', { class: kind }, ...content);
  }
  const click = (event: Event): void => {
    settle(event.currentTarget as HTMLButtonElement);
    send(message);
  };
  return h('button', { class: kind, type: 'button', on: { click } }, ...content);
}

/** One click is one answer: its neighbours wait for the next view. */
function settle(button: HTMLButtonElement): void {
  button.setAttribute('aria-busy', 'true');
  button.closest('ul')?.querySelectorAll('button').forEach(other => (other.disabled = true));
}
