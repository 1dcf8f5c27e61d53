import type { Artifact, RunView } from '../wire/run';
import { chartPanel } from './chart';
import { checkList, concernList, verdictOf } from './checks';
import { h } from './dom';
import { part, type Host, type Part } from './host';
import { icon } from './icons';
import { hasMark, marksOfRow, meaningOf, type Mark } from './marks';
import { instruction, openPopover, type Spot } from './popover';
import { logPanel, receiptPanel } from './receipt';
import { sqlPanel } from './sql';
import { isStat, statPanel } from './stat';
import { tablePanel, type PointAt } from './table';
import { tabs, type Tab } from './tabs';

export interface ArtifactOptions {
  /** Its own heading: none where the run's speaks for it, the reading alone beside another version of it. */
  readonly heading: 'none' | 'reading' | 'full';
  /** A picture of before a revision: nothing can be changed on it. */
  readonly past: boolean;
  /** The tab that was open before a redraw. */
  readonly tab: string;
  onTab(name: string): void;
}

export function artifactPart(artifact: Artifact, view: RunView, host: Host, options: ArtifactOptions): Part {
  const node = h('section', { class: 'jg-artifact', aria: { label: artifact.title || 'Result' } });
  const pointing = pointingAt(artifact, options.past ? undefined : host.send, node);
  const items: Tab[] = panelsOf(artifact, view, host, pointing, () => bar.select('table'));
  if (view.artifacts.length === 1 && options.heading === 'none' && view.log.length) {
    items.push({ name: 'log', label: 'Log', make: () => part(logPanel(view.log)) });
  }
  const bar = tabs(items, options.tab, options.onTab);
  node.append(
    ...heading(artifact, options.heading),
    ...[concernList(artifact.receipt.checks)].filter(found => found !== null),
    h('div', { class: 'jg-bar' }, bar.bar, summary(artifact, () => bar.select('checks'))),
    bar.node,
    ...notes(artifact));
  if (host.send && !options.past) {
    const { send } = host;
    node.append(instruction('Change this: “top 10”, “by month”, “bar chart”…',
      text => send({ kind: 'revise', text, artifact: artifact.id, marks: [] })));
  }
  return part(node, pointing.close, bar.dispose);
}

function panelsOf(artifact: Artifact, view: RunView, host: Host, pointing: Pointer, showTable: () => void): Tab[] {
  const { table, receipt, figure } = artifact;
  const items: Tab[] = [];
  if (!table.values.length) {
    items.push({ name: 'chart', label: 'Result', make: () => part(noData(artifact)) });
  } else if (isStat(artifact)) {
    items.push({ name: 'chart', label: 'Number', make: () => part(statPanel(artifact)) });
  } else if (figure?.data.length) {
    const events = { onMark: pointing.mark, onTrouble: showTable };
    items.push({ name: 'chart', label: 'Chart', make: () => chartPanel(artifact, figure, host, events) });
  }
  if (table.columns.length && table.values.length) {
    items.push({ name: 'table', label: 'Table', make: () => tablePanel(artifact, pointing.row) });
  }
  if (receipt.sql) {
    items.push({ name: 'sql', label: 'SQL', make: () => part(sqlPanel(receipt.sql, receipt.dialect)) });
  }
  if (receipt.checks.length) {
    items.push({ name: 'checks', label: 'Checks', make: () => part(checkList(receipt.checks)) });
  }
  items.push({ name: 'receipt', label: 'Receipt', make: () => part(receiptPanel(artifact, view)) });
  return items;
}

function heading(artifact: Artifact, kind: ArtifactOptions['heading']): HTMLElement[] {
  const words = h('h4', { class: 'jg-headline' }, artifact.headline || artifact.title);
  const reading = h('p', { class: 'jg-interpretation' }, artifact.interpretation);
  return { none: [], reading: [reading], full: artifact.interpretation ? [words, reading] : [words] }[kind];
}

function summary(artifact: Artifact, show: () => void): HTMLElement | null {
  const { checks } = artifact.receipt;
  if (!checks.length) {
    return null;
  }
  const { tone, text } = verdictOf(checks);
  const properties = { class: `jg-verdict jg-tone-${tone}`, type: 'button', title: 'Show the checks', on: { click: show } };
  return h('button', properties, icon(tone), h('span', null, text));
}

function notes(artifact: Artifact): HTMLElement[] {
  const found = new Set([...artifact.notes, ...(artifact.spec?.notes ?? [])]);
  return found.size && artifact.table.values.length ? [h('ul', { class: 'jg-notes' }, ...[...found].map(note => h('li', null, note)))] : [];
}

function noData(artifact: Artifact): HTMLElement {
  const until = artifact.receipt.data_until;
  return h('div', { class: 'jg-empty' },
    h('p', { class: 'jg-empty-title' }, 'No data for this question'),
    h('p', { class: 'jg-muted' }, artifact.interpretation ? `Nothing matches: ${artifact.interpretation}.` : 'No row matches.',
      until ? ` The data ends ${until.slice(0, 10)}.` : ''));
}

interface Pointer {
  mark(mark: Mark, spot: Spot, add: boolean): void;
  readonly row?: PointAt;
  close(): void;
}

/** Keeps what is pointed at: a click starts anew, a click with Shift adds to it. */
function pointingAt(artifact: Artifact, send: Host['send'], node: HTMLElement): Pointer {
  let marks: Mark[] = [];
  let close: (() => void) | null = null;
  const open = (spot: Spot): void => {
    close?.();
    const meanings = marks.map(mark => meaningOf(artifact, mark)).filter(found => found !== null);
    const single = meanings.length === 1;
    const meaning = single ? meanings[0] : { title: meanings.map(found => found.title).join(', '), facts: [] };
    close = openPopover(node, { artifact, marks, meaning, spot, send });
  };
  const row: PointAt = (index, cell) => {
    marks = marksOfRow(artifact, index).slice(0, 1);
    const { left, bottom } = cell.getBoundingClientRect();
    open({ x: left + 40, y: bottom - 12 });
  };
  return {
    mark: (mark, spot, add) => {
      marks = add ? [...marks.filter(([trace, index]) => trace !== mark[0] || index !== mark[1]), mark] : [mark];
      open(spot);
    },
    row: send && artifact.figure?.marks.some(set => hasMark(artifact, [set.trace, 0])) ? row : undefined,
    close: () => close?.()
  };
}
