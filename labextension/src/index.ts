/** The plugin of JupyterLab and Notebook. It needs the notebook tracker alone; on pages without one (Voila) it rests. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { keepLocks } from './lab/keep';
import { refreshOutputs } from './lab/refresh';

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-goal/lab:plugin',
  description: 'Keeps the locks and annotations of goals in the notebook',
  autoStart: true,
  optional: [INotebookTracker],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker | null): void => {
    if (tracker) {
      keepLocks(tracker);
      tracker.forEach(refreshOutputs);
      tracker.widgetAdded.connect((__, panel) => refreshOutputs(panel));
    }
  }
};

export default plugin;
