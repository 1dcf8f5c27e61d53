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
const MAP_TRACE = /^(scatter|choropleth|density)map(box)?$/;

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
  for (const name of mapsOf(data, layout)) {
    layout[name] = { ...(layout[name] as Json | undefined), style: 'white-bg' };
  }
  return { data, layout };
}

/** The maps of a figure: those it lays out, and those that its traces take by default. */
function mapsOf(data: readonly Json[], layout: Json): Set<string> {
  const used = data.filter(trace => MAP_TRACE.test(String(trace.type))).map(trace => String(trace.subplot ?? 'map'));
  const legacy = used.length ? ['mapbox'] : [];
  return new Set([...used, ...legacy, ...Object.keys(layout)].filter(name => MAP.test(name)));
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
