import type { Message } from '../wire/run';

/** The part of plotly.js that is used here. */
export interface Plotly {
  react(el: HTMLElement, data: unknown[], layout: unknown, config: unknown): Promise<unknown>;
  relayout(el: HTMLElement, change: Record<string, unknown>): Promise<unknown>;
  purge(el: HTMLElement): void;
  readonly Plots: { resize(el: HTMLElement): unknown };
}

/** What the view needs from the shell it lives in. */
export interface Host {
  /** Absent: a saved picture, nothing can be asked of a kernel and no action is offered. */
  readonly send?: (message: Message) => void;
  /** A live model may still appear: a running run is not yet called interrupted. */
  readonly connecting?: boolean;
  /** plotly.js, loaded once per page. */
  plotly(): Promise<Plotly>;
}

/** A piece of the page and what it takes to remove it. */
export interface Part {
  readonly node: HTMLElement;
  dispose(): void;
}

export function part(node: HTMLElement, ...cleanups: (() => void)[]): Part {
  return { node, dispose: () => cleanups.forEach(cleanup => cleanup()) };
}
