import type { Artifact, MarkKeys, MarkSet, Cell } from '../wire/run';

/** A drawn element: (trace, index). */
export type Mark = [trace: number, index: number];

export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** What a drawn element says: its dimension values and its numbers, as the table shows them. */
export interface Meaning {
  readonly title: string;
  readonly facts: readonly Fact[];
}

export function meaningOf(artifact: Artifact, mark: Mark): Meaning | null {
  const set = setOf(artifact, mark[0]);
  if (!set || !set.keys.every(key => mark[1] < countOf(artifact, set, key))) {
    return null;
  }
  const row = rowOf(artifact, set, mark[1]);
  const { columns, text } = artifact.table;
  const title = set.keys.map(key => {
    const column = columns.findIndex(item => item.name === key.column);
    return row !== null && column >= 0 ? text[row][column] : wordsOf(valueOf(artifact, set, key, mark[1]));
  });
  const shown = columns.map((column, index) => ({ column, index })).filter(({ column }) => column.measure !== null);
  const own = shown.filter(({ column }) => column.name === set.measure || column.measure === set.measure);
  const facts = row === null ? [] : own.map(({ column, index }) => ({ label: column.label, text: text[row][index] }));
  return { title: title.join(' · ') || artifact.title, facts };
}

/** The row of the table that a mark was drawn from; null when the page does not hold it. */
function rowOf(artifact: Artifact, set: MarkSet, index: number): number | null {
  const columns = set.keys.map(key => artifact.table.columns.findIndex(column => column.name === key.column));
  if (columns.includes(-1)) {
    return null;
  }
  const found = artifact.table.values.findIndex(row =>
    set.keys.every((key, position) => same(row[columns[position]], valueOf(artifact, set, key, index))));
  return found < 0 ? null : found;
}

/** The marks that show a row, the first measure first. */
export function marksOfRow(artifact: Artifact, row: number): Mark[] {
  const marks: Mark[] = [];
  for (const set of artifact.figure?.marks ?? []) {
    const count = set.keys.length ? countOf(artifact, set, set.keys[0]) : 0;
    for (let index = 0; index < count; index += 1) {
      if (rowOf(artifact, set, index) === row) {
        marks.push([set.trace, index]);
        break;
      }
    }
  }
  return marks;
}

export function hasMark(artifact: Artifact, [trace, index]: Mark): boolean {
  const set = setOf(artifact, trace);
  return set !== undefined && set.keys.length > 0 && index < countOf(artifact, set, set.keys[0]);
}

/** A dimension's value for one element of a trace: written beside the trace, or drawn along one of its axes. */
export function valueOf(artifact: Artifact, set: MarkSet, key: MarkKeys, index: number): Cell {
  return key.axis ? drawnOf(artifact, set, key.axis)[index] : key.values[Math.floor(index / key.repeat)];
}

function countOf(artifact: Artifact, set: MarkSet, key: MarkKeys): number {
  return key.axis ? drawnOf(artifact, set, key.axis).length : key.values.length * key.repeat;
}

function drawnOf(artifact: Artifact, set: MarkSet, axis: 'x' | 'y'): Cell[] {
  const drawn = artifact.figure?.data[set.trace]?.[axis];
  return Array.isArray(drawn) ? drawn as Cell[] : [];
}

function setOf(artifact: Artifact, trace: number): MarkSet | undefined {
  return artifact.figure?.marks.find(set => set.trace === trace);
}

function same(left: Cell, right: Cell): boolean {
  return left === right || (left !== null && right !== null && String(left) === String(right));
}

function wordsOf(value: Cell): string {
  return value === null ? '(missing)' : String(value);
}
