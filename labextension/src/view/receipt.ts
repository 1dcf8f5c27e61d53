import type { Artifact, LogLine, RunView, Scalar } from '../wire/run';
import { copyButton } from './copy';
import { h, type Child } from './dom';
import { dialectName } from './sql';
import { clock, duration, grouped, moment } from './words';

type Entry = readonly [key: string, value: Child];

/** Everything needed to re-execute the number, in words. */
export function receiptPanel(artifact: Artifact, view: RunView): HTMLElement {
  const { receipt } = artifact;
  const entries: (Entry | null)[] = [
    entry('Goal', view.goal),
    entry('Read as', artifact.interpretation),
    entry('Assumed', view.assumptions.join('; ')),
    ...Object.entries(receipt.definitions).map(([column, definition]): Entry => [labelOf(artifact, column), definition]),
    ['Rows', `${grouped(receipt.rows)}${receipt.truncated ? ' (cut off)' : ''}`],
    entry('Data until', receipt.data_until && moment(receipt.data_until)),
    entry('Relative to', moment(receipt.as_of)),
    entry('Executed', moment(receipt.executed_at)),
    entry('Took', view.seconds > 0 && duration(view.seconds)),
    entry('Engine', receipt.engine || dialectName(receipt.dialect)),
    entry('Policies', receipt.policies.join(', ')),
    receipt.parameters.length ? ['Parameters', receipt.parameters.map(shown).join(', ')] : null,
    entry('Catalog', [view.catalog, receipt.catalog].filter(Boolean).join(' · ')),
    entry('Fingerprint', receipt.fingerprint && h('code', null, receipt.fingerprint))
  ];
  const found = entries.filter((item): item is Entry => item !== null);
  return h('div', { class: 'jg-receipt' },
    h('dl', null, ...found.flatMap(([key, value]) => [h('dt', null, key), h('dd', null, value)])),
    h('details', null, h('summary', null, 'Statement as executed'), h('pre', { class: 'jg-code' }, receipt.statement)),
    h('div', { class: 'jg-toolbar' }, copyButton('Copy receipt', () => JSON.stringify(receipt, null, 2))));
}

function entry(key: string, value: Child): Entry | null {
  return value ? [key, value] : null;
}

function labelOf(artifact: Artifact, column: string): string {
  const label = artifact.table.columns.find(item => item.name === column)?.label || column;
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function shown(value: Scalar): string {
  if (typeof value === 'string') {
    return `“${value}”`;
  }
  return value !== null && typeof value === 'object' ? Object.values(value).join() : String(value);
}

export function logPanel(log: readonly LogLine[]): HTMLElement {
  return h('ol', { class: 'jg-log' }, ...log.map(line =>
    h('li', null, h('time', { class: 'jg-muted' }, clock(line.at)), h('span', null, line.text))));
}
