/**
 * Keeps the file true to the page after a reload. JupyterLab routes `update_display_data` only to outputs that were made
 * since the page was loaded; a run that became live again would otherwise show its revision and save the old answer.
 * The message holds the whole bundle, and with it the widget's model id, by which the output is found.
 */

import type { ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';
import { JSONExt, type PartialJSONValue } from '@lumino/coreutils';
import { modelOf } from '../live';
import { MIME } from '../wire/run';

type Bundle = KernelMessage.IUpdateDisplayDataMsg['content']['data'];

export function refreshOutputs(panel: NotebookPanel): void {
  panel.sessionContext.iopubMessage.connect((_, message) => {
    if (KernelMessage.isUpdateDisplayDataMsg(message)) {
      const { data } = message.content;
      const model = modelOf(data);
      if (model && MIME in data) {
        // After the outputs that JupyterLab knows of have been updated.
        queueMicrotask(() => refresh(panel, model, data));
      }
    }
  });
}

function refresh(panel: NotebookPanel, model: string, data: Bundle): void {
  for (const cell of panel.content.model?.cells ?? []) {
    if (cell.type === 'code') {
      refreshCell(cell as ICodeCellModel, model, data);
    }
  }
}

function refreshCell({ outputs }: ICodeCellModel, model: string, data: Bundle): void {
  for (let index = 0; index < outputs.length; index += 1) {
    const old = outputs.get(index).data;
    if (modelOf(old) === model && !JSONExt.deepEqual(old[MIME] as PartialJSONValue, data[MIME] as PartialJSONValue)) {
      outputs.set(index, { output_type: 'display_data', data, metadata: {} });
    }
  }
}
