import type { RunView, StepView } from '../wire/run';
import { h } from './dom';
import { part, type Host, type Part } from './host';
import { icon } from './icons';
import { duration, elapsed } from './words';

const TICK = 250;
const STATES = { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed' } as const;

export function isUnderWay(view: RunView): boolean {
  return view.status === 'planning' || view.status === 'running';
}

/** Steps with their state, the time that has passed, and Cancel. */
export function progressPart(view: RunView, host: Host): Part {
  const began = performance.now() - view.seconds * 1000;
  const clock = h('span', { class: 'jg-elapsed', aria: { hidden: 'true' } });
  const tick = (): void => {
    clock.textContent = elapsed((performance.now() - began) / 1000);
  };
  tick();
  const timer = setInterval(tick, TICK);
  const several = view.steps.length > 1;
  const node = h('div', { class: 'jg-progress' },
    h('div', { class: 'jg-progress-line' },
      h('span', { class: 'jg-spinner', aria: { hidden: 'true' } }),
      h('span', { class: 'jg-progress-word', role: 'status' }, wordOf(view)),
      clock,
      host.send && cancelButton(host.send)),
    several && h('ol', { class: 'jg-steps' }, ...view.steps.map(stepLine)));
  return part(node, () => clearInterval(timer));
}

function wordOf(view: RunView): string {
  if (view.status === 'planning' || !view.steps.length) {
    return 'Reading the goal';
  }
  const current = view.steps.findIndex(step => step.state === 'running');
  if (view.steps.length > 1) {
    return `Step ${(current < 0 ? view.steps.length - 1 : current) + 1} of ${view.steps.length}`;
  }
  return view.steps[0].title;
}

function cancelButton(send: NonNullable<Host['send']>): HTMLButtonElement {
  const button = h('button', { class: 'jg-button', type: 'button' }, icon('stop'), 'Cancel');
  button.addEventListener('click', () => {
    button.disabled = true;
    button.replaceChildren('Cancelling…');
    send({ kind: 'cancel' });
  });
  return button;
}

function stepLine(step: StepView): HTMLElement {
  const mark = step.state === 'running' ? h('span', { class: 'jg-spinner' })
    : icon(step.state === 'done' ? 'passed' : step.state === 'failed' ? 'failed' : 'waiting');
  return h('li', { class: `jg-step jg-step-${step.state}` },
    mark, h('span', null, step.title), h('span', { class: 'jg-offscreen' }, `: ${STATES[step.state]}`),
    step.seconds > 0 && h('span', { class: 'jg-muted' }, duration(step.seconds)));
}

/** A run that stopped before its end and can only be run again. */
export function stoppedLine(view: RunView): HTMLElement {
  const words = view.status === 'cancelled' ? 'Cancelled.' : 'The notebook was saved before this run had finished.';
  return h('div', { class: 'jg-problem jg-tone-skipped', role: 'status' }, icon('skipped'),
    h('div', null, h('p', { class: 'jg-problem-message' }, words), h('p', { class: 'jg-muted' }, 'Run the cell again for an answer.')));
}
