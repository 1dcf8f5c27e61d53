import type { Cell, Table } from '../wire/run';

export type Direction = 'ascending' | 'descending';

export interface Sorting {
  readonly column: number;
  readonly direction: Direction;
}

const NUMERIC = new Set(['integer', 'decimal', 'float']);

export function isNumeric(type: string): boolean {
  return NUMERIC.has(type);
}

/** Row indices in the order asked; equal rows keep their order, missing values come last in both directions. */
export function orderOf(table: Table, sorting: Sorting | null): number[] {
  const rows = table.values.map((_, index) => index);
  if (!sorting) {
    return rows;
  }
  const { column, direction } = sorting;
  const compare = isNumeric(table.columns[column].type) ? compareNumbers : compareTexts;
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.sort((a, b) => {
    const [left, right] = [table.values[a][column], table.values[b][column]];
    if (left === null || right === null) {
      return left === right ? 0 : left === null ? 1 : -1;
    }
    return sign * compare(left, right);
  });
}

/** The next state of a header that is clicked: numbers largest first, words A to Z, then the order of the answer. */
export function nextSorting(table: Table, current: Sorting | null, column: number): Sorting | null {
  const first: Direction = isNumeric(table.columns[column].type) ? 'descending' : 'ascending';
  if (current?.column !== column) {
    return { column, direction: first };
  }
  return current.direction === first ? { column, direction: first === 'ascending' ? 'descending' : 'ascending' } : null;
}

/** Integers beyond 2^53 and decimals arrive as text: whole numbers are compared exactly. */
function compareNumbers(left: Cell, right: Cell): number {
  if (typeof left === 'string' && typeof right === 'string' && /^-?\d+$/.test(left) && /^-?\d+$/.test(right)) {
    const [a, b] = [BigInt(left), BigInt(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return Number(left) - Number(right);
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compareTexts(left: Cell, right: Cell): number {
  return collator.compare(String(left), String(right));
}
