import { VERSION, type RunView } from './wire/run';

const EMPTY: RunView = {
  version: VERSION, id: '', goal: '', status: 'planning', headline: '', interpretation: '', planner: '', assumptions: [],
  catalog: '', inferred: false, steps: [], artifacts: [], questions: [], offers: [], problem: null, recomputed: '',
  comparison: null, annotations: [], lock: null, log: [], seconds: 0
};

/**
 * A run out of JSON that may be older than this code: absent parts are empty. null: not a run, or of a later version,
 * whose meaning this code cannot know.
 */
export function readRun(data: unknown): RunView | null {
  if (typeof data !== 'object' || data === null) {
    return null;
  }
  const found = data as Partial<RunView>;
  if (typeof found.id !== 'string' || !found.status || (found.version ?? VERSION) > VERSION) {
    return null;
  }
  return { ...EMPTY, ...found };
}
