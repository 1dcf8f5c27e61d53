/** A run as one calm view: data in, DOM out. Hosted by the widget (live) and by the MIME renderer (saved). */

import type { Artifact, RunView } from '../wire/run';
import { artifactPart, type ArtifactOptions } from './artifact';
import { offersOf, problemOf, questionsOf } from './asking';
import { comparisonBar, type Shown } from './compare';
import { h } from './dom';
import { headerOf } from './header';
import type { Host, Part } from './host';
import { isUnderWay, progressPart, stoppedLine } from './progress';
import { logPanel } from './receipt';
import { modeOf, watchMode } from './theme';

export interface View {
  update(view: RunView, host: Host): void;
  dispose(): void;
}

interface Kept extends Part {
  readonly key: string;
}

/** Draws one view. */
export function render(el: HTMLElement, view: RunView, host: Host): () => void {
  const mounted = mount(el);
  mounted.update(view, host);
  return () => mounted.dispose();
}

/** A place in the page whose view can change; charts that did not change are not drawn again. */
export function mount(el: HTMLElement): View {
  const root = h('div', { class: 'jg-view' });
  el.append(root);
  const paint = (): void => {
    root.dataset.mode = modeOf(root);
  };
  paint();
  const unwatch = watchMode(root, paint);
  const tabOf = new Map<string, string>();
  let shown: Shown = 'after';
  let passing: Part[] = [];
  let kept: Kept[] = [];

  const update = (view: RunView, host: Host): void => {
    if (!view.comparison) {
      shown = 'after';
    }
    passing.forEach(old => old.dispose());
    passing = [];
    const before = kept;
    kept = [];
    const keep = (artifact: Artifact, slot: string, past: boolean): HTMLElement => {
      const single = view.artifacts.length === 1;
      const heading = !single || (past && shown === 'before') ? 'full' : shown === 'both' ? 'reading' : 'none';
      const key = JSON.stringify([slot, heading, Boolean(host.send), artifact, view.log.length]);
      const onTab = (name: string): void => void tabOf.set(slot, name);
      const options: ArtifactOptions = { heading, past, tab: tabOf.get(slot) ?? 'chart', onTab };
      const old = before.find(candidate => candidate.key === key);
      const found = old ?? { key, ...artifactPart(artifact, view, host, options) };
      kept.push(found);
      return found.node;
    };
    const redraw = (next: Shown): void => {
      shown = next;
      update(view, host);
      root.querySelector<HTMLElement>('.jg-switch [aria-pressed=true]')?.focus();
    };
    const bar = view.comparison && comparisonBar(view.comparison, shown, host, redraw);
    const menu = view.offers.length && view.artifacts.length ? offersOf(view, host) : null;
    const top = [menu, headerOf(view), ...asides(view, host, passing), bar];
    const results = artifactColumns(view, shown, keep) ?? lingering(view, before);
    kept = kept.length || !results ? kept : before;
    root.dataset.status = view.status;
    root.replaceChildren(...[...top, results, trailingLog(view)].filter(node => node !== null && node !== undefined));
    before.filter(old => !kept.includes(old)).forEach(old => old.dispose());
  };

  return {
    update,
    dispose: () => {
      unwatch();
      [...passing, ...kept].forEach(old => old.dispose());
      root.remove();
    }
  };
}

/** Progress, questions, problems and offers: whatever the status calls for. */
function asides(view: RunView, host: Host, passing: Part[]): HTMLElement[] {
  const found: HTMLElement[] = [];
  if (isUnderWay(view) && (host.send || host.connecting)) {
    const progress = progressPart(view, host);
    passing.push(progress);
    found.push(progress.node);
  } else if (isUnderWay(view) || (view.status === 'cancelled' && !view.problem)) {
    found.push(stoppedLine(view));
  }
  if (view.problem) {
    found.push(problemOf(view.problem, view.status));
  }
  if (view.questions.length) {
    found.push(questionsOf(view.questions, host));
  }
  if (view.offers.length && !view.artifacts.length) {
    found.push(offersOf(view, host));
  }
  return found;
}

/** While a change is worked out, the answer it starts from stays where it is: the page does not jump. */
function lingering(view: RunView, before: readonly Kept[]): HTMLElement | null {
  return isUnderWay(view) && before.length
    ? h('div', { class: 'jg-artifacts jg-lingering', inert: true }, ...before.map(old => old.node))
    : null;
}

type Keep = (artifact: Artifact, slot: string, past: boolean) => HTMLElement;

function artifactColumns(view: RunView, shown: Shown, keep: Keep): HTMLElement | null {
  const after = view.artifacts.map((artifact, index) => keep(artifact, `after ${index}`, false));
  const past = view.comparison?.before ?? [];
  if (shown === 'after' || !past.length) {
    return after.length ? h('div', { class: 'jg-artifacts' }, ...after) : null;
  }
  const before = past.map((artifact, index) => keep(artifact, `before ${index}`, true));
  if (shown === 'before') {
    return h('div', { class: 'jg-artifacts' }, ...before);
  }
  return h('div', { class: 'jg-artifacts jg-columns' },
    h('div', null, h('h4', { class: 'jg-column-title' }, 'Before'), ...before),
    h('div', null, h('h4', { class: 'jg-column-title' }, 'After'), ...after));
}

/** With one artifact the log is one of its tabs; otherwise it closes the view. */
function trailingLog(view: RunView): HTMLElement | null {
  if (view.artifacts.length === 1 || !view.log.length || isUnderWay(view)) {
    return null;
  }
  return h('details', { class: 'jg-trailing' }, h('summary', null, 'Log'), logPanel(view.log));
}
