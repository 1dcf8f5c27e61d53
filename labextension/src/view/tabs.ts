import { h, uniqueId } from './dom';
import type { Part } from './host';

export interface Tab {
  readonly name: string;
  readonly label: string;
  /** Made when first shown. */
  make(): Part;
}

export interface Tabs extends Part {
  readonly bar: HTMLElement;
  select(name: string): void;
}

/** ARIA tabs: one tab stop, arrows move and select, panels are made on demand. */
export function tabs(items: readonly Tab[], initial: string, onSelect: (name: string) => void): Tabs {
  const id = uniqueId('jg');
  const made = new Map<string, Part>();
  const buttons = items.map(item =>
    h('button', {
      class: 'jg-tab', role: 'tab', type: 'button', id: `${id}-tab-${item.name}`,
      aria: { controls: `${id}-panel-${item.name}` }, on: { click: () => select(item.name, false) }
    }, item.label)
  );
  const panels = items.map(item =>
    h('div', {
      class: `jg-panel jg-panel-${item.name}`, role: 'tabpanel', id: `${id}-panel-${item.name}`,
      aria: { labelledby: `${id}-tab-${item.name}` }, hidden: true
    })
  );
  const select = (name: string, focus: boolean): void => {
    items.forEach((item, index) => {
      const chosen = item.name === name;
      buttons[index].setAttribute('aria-selected', String(chosen));
      buttons[index].tabIndex = chosen ? 0 : -1;
      panels[index].hidden = !chosen;
      if (chosen && !made.has(name)) {
        const content = item.make();
        made.set(name, content);
        panels[index].append(content.node);
      }
      if (chosen && focus) {
        buttons[index].focus();
      }
    });
    onSelect(name);
  };
  const keydown = (event: KeyboardEvent): void => {
    const current = buttons.findIndex(button => button.getAttribute('aria-selected') === 'true');
    const next = moved(event.key, current, items.length);
    if (next !== null) {
      event.preventDefault();
      event.stopPropagation();
      select(items[next].name, true);
    }
  };
  const bar = h('div', { class: 'jg-tabs', role: 'tablist', on: { keydown } }, ...buttons);
  select(items.some(item => item.name === initial) ? initial : items[0].name, false);
  return {
    bar,
    node: h('div', { class: 'jg-panels' }, ...panels),
    select: name => select(name, true),
    dispose: () => made.forEach(content => content.dispose())
  };
}

function moved(key: string, current: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (current + 1) % count;
    case 'ArrowLeft':
      return (current + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
