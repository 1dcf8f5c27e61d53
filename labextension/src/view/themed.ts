/**
 * A figure with colours, fonts and grid, by the rules of `charts/theme.json`: `meta.slot` of a trace names its colour.
 * What Python wrote into the figure stays; only what is absent is filled in.
 */

import { THEME } from '../wire/theme';
import type { Json, SafeFigure } from './figure';
import type { Mode } from './theme';

export interface Surroundings {
  readonly mode: Mode;
  readonly width: number;
  readonly height: number;
  readonly font: string;
  /** The page behind the figure. */
  readonly surface: string;
}

const NARROW = 480;
/** Widths of a digit and of the least margin, in pixels. */
const LETTER = 7;
const MARGIN = 12;

export function themed(figure: SafeFigure, around: Surroundings): SafeFigure {
  return { data: figure.data.map(trace => themedTrace(trace, around.mode)), layout: themedLayout(figure, around) };
}

/** Slot -1 is the quiet colour of what is only there to compare with. */
export function colourOf(slot: number, mode: Mode): string {
  const { series, neutral } = THEME[mode];
  return slot < 0 ? neutral : series[slot % series.length];
}

function themedTrace(trace: Json, mode: Mode): Json {
  const slot = (trace.meta as { slot?: unknown } | undefined)?.slot;
  if (typeof slot !== 'number') {
    return trace;
  }
  const color = colourOf(slot, mode);
  const look = THEME[mode];
  const painted = { marker: { color }, textfont: { color: look.text } };
  const stroked = trace.type === 'bar' ? painted : { ...painted, line: { color } };
  const fillcolor = translucent(color, 'stackgroup' in trace ? look.stacked_fill : look.fill);
  return over(trace.fill && trace.fill !== 'none' ? { ...stroked, fillcolor } : stroked, trace);
}

function themedLayout({ data, layout }: SafeFigure, around: Surroundings): Json {
  const { mode, width, height, font, surface } = around;
  const look = THEME[mode];
  const size = width < NARROW ? THEME.size - 1 : THEME.size;
  const themed = over({
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    colorway: look.series,
    font: { family: font || THEME.font, size, color: look.text },
    hoverlabel: { bgcolor: surface, bordercolor: look.line, font: { color: look.text, family: font }, align: 'left' }
  }, { ...layout, width, height, autosize: false, margin: roomFor(data, layout) });
  for (const name of Object.keys(layout).filter(key => /^[xy]axis\d*$/.test(key))) {
    themed[name] = axis(layout[name] as Json, mode, width < NARROW);
  }
  if (Array.isArray(layout.annotations)) {
    themed.annotations = layout.annotations.map((annotation: Json) => over({ font: { color: look.muted } }, annotation));
  }
  return themed;
}

/** Labels beyond the end of a bar need room that plotly does not reserve. */
function roomFor(data: readonly Json[], layout: Json): Json {
  const margin = (layout.margin ?? {}) as { r?: number };
  const outside = data.filter(trace => trace.textposition === 'outside' && trace.orientation === 'h' && Array.isArray(trace.text));
  const longest = Math.max(0, ...outside.flatMap(trace => (trace.text as unknown[]).map(text => String(text).length)));
  return { ...margin, r: Math.max(margin.r ?? 0, longest * LETTER + MARGIN) };
}

function axis(own: Json, mode: Mode, narrow: boolean): Json {
  const { grid, line, muted } = THEME[mode];
  const title = { standoff: 12, font: { color: muted, size: THEME.size } };
  const colours = { gridcolor: grid, zerolinecolor: line, linecolor: line, tickfont: { color: muted }, title };
  return over(colours, narrow ? tight(own) : own);
}

/** Where little fits: plotly chooses among the periods, and what is evident from the ticks goes without a title. */
function tight(own: Json): Json {
  if (own.type !== 'date' && own.type !== 'category') {
    return own;
  }
  const { tickmode, dtick, tick0, title, ...rest } = own;
  return own.type === 'date' ? { ...rest, nticks: 5 } : { ...rest, ...(tickmode ? { tickmode, dtick, tick0 } : {}) };
}

/** Deep: what is written wins over what is filled in. */
function over(defaults: Json, own: Json): Json {
  const merged: Json = { ...defaults, ...own };
  for (const [key, value] of Object.entries(own)) {
    if (isJson(value) && isJson(defaults[key])) {
      merged[key] = over(defaults[key], value);
    }
  }
  return merged;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function translucent(hex: string, alpha: number): string {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${alpha})`;
}
