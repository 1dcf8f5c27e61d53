import type { Artifact, Figure } from '../wire/run';
import { h } from './dom';
import { safeFigure } from './figure';
import type { Host, Part, Plotly } from './host';
import { hasMark, meaningOf, type Mark } from './marks';
import type { Spot } from './popover';
import { modeOf, watchMode } from './theme';
import { themed, type Surroundings } from './themed';

const CONFIG = {
  displayModeBar: false,
  displaylogo: false,
  responsive: false,
  showTips: false,
  topojsonURL: 'about:blank#'
};
const LEAST_HEIGHT = 120;
const MOST_HEIGHT = 1200;
const USUAL_HEIGHT = 320;

interface Drawn extends HTMLElement {
  on(event: string, listener: (event: Clicked) => void): void;
}

interface Clicked {
  readonly points?: readonly { curveNumber: number; pointNumber?: number; pointIndex?: number }[];
  readonly event?: MouseEvent;
  readonly [range: string]: unknown;
}

export interface ChartEvents {
  onMark(mark: Mark, spot: Spot, add: boolean): void;
  onTrouble(): void;
}

/** The drawing: themed when drawn, redrawn when the theme or the width changes. */
export function chartPanel(artifact: Artifact, drawing: Figure, host: Host, events: ChartEvents): Part {
  const figure = safeFigure(drawing);
  const height = clamp(Number(figure.layout.height) || USUAL_HEIGHT);
  const plot = h('div', { class: 'jg-plot', role: 'img', aria: { label: artifact.spec?.alt || artifact.title || 'Chart' } });
  plot.style.height = `${height}px`;
  const reset = h('button', { class: 'jg-quiet jg-reset', type: 'button', hidden: true }, 'Show all');
  const node = h('div', { class: 'jg-chart' }, plot, reset);
  let plotly: Plotly | null = null;
  let gone = false;
  let drawnAs = '';
  const occasion = (): string => `${modeOf(node)} ${plot.clientWidth}`;
  const draw = async (): Promise<void> => {
    if (!plotly || gone || !plot.clientWidth) {
      return;
    }
    drawnAs = occasion();
    const drawn = themed(figure, { width: plot.clientWidth, height, ...surroundings(node) });
    await plotly.react(plot, drawn.data, drawn.layout, CONFIG);
  };
  const start = async (): Promise<void> => {
    plotly = await host.plotly();
    await draw();
    if (!gone) {
      listen(plot as unknown as Drawn, artifact, events, reset, plotly);
    }
  };
  // In the next frame: while a theme is exchanged the page has no layout for a moment.
  const redraw = (): void => {
    requestAnimationFrame(() => {
      if (occasion() !== drawnAs) {
        void draw();
      }
    });
  };
  const observer = new ResizeObserver(redraw);
  observer.observe(plot);
  const unwatch = watchMode(node, redraw);
  start().catch(() => {
    plot.replaceChildren(trouble(events.onTrouble));
    plot.removeAttribute('role');
  });
  return {
    node,
    dispose: () => {
      gone = true;
      observer.disconnect();
      unwatch();
      plotly?.purge(plot);
    }
  };
}

function listen(plot: Drawn, artifact: Artifact, events: ChartEvents, reset: HTMLElement, plotly: Plotly): void {
  if (typeof plot.on !== 'function') {
    return;
  }
  plot.on('plotly_click', ({ points, event }) => {
    const point = points?.[0];
    const index = point?.pointIndex ?? point?.pointNumber;
    if (point && index !== undefined && event) {
      const mark: Mark = [point.curveNumber, index];
      if (hasMark(artifact, mark) && meaningOf(artifact, mark)) {
        events.onMark(mark, { x: event.clientX, y: event.clientY }, event.shiftKey || event.metaKey || event.ctrlKey);
      }
    }
  });
  plot.on('plotly_relayout', change => {
    const keys = Object.keys(change);
    if (keys.some(key => /axis\d*\.range/.test(key))) {
      reset.hidden = false;
    } else if (keys.some(key => /axis\d*\.autorange/.test(key))) {
      reset.hidden = true;
    }
  });
  reset.addEventListener('click', () => {
    const full = artifact.figure?.layout ?? {};
    const axes = ['xaxis', 'yaxis', ...Object.keys(full).filter(key => /^[xy]axis\d+$/.test(key))];
    void plotly.relayout(plot, Object.fromEntries(axes.map(axis => [`${axis}.autorange`, autorange(full[axis])])));
    reset.hidden = true;
  });
}

function autorange(axis: unknown): unknown {
  return (axis as { autorange?: unknown } | undefined)?.autorange ?? true;
}

function trouble(show: () => void): HTMLElement {
  return h('div', { class: 'jg-trouble' },
    h('p', null, 'The chart could not be drawn on this page. The numbers are in the table.'),
    h('button', { class: 'jg-button', type: 'button', on: { click: show } }, 'Show table'));
}

function surroundings(node: HTMLElement): Pick<Surroundings, 'mode' | 'font' | 'surface'> {
  const style = getComputedStyle(node);
  return { mode: modeOf(node), font: style.fontFamily, surface: style.getPropertyValue('--jg-raised').trim() || '#fff' };
}

function clamp(height: number): number {
  return Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, height));
}
