import { copyButton } from './copy';
import { h } from './dom';

export type TokenKind = 'keyword' | 'function' | 'string' | 'number' | 'comment' | 'quoted' | 'plain';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const KEYWORDS = new Set(
  `all and any as asc asof between by case cast cross date desc distinct else end escape except exists extract false
   fetch filter first following from full group having ilike in inner intersect interval is join last lateral left like
   limit natural not null nulls offset on or order outer over partition preceding qualify range recursive right row rows
   select semi anti set sets grouping rollup cube table then timestamp true try_cast unbounded union unnest using values
   when where window with within`.split(/\s+/)
);

const TOKEN = new RegExp(
  [
    /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /('(?:[^']|'')*'?)/,
    /("(?:[^"]|"")*"?|`[^`]*`?)/,
    /(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/,
    /([A-Za-z_][A-Za-z0-9_]*)/,
    /[\s\S]/
  ].map(part => part.source).join('|'),
  'g'
);

/** Colours for reading, not a parser: joined token texts are exactly the input. */
export function tokenize(sql: string): Token[] {
  const found: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const [text, comment, string, quoted, number, word] = match;
    const kind: TokenKind = comment !== undefined ? 'comment'
      : string !== undefined ? 'string'
      : quoted !== undefined ? 'quoted'
      : number !== undefined ? 'number'
      : word === undefined ? 'plain'
      : KEYWORDS.has(word.toLowerCase()) ? 'keyword'
      : /^\s*\(/.test(sql.slice(match.index + text.length, match.index + text.length + 4)) ? 'function'
      : 'plain';
    const last = found[found.length - 1];
    if (last?.kind === 'plain' && kind === 'plain') {
      found[found.length - 1] = { kind, text: last.text + text };
    } else {
      found.push({ kind, text });
    }
  }
  return found;
}

const DIALECTS: Record<string, string> = {
  duckdb: 'DuckDB', snowflake: 'Snowflake', databricks: 'Databricks', spark: 'Spark', postgres: 'PostgreSQL'
};

export function dialectName(dialect: string): string {
  return DIALECTS[dialect] ?? dialect;
}

export function sqlPanel(sql: string, dialect: string): HTMLElement {
  const tokens = tokenize(sql).map(token =>
    token.kind === 'plain' ? token.text : h('span', { class: `jg-sql-${token.kind}` }, token.text));
  return h('div', { class: 'jg-sql' },
    h('div', { class: 'jg-toolbar' },
      h('span', { class: 'jg-muted' }, `${dialectName(dialect)} SQL, read-only`), copyButton('Copy SQL', () => sql)),
    h('pre', { class: 'jg-code', tabindex: 0, aria: { label: 'SQL' } }, h('code', null, ...tokens)));
}
