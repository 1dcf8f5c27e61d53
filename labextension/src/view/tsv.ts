import type { Cell, Table } from '../wire/run';
import { isNumeric } from './sort';

/** Tab-separated text for a spreadsheet: raw numbers, words as shown, one line per row. */
export function toTsv(table: Table, order: readonly number[]): string {
  const header = table.columns.map(column => cell(column.label || column.name));
  const rows = order.map(row =>
    table.columns.map((column, index) => {
      const value: Cell = table.values[row][index];
      if (value === null) {
        return '';
      }
      return isNumeric(column.type) ? String(value) : cell(typeof value === 'string' ? value : table.text[row][index]);
    })
  );
  return [header, ...rows].map(row => row.join('\t')).join('\n') + '\n';
}

/** One cell stays one cell, and words that a spreadsheet would run as a formula stay words. */
function cell(text: string): string {
  const flat = text.replace(/[\t\r\n]+/g, ' ');
  return /^[=+\-@]/.test(flat) ? `'${flat}` : flat;
}
