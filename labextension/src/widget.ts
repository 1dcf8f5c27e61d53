/**
 * The live shell, for anywidget. `initialize` announces the model, so that the MIME renderer can host it; `render` draws
 * the view itself on pages where the labextension is not installed.
 */

import type { AnyModel, InitializeProps, RenderProps } from '@anywidget/types';
import { announce, type LiveRun } from './live';
import { loadPlotly } from './plotly';
import { readRun } from './read';
import { mount } from './view/view';

type Traits = { view: unknown; channel: string };

const NEVER_ANSWERED = 30_000;

function initialize({ model, signal }: InitializeProps<Traits>): void {
  let retract = (): void => undefined;
  const introduce = (): void => {
    retract();
    const channel = model.get('channel');
    retract = channel ? announce(channel, liveRun(model)) : () => undefined;
  };
  model.on('change:channel', introduce);
  // Events of the model behind anywidget's: the kernel went away, or closed the widget.
  model.on('comm_live_update', (inner?: { comm_live?: boolean }) => (inner?.comm_live ? introduce() : retract()));
  model.on('comm:close', () => retract());
  signal?.addEventListener('abort', () => retract());
  introduce();
}

function render({ model, el }: RenderProps<Traits>): () => void {
  const view = mount(el);
  const run = liveRun(model);
  const host = { send: run.send, plotly: () => loadPlotly(run.plotlyBundle) };
  const draw = (): void => {
    const current = run.view();
    if (current) {
      view.update(current, host);
    }
  };
  const stop = run.onView(draw);
  draw();
  return () => {
    stop();
    view.dispose();
  };
}

function liveRun(model: AnyModel<Traits>): LiveRun {
  return {
    view: () => readRun(model.get('view')),
    send: message => model.send(message),
    onView: listener => {
      model.on('change:view', listener);
      return () => model.off('change:view', listener);
    },
    plotlyBundle: () => askForPlotly(model)
  };
}

function askForPlotly(model: AnyModel<Traits>): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the kernel did not send plotly.js')), NEVER_ANSWERED);
    const hear = (message: { kind?: string }, buffers: DataView[]): void => {
      if (message.kind === 'plotly' && buffers[0]) {
        clearTimeout(timer);
        model.off('msg:custom', hear);
        const { buffer, byteOffset, byteLength } = buffers[0];
        resolve((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
      }
    };
    model.on('msg:custom', hear);
    model.send({ kind: 'need-plotly' });
  });
}

export default { initialize, render };
