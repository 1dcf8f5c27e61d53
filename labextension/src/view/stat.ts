import type { Artifact, Cell as Value, TableColumn } from '../wire/run';
import { h } from './dom';

/** One row of numbers is shown as numbers, not as a drawing of numbers. */
export function isStat(artifact: Artifact): boolean {
  const { table, figure } = artifact;
  const onlyWords = (figure?.data ?? []).every(trace => trace.mode === 'text');
  return onlyWords && table.values.length === 1 && table.rows === 1 && table.columns.some(column => column.role === 'measure');
}

interface Cell {
  readonly column: TableColumn;
  readonly value: Value;
  readonly text: string;
}

export function statPanel(artifact: Artifact): HTMLElement {
  const { columns, values, text } = artifact.table;
  const cells = columns.map((column, index): Cell => ({ column, value: values[0][index], text: text[0][index] }));
  const measures = cells.filter(cell => cell.column.role === 'measure');
  const tiles = measures.map(cell => tile(cell, cells.filter(other => other.column.measure === cell.column.measure)));
  return h('div', { class: 'jg-stats' }, ...tiles);
}

function tile(cell: Cell, family: readonly Cell[]): HTMLElement {
  const beside = family.filter(other => other.column.role !== 'measure' && other.value !== null);
  const change = beside.find(other => other.column.role === 'change_pct') ?? beside.find(other => other.column.role === 'change');
  const rest = beside.filter(other => other !== change);
  return h('div', { class: 'jg-stat' },
    h('div', { class: 'jg-stat-label' }, cell.column.label),
    h('div', { class: 'jg-stat-value' }, cell.value === null ? '–' : cell.text, unit(cell)),
    cell.value === null && h('div', { class: 'jg-muted' }, 'No value: nothing to compute it from.'),
    beside.length > 0 && h('div', { class: 'jg-stat-change' },
      change && h('span', null, arrow(change.value), signed(change)),
      ...rest.map(other => h('span', { class: 'jg-muted' }, beneath(other)))));
}

/** What stands beside a number says what it is in one word; the measure's name is above it. */
function beneath(cell: Cell): string {
  switch (cell.column.role) {
    case 'previous':
      return `from ${cell.text}`;
    case 'change':
      return signed(cell);
    default:
      return `${cell.column.role.replace('_', ' ')} ${cell.text}`;
  }
}

function signed(cell: Cell): string {
  return Number(cell.value) > 0 && !cell.text.startsWith('+') ? `+${cell.text}` : cell.text;
}

function unit(cell: Cell): HTMLElement | null {
  const { unit: name } = cell.column;
  return name && cell.value !== null && !cell.text.includes(name) ? h('span', { class: 'jg-unit' }, name) : null;
}

function arrow(value: Value): HTMLElement {
  const number = Number(value);
  const sign = value === null || !number ? '' : number > 0 ? '▲' : '▼';
  return h('span', { class: 'jg-arrow', aria: { hidden: 'true' } }, sign);
}
