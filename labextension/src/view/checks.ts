import type { CheckResult } from '../wire/run';
import { h } from './dom';
import { icon } from './icons';
import { counted } from './words';

export interface Verdict {
  readonly tone: 'passed' | 'warned' | 'failed' | 'skipped';
  readonly text: string;
}

const SEVERITY = { failed: 0, warned: 1, skipped: 2, passed: 3 } as const;
const WORD = { passed: 'Passed', warned: 'Warning', failed: 'Failed', skipped: 'Not run' } as const;

/** All verdicts in one line of words, the worst first. */
export function verdictOf(checks: readonly CheckResult[]): Verdict {
  const count = (verdict: CheckResult['verdict']): number => checks.filter(check => check.verdict === verdict).length;
  const [failed, warned, passed, skipped] = [count('failed'), count('warned'), count('passed'), count('skipped')];
  const words = [
    failed && `${counted(failed, 'check')} failed`,
    warned && counted(warned, 'warning'),
    passed && (failed || warned ? `${passed} passed` : `${counted(passed, 'check')} passed`),
    skipped && `${skipped} not run`
  ].filter(Boolean);
  const tone = failed ? 'failed' : warned ? 'warned' : passed ? 'passed' : 'skipped';
  return { tone, text: words.join(', ') || 'No checks ran' };
}

/** The checks that a reader must see beside the number. */
export function concerns(checks: readonly CheckResult[]): CheckResult[] {
  return checks
    .filter(check => check.verdict === 'failed' || check.verdict === 'warned')
    .sort((a, b) => SEVERITY[a.verdict] - SEVERITY[b.verdict]);
}

export function concernList(checks: readonly CheckResult[]): HTMLElement | null {
  const found = concerns(checks);
  if (!found.length) {
    return null;
  }
  const line = (check: CheckResult): HTMLElement =>
    h('li', { class: `jg-concern jg-tone-${check.verdict}` },
      icon(check.verdict), h('span', null, h('strong', null, WORD[check.verdict], ': '), check.detail || check.name));
  return h('ul', { class: 'jg-concerns' }, ...found.map(line));
}

/** Every check with its evidence. */
export function checkList(checks: readonly CheckResult[]): HTMLElement {
  const sorted = [...checks].sort((a, b) => SEVERITY[a.verdict] - SEVERITY[b.verdict]);
  return h('ul', { class: 'jg-checks' }, ...sorted.map(check =>
    h('li', { class: `jg-check jg-tone-${check.verdict}` },
      icon(check.verdict),
      h('div', null,
        h('div', { class: 'jg-check-name' }, check.name.replaceAll('_', ' '), h('span', { class: 'jg-check-verdict' }, WORD[check.verdict])),
        h('div', { class: 'jg-muted' }, check.detail)))));
}
