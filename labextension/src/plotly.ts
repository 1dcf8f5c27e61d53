/** plotly.js, once per page: from our labextension's own files, or over the comm where there are none. Never a CDN. */

import type { Plotly } from './view/host';

const PATH = '@jupyter-goal/lab/static/plotly.min.js';

interface Page {
  Plotly?: Plotly;
  define?: { amd?: unknown };
  __jupyterGoalPlotly?: Promise<Plotly>;
}

const page = globalThis as Page;

/** `fetchBundle` is asked for the library's text, gzipped, only where the page's server has no labextension of ours. */
export function loadPlotly(fetchBundle?: () => Promise<ArrayBuffer>): Promise<Plotly> {
  page.__jupyterGoalPlotly ??= load(fetchBundle).catch((error: unknown) => {
    page.__jupyterGoalPlotly = undefined;
    throw error;
  });
  return page.__jupyterGoalPlotly;
}

async function load(fetchBundle?: () => Promise<ArrayBuffer>): Promise<Plotly> {
  const base = labextensionsUrl();
  if (base) {
    try {
      return await script(`${base.replace(/\/$/, '')}/${PATH}`);
    } catch (error) {
      if (!fetchBundle) {
        throw error;
      }
    }
  }
  if (!fetchBundle) {
    throw new Error('plotly.js is not on this page');
  }
  const stream = new Blob([await fetchBundle()]).stream().pipeThrough(new DecompressionStream('gzip'));
  const url = URL.createObjectURL(new Blob([await new Response(stream).text()], { type: 'text/javascript' }));
  return script(url).finally(() => URL.revokeObjectURL(url));
}

/** Where JupyterLab, Notebook and Voila serve labextensions; written into every page of theirs. */
function labextensionsUrl(): string | null {
  const text = document.getElementById('jupyter-config-data')?.textContent;
  try {
    const url: unknown = text ? (JSON.parse(text) as Record<string, unknown>).fullLabextensionsUrl : null;
    return typeof url === 'string' && url ? url : null;
  } catch {
    return null;
  }
}

/** A classic script that must define `Plotly` globally, also on a page with an AMD loader. An older Plotly is put back. */
function script(url: string): Promise<Plotly> {
  const { define, Plotly: other } = page;
  const amd = define?.amd;
  page.Plotly = undefined;
  if (define) {
    define.amd = undefined;
  }
  return new Promise<Plotly>((resolve, reject) => {
    const node = document.createElement('script');
    const finish = (): void => {
      const ours = page.Plotly;
      node.remove();
      page.Plotly = other ?? ours;
      if (define) {
        define.amd = amd;
      }
      if (ours) {
        resolve(ours);
      } else {
        reject(new Error('plotly.js could not be loaded'));
      }
    };
    node.addEventListener('load', finish);
    node.addEventListener('error', finish);
    node.src = url;
    document.head.append(node);
  });
}
