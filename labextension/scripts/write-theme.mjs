// Colours and fonts have one source, charts/theme.json; the view imports this copy of it.
import { readFile, writeFile } from 'node:fs/promises';

const source = new URL('../../kernel_ext/jupyter_goal/charts/theme.json', import.meta.url);
const target = new URL('../src/wire/theme.ts', import.meta.url);
const theme = JSON.stringify(JSON.parse(await readFile(source, 'utf8')), null, 2);
const text = `// Written by scripts/write-theme.mjs from charts/theme.json. Do not edit.\n\nexport const THEME = ${theme};\n`;
if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
  await writeFile(target, text);
}
