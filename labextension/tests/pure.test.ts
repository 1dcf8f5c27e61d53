import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStored, storedOf } from '../src/lab/stored';
import { readRun } from '../src/read';
import { concerns, verdictOf } from '../src/view/checks';
import { safeFigure } from '../src/view/figure';
import { hasMark, marksOfRow, meaningOf, valueOf } from '../src/view/marks';
import { nextSorting, orderOf } from '../src/view/sort';
import { tokenize } from '../src/view/sql';
import { isStat } from '../src/view/stat';
import { sizeOf } from '../src/view/table';
import { luminanceOf } from '../src/view/theme';
import { colourOf, themed } from '../src/view/themed';
import { toTsv } from '../src/view/tsv';
import { counted, duration, grouped, moment } from '../src/view/words';
import { THEME } from '../src/wire/theme';
import type { CheckResult, Table, TableColumn } from '../src/wire/run';
import { fixture, meantBy } from './fixtures';

function column(name: string, type: TableColumn['type']): TableColumn {
  return { name, label: name, role: 'dimension', type, unit: '', format: null, grain: null, field: null, measure: null };
}

function table(type: TableColumn['type'], values: Table['values'][number]): Table {
  const rows = values.map(value => [value]);
  return { columns: [column('a', type)], values: rows, text: rows.map(row => row.map(String)), rows: rows.length, truncated: false };
}

const bars = fixture('bars').artifacts[0];

describe('words', () => {
  it('groups thousands and counts nouns', () => {
    expect([grouped(336776), grouped(999), grouped(-1234567)]).toEqual(['336,776', '999', '-1,234,567']);
    expect([counted(1, 'check'), counted(2, 'check')]).toEqual(['1 check', '2 checks']);
  });
  it('says durations and moments', () => {
    expect([duration(0.043), duration(3.21), duration(59.99), duration(125)]).toEqual(['0.04 s', '3.2 s', '59 s', '2 min 05 s']);
    expect(moment('2013-12-31')).toBe('2013-12-31');
    expect(moment('2014-01-01T09:00:02.481000Z')).toBe('2014-01-01 09:00:02 UTC');
    expect(moment('2014-01-01T09:00:02+05:30')).toBe('2014-01-01 09:00:02 +05:30');
    expect(moment('not a moment')).toBe('not a moment');
  });
});

describe('sorting', () => {
  const order = (found: Table, direction: 'ascending' | 'descending'): unknown[] =>
    orderOf(found, { column: 0, direction }).map(row => found.values[row][0]);
  it('compares numbers as numbers, also those that arrive as text', () => {
    expect(order(table('decimal', ['10.5', '9.25', '100']), 'ascending')).toEqual(['9.25', '10.5', '100']);
  });
  it('compares whole numbers beyond 2^53 exactly', () => {
    expect(order(table('integer', ['9007199254740993', '9007199254740992']), 'ascending')).toEqual(['9007199254740992', '9007199254740993']);
  });
  it('puts missing values last in both directions, and never reads them as 0', () => {
    expect(order(table('float', [null, -1, 2]), 'ascending')).toEqual([-1, 2, null]);
    expect(order(table('float', [null, -1, 2]), 'descending')).toEqual([2, -1, null]);
  });
  it('returns to the order of the answer at the third click', () => {
    const found = table('integer', [1]);
    const first = nextSorting(found, null, 0);
    const second = nextSorting(found, first, 0);
    expect([first?.direction, second?.direction, nextSorting(found, second, 0)]).toEqual(['descending', 'ascending', null]);
  });
});

describe('tab-separated text', () => {
  it('keeps numbers raw and cells single', () => {
    expect(toTsv(bars.table, [0])).toBe('Carrier\tFlights\nUnited Air Lines Inc.\t58665\n');
    expect(toTsv(table('string', ['a\tb\nc']), [0])).toBe('a\na b c\n');
  });
  it('lets no word become a formula, and leaves negative numbers alone', () => {
    expect(toTsv(table('string', ['=cmd|calc!A1']), [0])).toContain("'=cmd");
    expect(toTsv(table('integer', [-5]), [0])).toBe('a\n-5\n');
  });
  it('leaves missing values empty', () => expect(toTsv(table('integer', [null]), [0])).toBe('a\n\n'));
});

