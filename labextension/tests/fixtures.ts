import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../src/read';
import { valueOf } from '../src/view/marks';
import type { Artifact, RunView, Scalar } from '../src/wire/run';

const FOLDER = join(import.meta.dirname, 'fixtures');

/** Runs in every state, written from the pydantic types. */
export const NAMES = readdirSync(FOLDER).filter(name => name.endsWith('.json')).map(name => name.replace('.json', ''));

/** What the elements of a trace mean, by their first dimension. */
export function meantBy(artifact: Artifact, trace: number): Scalar[] {
  const set = artifact.figure!.marks[trace];
  return (artifact.figure!.data[trace].x as unknown[]).map((_, index) => valueOf(artifact, set, set.keys[0], index));
}

export function fixture(name: string): RunView {
  const view = readRun(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));
  if (!view) {
    throw new Error(`${name} is not a run`);
  }
  return view;
}
