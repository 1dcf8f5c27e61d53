/**
 * Keeps locks and annotations in the notebook: from a cell's outputs into its metadata.
 *
 * The way back needs no code of ours: JupyterLab and Notebook send a cell's metadata with every execute request
 * (`CodeCell.execute`), so the kernel has the lock, keyed by `cellId`, before the first line of the cell runs.
 *
 * Cell metadata `jupyter_goal`: `{"version": 1, "locks": [Lock, …], "annotations": [Annotation, …]}`, see `stored.ts`.
 * Written only when it differs, and never by opening a notebook.
 */

import type { ICodeCellModel, ICellModel } from '@jupyterlab/cells';
import { NotebookActions, type INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { JSONExt, type PartialJSONValue } from '@lumino/coreutils';
import { readRun } from '../read';
import { METADATA_KEY, MIME, type RunView } from '../wire/run';
import { readStored, storedOf } from './stored';

const MENTIONS_GOAL = /\bgoal\b/;

export function keepLocks(tracker: INotebookTracker): void {
  const seen = new WeakSet<ICellModel>();
  const watch = (cell: ICellModel): void => {
    if (isCode(cell) && !seen.has(cell)) {
      seen.add(cell);
      cell.outputs.changed.connect(() => keep(cell));
    }
  };
  const attach = (panel: NotebookPanel): void => {
    const notebook = panel.content;
    const watchAll = (): void => {
      for (const cell of notebook.model?.cells ?? []) {
        watch(cell);
      }
    };
    const bind = (): void => {
      notebook.model?.cells.changed.connect(watchAll);
      watchAll();
    };
    notebook.modelChanged.connect(bind);
    bind();
  };
  tracker.forEach(attach);
  tracker.widgetAdded.connect((_, panel) => attach(panel));
  NotebookActions.executed.connect((_, { cell, success }) => {
    if (success && isCode(cell.model)) {
      forget(cell.model);
    }
  });
}

function isCode(cell: ICellModel): cell is ICodeCellModel {
  return cell.type === 'code';
}

function keep(cell: ICodeCellModel): void {
  const previous = readStored(cell.getMetadata(METADATA_KEY));
  const next = storedOf(runsOf(cell), previous);
  if (next && !JSONExt.deepEqual(next as unknown as PartialJSONValue, (cell.getMetadata(METADATA_KEY) ?? null) as PartialJSONValue)) {
    cell.setMetadata(METADATA_KEY, next);
  }
}

/** A cell that has become something else has no goals to keep. */
function forget(cell: ICodeCellModel): void {
  if (cell.getMetadata(METADATA_KEY) !== undefined && !runsOf(cell).length && !MENTIONS_GOAL.test(cell.sharedModel.getSource())) {
    cell.deleteMetadata(METADATA_KEY);
  }
}

function runsOf(cell: ICodeCellModel): RunView[] {
  const views: RunView[] = [];
  for (let index = 0; index < cell.outputs.length; index += 1) {
    const view = readRun(cell.outputs.get(index).data[MIME]);
    if (view) {
      views.push(view);
    }
  }
  return views;
}
