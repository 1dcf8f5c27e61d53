// Bundles the view for anywidget into the Python package: one ESM file and one stylesheet, nothing fetched at run time.
import { build } from 'esbuild';

const out = new URL('../../kernel_ext/jupyter_goal/notebook/static/', import.meta.url).pathname;

await build({
  entryPoints: { widget: 'src/widget.ts' },
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  charset: 'utf8'
});
await build({ entryPoints: { widget: 'style/view.css' }, outdir: out, bundle: true, minify: true });
