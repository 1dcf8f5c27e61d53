import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../src/read';
import type { RunView } from '../src/wire/run';

const FOLDER = join(import.meta.dirname, 'fixtures');

/** Runs in every state, written from the pydantic types. */
export const NAMES = readdirSync(FOLDER).filter(name => name.endsWith('.json')).map(name => name.replace('.json', ''));

export function fixture(name: string): RunView {
  const view = readRun(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));
  if (!view) {
    throw new Error(`${name} is not a run`);
  }
  return view;
}
