/** What a cell's metadata keeps of its goals. Pure: from the outputs of the cell and what was kept before. */

import type { Annotation, Lock, RunView } from '../wire/run';

export const STORED_VERSION = 1;

/** The value of the metadata key `jupyter_goal`. */
export interface Stored {
  readonly version: number;
  /** One per goal of the cell, in the order of its outputs. */
  readonly locks: readonly Lock[];
  readonly annotations?: readonly Annotation[];
}

/**
 * What to keep now; null: nothing to say yet, so leave what is there.
 * A goal that failed or was refused keeps the lock of its last good run.
 */
export function storedOf(views: readonly RunView[], previous: Stored | null): Stored | null {
  if (!views.length || views.some(isUnsettled)) {
    return null;
  }
  const locks = views.map(view => view.lock ?? previous?.locks.find(lock => lock.text === view.goal)).filter(lock => lock !== undefined);
  const annotations = views.flatMap(view => view.annotations);
  if (!locks.length && !annotations.length) {
    return null;
  }
  return { version: STORED_VERSION, locks, ...(annotations.length ? { annotations } : {}) };
}

function isUnsettled({ status }: RunView): boolean {
  return status === 'planning' || status === 'running' || status === 'waiting';
}

/** The metadata as found in a file, if it has the shape of ours. */
export function readStored(value: unknown): Stored | null {
  const found = value as Partial<Stored> | null | undefined;
  return typeof found === 'object' && found !== null && Array.isArray(found.locks) ? (found as Stored) : null;
}
