// Puts plotly.js beside the labextension's own code, so that it is served once per page from
// <base>/lab/extensions/@jupyter-goal/lab/static/plotly.min.js and never from a CDN.
// The version in package.json is the plotly.js that the Python package plotly 7.1 bundles (tests/house compares them).
import { copyFile, mkdir } from 'node:fs/promises';

const out = new URL('../dist/lab/static/', import.meta.url);
await mkdir(out, { recursive: true });
await copyFile(
  new URL('../node_modules/plotly.js-dist-min/plotly.min.js', import.meta.url),
  new URL('plotly.min.js', out)
);