describe('marks', () => {
  it('means the row that it was drawn from, not the row of the same index', () => {
    const index = meantBy(bars, 0).indexOf('Virgin America');
    expect(meaningOf(bars, [0, index])).toEqual({ title: 'Virgin America', facts: [{ label: 'Flights', text: '5,162' }] });
  });
  it('leads from a row back to its mark', () => {
    const row = bars.table.values.findIndex(([name]) => name === 'Alaska Airlines Inc.');
    const [[trace, index]] = marksOfRow(bars, row);
    expect(meantBy(bars, trace)[index]).toBe('Alaska Airlines Inc.');
  });
  it('tells series apart', () => {
    const line = fixture('line').artifacts[0];
    const jfk = line.figure!.marks.find(set => set.keys.some(key => valueOf(line, set, key, 0) === 'JFK'))!;
    expect(meaningOf(line, [jfk.trace, 6])?.facts[0].text).toMatch(/^23\.8/);
  });
  it('knows nothing of elements without marks', () => expect(meaningOf(bars, [7, 0])).toBeNull());
  it('knows nothing beyond the last element', () => {
    const { length } = bars.figure!.data[0].x as unknown[];
    expect([length - 1, length].map(index => [hasMark(bars, [0, index]), meaningOf(bars, [0, index]) !== null])).toEqual([[true, true], [false, false]]);
  });
  it('reads values that are written beside the trace, each for so many elements', () => {
    const keys = [{ column: 'a', field: 't.a', values: ['p', null], repeat: 2, axis: null }];
    const artifact = { ...bars, figure: { ...bars.figure!, marks: [{ trace: 0, measure: 'flights', keys }] } };
    expect([0, 1, 2, 3].map(index => meaningOf(artifact, [0, index])?.title)).toEqual(['p', 'p', '(missing)', '(missing)']);
    expect([hasMark(artifact, [0, 3]), hasMark(artifact, [0, 4])]).toEqual([true, false]);
  });
  it('means nothing where the axis of a foreign file holds no list', () => {
    const keys = [{ column: 'a', field: 't.a', values: [], repeat: 1, axis: 'x' as const }];
    const artifact = { ...bars, figure: { ...bars.figure!, data: [{ x: 'abc' }], marks: [{ trace: 0, measure: 'flights', keys }] } };
    expect([hasMark(artifact, [0, 0]), meaningOf(artifact, [0, 0])]).toEqual([false, null]);
  });
});

describe('checks', () => {
  const check = (verdict: CheckResult['verdict']): CheckResult => ({ name: verdict, verdict, detail: '', evidence: {} });
  it('never says passed when something did not pass', () => {
    expect(verdictOf([check('passed'), check('failed')])).toEqual({ tone: 'failed', text: '1 check failed, 1 passed' });
    expect(verdictOf([check('passed'), check('warned')])).toEqual({ tone: 'warned', text: '1 warning, 1 passed' });
    expect(verdictOf([check('passed'), check('skipped')])).toEqual({ tone: 'passed', text: '1 check passed, 1 not run' });
    expect(verdictOf([])).toEqual({ tone: 'skipped', text: 'No checks ran' });
  });
  it('brings what failed before what warns', () => {
    expect(concerns([check('warned'), check('passed'), check('failed')]).map(found => found.verdict)).toEqual(['failed', 'warned']);
  });
});

describe('SQL', () => {
  it('loses no character', () => {
    const sql = 'SELECT "a""b", \'it\'\'s\', 1.5e3 /* x */ -- y\nFROM t WHERE count(*) > :p AND x = \'open';
    expect(tokenize(sql).map(token => token.text).join('')).toBe(sql);
  });
  it('tells keywords from names and strings', () => {
    const kinds = Object.fromEntries(tokenize('SELECT sum(x) AS "from" -- from\n, \'from\'').map(token => [token.text, token.kind]));
    expect(kinds).toMatchObject({ SELECT: 'keyword', sum: 'function', AS: 'keyword', '"from"': 'quoted', '-- from': 'comment', "'from'": 'string' });
  });
});

