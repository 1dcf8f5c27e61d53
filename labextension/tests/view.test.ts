// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { announce, follow, modelOf, type LiveRun } from '../src/live';
import type { Host, Plotly } from '../src/view/host';
import { mount, render } from '../src/view/view';
import type { Message, RunView } from '../src/wire/run';
import { fixture, meantBy, NAMES } from './fixtures';

let sent: Message[];
let purged: number;
let el: HTMLElement;

const plotly: Plotly = {
  react: () => Promise.resolve(),
  relayout: () => Promise.resolve(),
  purge: () => void (purged += 1),
  Plots: { resize: () => undefined }
};
const saved: Host = { plotly: () => Promise.resolve(plotly) };
const live: Host = { ...saved, send: message => void sent.push(message) };

beforeEach(() => {
  sent = [];
  purged = 0;
  document.body.replaceChildren((el = document.createElement('div')));
});

const texts = (selector: string): string[] => [...el.querySelectorAll(selector)].map(node => node.textContent ?? '');
const click = (selector: string, index = 0): void => (el.querySelectorAll<HTMLElement>(selector)[index] ?? fail(selector)).click();
const fail = (selector: string): never => { throw new Error(`no ${selector}`); };

describe.each(NAMES)('%s', name => {
  it('is drawn live and saved, and leaves nothing behind', () => {
    for (const host of [live, saved]) {
      const dispose = render(el, fixture(name), host);
      expect(el.textContent).not.toBe('');
      dispose();
      expect(el.childNodes.length).toBe(0);
    }
  });
});

describe('a saved picture', () => {
  it('offers no action', () => {
    for (const name of NAMES) {
      render(el, fixture(name), saved);
    }
    expect(texts('form, button.jg-choice, button.jg-offer, .jg-point').length).toBe(0);
    expect(texts('button').filter(text => /Cancel|Undo|Only this/.test(text))).toEqual([]);
  });
  it('calls a run that never ended by its name, but not while it may still connect', () => {
    render(el, fixture('running'), saved);
    expect(el.textContent).toContain('saved before this run had finished');
    el.replaceChildren();
    render(el, fixture('running'), { ...saved, connecting: true });
    expect(el.textContent).not.toContain('had finished');
  });
});

describe('words from data', () => {
  it('never become markup', () => {
    render(el, fixture('hostile'), live);
    el.querySelectorAll<HTMLElement>('.jg-tab').forEach(tab => tab.click());
    expect(el.querySelector('img, script, a, iframe')).toBeNull();
    expect(el.querySelector('.jg-headline')?.textContent).toContain('<script>');
  });
});

describe('clicks', () => {
  it('cancel once', () => {
    render(el, fixture('running'), live);
    click('.jg-progress .jg-button');
    click('.jg-progress .jg-button');
    expect(sent).toEqual([{ kind: 'cancel' }]);
  });
  it('choose one answer', () => {
    render(el, fixture('question'), live);
    click('.jg-question:nth-child(2) .jg-choice', 1);
    click('.jg-question:nth-child(2) .jg-choice', 0);
    expect(sent).toEqual([{ kind: 'choose', question: 1, choice: 1 }]);
  });
  it('take an offer', () => {
    render(el, fixture('refused'), live);
    click('.jg-offer', 2);
    expect(sent).toEqual([{ kind: 'offer', goal: 'on-time rate by carrier' }]);
  });
  it('undo a revision', () => {
    render(el, fixture('revision'), live);
    click('.jg-comparison .jg-quiet');
    expect(sent).toEqual([{ kind: 'undo' }]);
  });
  it('on a row point at its mark', () => {
    const view = fixture('bars');
    render(el, view, live);
    click('.jg-tab', 1);
    click('.jg-point', 3);
    click('.jg-popover .jg-button');
    const index = meantBy(view.artifacts[0], 0).indexOf('Delta Air Lines Inc.');
    expect(sent).toEqual([{ kind: 'revise', text: 'only this', artifact: view.artifacts[0].id, marks: [[0, index]] }]);
    expect(el.querySelector('.jg-popover')).toBeNull();
  });
  it('with words change the whole result', () => {
    const view = fixture('bars');
    render(el, view, live);
    const form = el.querySelector<HTMLFormElement>('.jg-artifact > form')!;
    form.querySelector('input')!.value = '  top 5 ';
    form.dispatchEvent(new Event('submit', { cancelable: true }));
    form.dispatchEvent(new Event('submit', { cancelable: true }));
    expect(sent).toEqual([{ kind: 'revise', text: 'top 5', artifact: view.artifacts[0].id, marks: [] }]);
  });
});

