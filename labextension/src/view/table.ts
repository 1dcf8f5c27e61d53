import type { Artifact, Table } from '../wire/run';
import { copyButton } from './copy';
import { h } from './dom';
import { part, type Part } from './host';
import { icon } from './icons';
import { isNumeric, nextSorting, orderOf, type Sorting } from './sort';
import { toTsv } from './tsv';
import { counted, grouped } from './words';

/** Called with the row and the cell that was activated; absent: rows are only read. */
export type PointAt = (row: number, cell: HTMLElement) => void;

export function tablePanel(artifact: Artifact, pointAt?: PointAt): Part {
  const { table } = artifact;
  let sorting: Sorting | null = null;
  const body = h('tbody', null);
  const heads = table.columns.map((column, index) =>
    h('th', { scope: 'col', class: isNumeric(column.type) ? 'jg-number' : undefined },
      h('button', { type: 'button', class: 'jg-sort', title: 'Sort', on: { click: () => sortBy(index) } },
        h('span', null, column.label || column.name), unitOf(table, index))));
  const sortBy = (column: number): void => {
    sorting = nextSorting(table, sorting, column);
    fill();
  };
  const fill = (): void => {
    heads.forEach((head, index) => showSorting(head, sorting?.column === index ? sorting : null));
    body.replaceChildren(...orderOf(table, sorting).map(row => rowOf(table, row, pointAt)));
  };
  fill();
  const caption = artifact.title || artifact.interpretation || 'Result';
  const node = h('div', { class: 'jg-table' },
    h('div', { class: 'jg-toolbar' },
      h('span', { class: 'jg-muted' }, sizeOf(table)), copyButton('Copy', () => toTsv(table, orderOf(table, sorting)))),
    h('div', { class: 'jg-scroll', tabindex: 0, role: 'region', aria: { label: `Table: ${caption}` } },
      h('table', null, h('thead', null, h('tr', null, ...heads)), body)));
  return part(node);
}

/** "200 of 336,776 rows shown" */
export function sizeOf(table: Table): string {
  const shown = table.values.length;
  if (shown === table.rows && !table.truncated) {
    return counted(table.rows, 'row');
  }
  const all = table.truncated ? `more than ${grouped(table.rows)}` : grouped(table.rows);
  return `${grouped(shown)} of ${all} rows shown`;
}

function unitOf(table: Table, index: number): HTMLElement | null {
  const { unit, label } = table.columns[index];
  return unit && !label.includes(`(${unit})`) ? h('span', { class: 'jg-unit' }, unit) : null;
}

function showSorting(head: HTMLElement, sorting: Sorting | null): void {
  head.querySelector('.jg-icon')?.remove();
  if (sorting) {
    head.setAttribute('aria-sort', sorting.direction);
    head.querySelector('button')?.append(icon(sorting.direction));
  } else {
    head.removeAttribute('aria-sort');
  }
}

function rowOf(table: Table, row: number, pointAt?: PointAt): HTMLElement {
  const pointable = table.columns.findIndex(column => column.measure === null);
  return h('tr', null, ...table.columns.map((column, index) => {
    const missing = table.values[row][index] === null;
    const text = table.text[row][index];
    const kinds = [isNumeric(column.type) && 'jg-number', missing && 'jg-missing'].filter(Boolean);
    const cell = h('td', { class: kinds.join(' ') || undefined });
    if (pointAt && index === pointable) {
      const act = { type: 'button', class: 'jg-point', aria: { haspopup: 'dialog' }, on: { click: () => pointAt(row, cell) } };
      cell.append(h('button', act, text || '(missing)'));
    } else {
      cell.append(text);
    }
    return cell;
  }));
}
