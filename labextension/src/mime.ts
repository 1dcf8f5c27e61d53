/**
 * The saved shell: draws a run from the notebook file, and becomes live when the widget's model of the same output is
 * announced on this page. It outranks the widget view, so that a reopened notebook never shows a dead widget.
 *
 * `safe: false`: in an untrusted notebook JupyterLab shows the output's sanitised static HTML instead. The figure of a
 * stranger's file would otherwise be handed to a drawing library of several megabytes before anybody trusted the file.
 * (The view would bear it: texts are never markup, and `safeFigure` removes whatever could be fetched.)
 */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { follow, modelOf, type LiveRun } from './live';
import { loadPlotly } from './plotly';
import { readRun } from './read';
import { mount, type View } from './view/view';
import { MIME, type RunView } from './wire/run';

/** Before the widget managers' -10. */
const RANK = -100;
const PATIENCE = 5_000;

class RunRenderer extends Widget implements IRenderMime.IRenderer {
  private readonly view: View;
  private saved: RunView | null = null;
  private live: LiveRun | null = null;
  private connecting = false;
  private model = '';
  private unfollow = (): void => undefined;
  private unlisten = (): void => undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.addClass('jg-output');
    this.view = mount(this.node);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.saved = readRun(model.data[MIME]);
    this.attend(modelOf(model.data));
    this.draw();
    return Promise.resolve();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.unlisten();
      this.unfollow();
      clearTimeout(this.patience);
      this.view.dispose();
    }
    super.dispose();
  }

  /** Waits for the model of this output; not for ever, as the kernel may be gone. */
  private attend(model: string): void {
    if (model === this.model) {
      return;
    }
    this.unfollow();
    clearTimeout(this.patience);
    this.model = model;
    this.connecting = model !== '';
    if (model) {
      this.unfollow = follow(model, run => this.become(run));
      this.patience = setTimeout(() => this.give(), PATIENCE);
    }
  }

  private become(run: LiveRun | null): void {
    this.unlisten();
    this.unlisten = run ? run.onView(() => this.draw()) : () => undefined;
    this.connecting = this.connecting && !run;
    this.live = run;
    this.draw();
  }

  private give(): void {
    this.connecting = false;
    if (!this.live) {
      this.draw();
    }
  }

  private draw(): void {
    const live = this.live;
    const run = live?.view() ?? this.saved;
    if (run) {
      this.view.update(run, {
        send: live ? message => live.send(message) : undefined,
        connecting: this.connecting,
        plotly: () => loadPlotly(live ? () => live.plotlyBundle() : undefined)
      });
    }
  }
}

const extension: IRenderMime.IExtension = {
  id: '@jupyter-goal/lab:run',
  description: 'Draws the answer to a goal',
  dataType: 'json',
  rendererFactory: { safe: false, mimeTypes: [MIME], defaultRank: RANK, createRenderer: () => new RunRenderer() }
};

export default extension;
