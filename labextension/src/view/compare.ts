import type { WireComparison } from '../wire/run';
import { h } from './dom';
import type { Host } from './host';
import { icon } from './icons';

export type Shown = 'after' | 'before' | 'both';

const CHOICES: readonly (readonly [Shown, string])[] = [['after', 'After'], ['before', 'Before'], ['both', 'Both']];

/** What a revision changed, a switch between before and after, and its undoing. */
export function comparisonBar(comparison: WireComparison, shown: Shown, host: Host, onShow: (shown: Shown) => void): HTMLElement {
  const { send } = host;
  const undo = (): void => send?.({ kind: 'undo' });
  return h('div', { class: 'jg-comparison' },
    h('span', { class: 'jg-comparison-text' }, 'Changed: ', h('q', null, comparison.instruction)),
    h('div', { class: 'jg-switch', role: 'group', aria: { label: 'Show before or after the change' } },
      ...CHOICES.map(([name, label]) => h('button', {
        type: 'button', aria: { pressed: String(name === shown) }, on: { click: () => onShow(name) }
      }, label))),
    send && h('button', { class: 'jg-quiet', type: 'button', on: { click: undo } }, icon('undo'), 'Undo'));
}