describe('a figure from anywhere', () => {
  const { data, layout } = safeFigure(fixture('hostile').artifacts[0].figure!);
  it('names no address', () => {
    expect(JSON.stringify([data, layout])).not.toMatch(/https?:/);
    expect(layout.images).toBeUndefined();
  });
  it('draws maps without a server', () => expect(layout.map).toMatchObject({ style: 'white-bg' }));
  it('keeps what is drawn', () => expect(safeFigure(bars.figure!).data).toEqual(bars.figure!.data));
});

describe('theme', () => {
  const around = { mode: 'dark', width: 700, height: 300, font: 'serif', surface: '#111' } as const;
  it('is the one that Python draws static pictures with', () => {
    const source = join(import.meta.dirname, '../../kernel_ext/jupyter_goal/charts/theme.json');
    expect(THEME).toEqual(JSON.parse(readFileSync(source, 'utf8')));
  });
  it('colours by slot and comes round', () => {
    const { series, neutral } = THEME.light;
    expect([colourOf(0, 'light'), colourOf(series.length, 'light'), colourOf(-1, 'light')]).toEqual([series[0], series[0], neutral]);
  });
  it('never overwrites what is written', () => {
    const figure = { data: [{ type: 'bar', meta: { slot: 0 }, marker: { opacity: 0.5, color: 'red' } }], layout: { xaxis: { gridcolor: 'red' }, margin: { l: 1, r: 12 } } };
    const result = themed(figure, around);
    expect(result.data[0].marker).toEqual({ opacity: 0.5, color: 'red' });
    expect(result.layout).toMatchObject({ xaxis: { gridcolor: 'red' }, margin: { l: 1, r: 12 }, width: 700 });
    expect(figure.layout.xaxis).toEqual({ gridcolor: 'red' });
  });
  it('reads light and dark off a colour', () => {
    expect(['#fff', '#111111', 'rgb(20, 20, 20)', 'white'].map(colour => luminanceOf(colour)! > 0.5)).toEqual([true, false, false, true]);
    expect(luminanceOf('var(--x)')).toBeNull();
  });
});

describe('reading', () => {
  it('fills in what an older version did not write', () => {
    expect(readRun({ id: 'x', status: 'done' })).toMatchObject({ artifacts: [], lock: null, seconds: 0 });
  });
  it('refuses what it cannot understand', () => {
    expect([null, 7, {}, { id: 'x', status: 'done', version: 99 }].map(readRun)).toEqual([null, null, null, null]);
  });
});

describe('what a cell keeps', () => {
  const done = fixture('bars');
  it('is the lock of each goal', () => expect(storedOf([done], null)).toEqual({ version: 1, locks: [done.lock] }));
  it('says nothing while a run is under way', () => expect(storedOf([done, fixture('running')], null)).toBeNull());
  it('keeps the lock of a goal that failed this time', () => {
    const failed = { ...fixture('failed'), goal: done.lock!.text };
    expect(storedOf([failed], { version: 1, locks: [done.lock!] })?.locks).toEqual([done.lock]);
  });
  it('drops the lock of a goal that is gone', () => {
    const other = { ...done.lock!, text: 'something else', goal: 'h' };
    expect(storedOf([done], { version: 1, locks: [other] })?.locks).toEqual([done.lock]);
  });
  it('reads only its own shape', () => expect([readStored({ locks: [] }), readStored({ a: 1 }), readStored(null)]).toEqual([{ locks: [] }, null, null]));
});

describe('tables and numbers', () => {
  it('say how much is shown', () => {
    expect(sizeOf(fixture('detail').artifacts[0].table)).toBe('200 of 336,776 rows shown');
    expect(sizeOf({ ...table('integer', [1]), truncated: true })).toBe('1 of more than 1 rows shown');
    expect(sizeOf(table('integer', [1]))).toBe('1 row');
  });
  it('show one row of numbers as numbers', () => {
    expect([isStat(fixture('number').artifacts[0]), isStat(bars)]).toEqual([true, false]);
  });
});
