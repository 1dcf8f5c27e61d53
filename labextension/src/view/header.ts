import type { Annotation, RunView } from '../wire/run';
import { h } from './dom';

const PLANNERS: Record<string, string> = {
  verified: 'verified question',
  model: 'planned by a model',
  lock: 'locked plan',
  edit: 'revised'
};

/** The answer in a sentence, and how the goal was read. */
export function headerOf(view: RunView): HTMLElement {
  const [artifact] = view.artifacts;
  const single = view.artifacts.length === 1 ? artifact : undefined;
  const headline = view.headline || single?.headline || single?.title || '';
  const interpretation = view.interpretation || single?.interpretation || '';
  const labels = labelsOf(view);
  const reading = interpretation !== '' || labels.length > 0;
  return h('header', { class: 'jg-header' },
    headline && h('h3', { class: 'jg-headline' }, headline),
    reading && h('p', { class: 'jg-interpretation' },
      interpretation && h('span', null, interpretation), ...labels.map(([text, title]) => h('span', { class: 'jg-label', title }, text))),
    list('jg-assumptions', 'Assumed', view.assumptions),
    list('jg-corrections', 'Changed', corrections(view)));
}

function labelsOf(view: RunView): (readonly [text: string, title: string])[] {
  const labels: (readonly [string, string])[] = [];
  if (PLANNERS[view.planner]) {
    labels.push([PLANNERS[view.planner], 'How the plan was made']);
  }
  if (view.inferred) {
    labels.push(['inferred catalog', 'The catalog was guessed from the data; nobody has reviewed its definitions']);
  }
  if (view.recomputed) {
    const title = { unchanged: 'Same result as the last time', recomputed: 'The result differs from the last time' }[view.recomputed];
    labels.push([view.recomputed, title]);
  }
  return labels;
}

function applied(annotation: Annotation): boolean {
  return annotation.state === 'applied' || annotation.state === 'orphaned';
}

/** The last change has a line of its own while it can be compared. */
function corrections(view: RunView): string[] {
  return view.annotations.filter(annotation => applied(annotation) && annotation.text !== view.comparison?.instruction).map(wordsOf);
}

function wordsOf(annotation: Annotation): string {
  const where = annotation.anchors.map(anchor => anchor.text).filter(Boolean).join(', ');
  const orphan = annotation.state === 'orphaned' ? ' (no longer in the result)' : '';
  return `“${annotation.text}”${where ? ` on ${where}` : ''}${orphan}`;
}

function list(kind: string, word: string, items: readonly string[]): HTMLElement | null {
  return items.length ? h('p', { class: `jg-aside ${kind}` }, h('span', { class: 'jg-aside-word' }, word), items.join('; ')) : null;
}