describe('tabs', () => {
  it('are one stop, and arrows move among them', () => {
    render(el, fixture('bars'), saved);
    const tabs = [...el.querySelectorAll<HTMLElement>('[role=tab]')];
    expect(tabs.map(tab => tab.textContent)).toEqual(['Chart', 'Table', 'SQL', 'Checks', 'Receipt', 'Log']);
    expect(tabs.map(tab => tab.tabIndex)).toEqual([0, -1, -1, -1, -1, -1]);
    tabs[0].parentElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }));
    expect(tabs.map(tab => tab.getAttribute('aria-selected'))).toEqual(['false', 'false', 'false', 'false', 'false', 'true']);
    const panel = document.getElementById(tabs[5].getAttribute('aria-controls')!)!;
    expect([panel.hidden, panel.getAttribute('role')]).toEqual([false, 'tabpanel']);
  });
  it('stay open through an update', () => {
    const view = mount(el);
    view.update(fixture('bars'), saved);
    click('.jg-tab', 2);
    view.update(fixture('line'), saved);
    expect(texts('.jg-tab[aria-selected=true]')).toEqual(['SQL']);
  });
});

describe('an update', () => {
  it('keeps charts that did not change, and removes those that did', async () => {
    const view = mount(el);
    view.update(fixture('bars'), live);
    const before = el.querySelector('.jg-artifact');
    view.update({ ...fixture('bars'), headline: 'Other words' }, live);
    expect(el.querySelector('.jg-artifact')).toBe(before);
    await Promise.resolve();
    view.update(fixture('line'), live);
    expect(el.querySelector('.jg-artifact')).not.toBe(before);
    expect(purged).toBe(1);
    view.dispose();
  });
  it('leaves the answer in place while a change of it is worked out', () => {
    const view = mount(el);
    view.update(fixture('bars'), live);
    const chart = el.querySelector('.jg-artifact');
    view.update(fixture('running'), live);
    expect([el.querySelector('.jg-artifact') === chart, el.querySelector('[inert]') !== null, purged]).toEqual([true, true, 0]);
    view.update({ ...fixture('failed'), artifacts: [] }, live);
    expect([el.querySelector('.jg-artifact'), el.querySelector('[inert]')]).toEqual([null, null]);
  });
  it('shows before, after and both', () => {
    render(el, fixture('revision'), saved);
    click('.jg-switch button', 1);
    expect(el.querySelectorAll('.jg-artifact').length).toBe(1);
    expect(el.querySelector('.jg-artifact [role=img]')?.getAttribute('aria-label')).toContain('SkyWest');
    click('.jg-switch button', 2);
    expect(el.querySelectorAll('.jg-artifact').length).toBe(2);
    expect(texts('.jg-column-title')).toEqual(['Before', 'After']);
  });
});

describe('what a reader must see', () => {
  it('warnings and failures stand beside the number', () => {
    render(el, fixture('several'), saved);
    expect(texts('.jg-concern').length).toBe(3);
    expect(texts('.jg-concern')[0]).toContain('Failed: The carriers add up to 341,204');
    expect(texts('.jg-verdict')).toEqual(['1 check failed, 3 passed', '2 warnings, 2 passed']);
  });
  it('no data is not zero', () => {
    render(el, fixture('empty'), saved);
    expect(texts('.jg-empty-title')).toEqual(['No data for this question']);
    expect(texts('[role=tab]')).not.toContain('Table');
  });
  it('the table has a chart that fails', async () => {
    render(el, fixture('bars'), { plotly: () => Promise.reject(new Error('offline')) });
    await new Promise(resolve => setTimeout(resolve, 0));
    click('.jg-trouble button');
    expect(texts('.jg-tab[aria-selected=true]')).toEqual(['Table']);
  });
  it('guessed definitions are called inferred', () => {
    render(el, fixture('line'), saved);
    expect(texts('.jg-label')).toEqual(['inferred catalog', 'recomputed']);
  });
});

describe('live runs', () => {
  const run = (view: RunView): LiveRun => ({ view: () => view, send: () => undefined, onView: () => () => undefined, plotlyBundle: () => Promise.reject(new Error()) });
  it('meet their output in either order, and part', () => {
    const heard: (string | null)[] = [];
    const stop = follow('m1', found => heard.push(found?.view()?.id ?? null));
    const retract = announce('m1', run(fixture('bars')));
    retract();
    stop();
    announce('m1', run(fixture('line')));
    expect(heard).toEqual([null, 'rbars', null]);
    follow('m1', found => heard.push(found?.view()?.id ?? null))();
    expect(heard.at(-1)).toBe('rline');
  });
  it('are named by the widget of the same bundle', () => {
    expect(modelOf({ 'application/vnd.jupyter.widget-view+json': { model_id: 'abc' } })).toBe('abc');
    expect(modelOf({})).toBe('');
  });
});
