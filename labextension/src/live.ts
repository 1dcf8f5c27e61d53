/**
 * Where the widget's model and the MIME renderer meet. They are two bundles on one page (the widget's code comes from the
 * kernel, the renderer from the labextension), so they meet on `globalThis`, by model id, in whatever order they appear.
 */

import type { Message, RunView } from './wire/run';

const WIDGET_MIME = 'application/vnd.jupyter.widget-view+json';

/** The id of the widget's model that an output bundle names; '' where it names none. */
export function modelOf(data: Readonly<Record<string, unknown>>): string {
  const reference = data[WIDGET_MIME] as { model_id?: unknown } | undefined;
  return typeof reference?.model_id === 'string' ? reference.model_id : '';
}

/** A run whose kernel listens. */
export interface LiveRun {
  /** null: nothing has been shown yet. */
  view(): RunView | null;
  send(message: Message): void;
  /** Calls back on every new view; returns the way to stop. */
  onView(listener: () => void): () => void;
  plotlyBundle(): Promise<ArrayBuffer>;
}

type Listener = (run: LiveRun | null) => void;

interface Registry {
  readonly runs: Map<string, LiveRun>;
  readonly listeners: Map<string, Set<Listener>>;
}

function registry(): Registry {
  const page = globalThis as { __jupyterGoalLive?: Registry };
  page.__jupyterGoalLive ??= { runs: new Map(), listeners: new Map() };
  return page.__jupyterGoalLive;
}

/** Makes a live run known under its model id; returns its removal. */
export function announce(id: string, run: LiveRun): () => void {
  const { runs, listeners } = registry();
  runs.set(id, run);
  listeners.get(id)?.forEach(listener => listener(run));
  return () => {
    if (runs.get(id) === run) {
      runs.delete(id);
      listeners.get(id)?.forEach(listener => listener(null));
    }
  };
}

/** Calls back now, when the run becomes live and when it ceases to be; returns the way to stop. */
export function follow(id: string, listener: Listener): () => void {
  const { runs, listeners } = registry();
  const set = listeners.get(id) ?? new Set();
  listeners.set(id, set.add(listener));
  listener(runs.get(id) ?? null);
  return () => {
    set.delete(listener);
    if (!set.size) {
      listeners.delete(id);
    }
  };
}
