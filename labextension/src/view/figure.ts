import type { Figure } from '../wire/run';

export type Json = Record<string, unknown>;

export interface SafeFigure {
  readonly data: Json[];
  readonly layout: Json;
}

/** Keys of plotly JSON under which a text is an address that the browser would fetch. */
const ADDRESSES = new Set(['source', 'src', 'href', 'url', 'style', 'tiles', 'topojsonURL', 'accesstoken']);
/** Parts of a layout that we never write: foreign pictures, controls, a second theme. */
const FOREIGN = new Set(['images', 'updatemenus', 'sliders', 'template', 'uirevision', 'transition']);
const MAP = /^(map|mapbox)\d*$/;

/**
 * A copy of the figure from which nothing can be fetched. A saved notebook may come from anyone: its figure is data
 * for plotly.js, and drawing data must not call a server.
 */
export function safeFigure(figure: Figure): SafeFigure {
  const data = figure.data.map(trace => copyOf(trace) as Json);
  const layout = copyOf(figure.layout) as Json;
  for (const key of Object.keys(layout)) {
    if (FOREIGN.has(key)) {
      delete layout[key];
    }
  }
  const maps = data.map(trace => trace.subplot).filter((name): name is string => typeof name === 'string' && MAP.test(name));
  const usesMap = data.some(trace => typeof trace.type === 'string' && /map(box)?$/.test(trace.type) && !['heatmap', 'treemap'].includes(trace.type));
  for (const key of new Set([...maps, ...(usesMap ? ['map', 'mapbox'] : []), ...Object.keys(layout).filter(name => MAP.test(name))])) {
    layout[key] = { ...(layout[key] as Json | undefined), style: 'white-bg' };
  }
  return { data, layout };
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(copyOf);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const kept = Object.entries(value).filter(([key, inner]) => key !== '__proto__' && !(ADDRESSES.has(key) && isAddress(inner)));
  return Object.fromEntries(kept.map(([key, inner]) => [key, copyOf(inner)]));
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' ? /[:/]/.test(value) : Array.isArray(value) && value.some(isAddress);
}
