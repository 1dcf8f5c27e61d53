import type { Artifact, Revise } from '../wire/run';
import { h } from './dom';
import { icon } from './icons';
import type { Mark, Meaning } from './marks';

export interface Spot {
  /** In the window, CSS pixels. */
  readonly x: number;
  readonly y: number;
}

export interface Pointing {
  readonly artifact: Artifact;
  readonly marks: readonly Mark[];
  readonly meaning: Meaning;
  readonly spot: Spot;
  readonly send?: (message: Revise) => void;
}

const MARGIN = 8;

/** What the thing pointed at means and what can be done with it. Returns its removal. */
export function openPopover(parent: HTMLElement, pointing: Pointing): () => void {
  const before = document.activeElement;
  const controller = new AbortController();
  const close = (): void => {
    controller.abort();
    node.remove();
    if (before instanceof HTMLElement && before.isConnected) {
      before.focus({ preventScroll: true });
    }
  };
  const node = bubble(pointing, close);
  parent.append(node);
  if (typeof node.showPopover === 'function') {
    node.popover = 'manual';
    node.showPopover();
  }
  place(node, pointing.spot);
  const { signal } = controller;
  node.addEventListener('keydown', event => event.key === 'Escape' && (event.stopPropagation(), close()), { signal });
  document.addEventListener('pointerdown', event => !node.contains(event.target as Node) && close(), { signal, capture: true });
  window.addEventListener('scroll', event => !node.contains(event.target as Node) && close(), { signal, capture: true });
  window.addEventListener('resize', close, { signal });
  (node.querySelector('input') ?? node).focus({ preventScroll: true });
  return close;
}

function bubble(pointing: Pointing, close: () => void): HTMLElement {
  const { meaning } = pointing;
  return h('div', { class: 'jg-popover', role: 'dialog', tabindex: -1, aria: { label: meaning.title } },
    h('button', { class: 'jg-close', type: 'button', aria: { label: 'Close' }, on: { click: close } }, icon('close')),
    h('div', { class: 'jg-popover-title' }, meaning.title),
    meaning.facts.length > 0 && h('dl', null, ...meaning.facts.flatMap(fact => [h('dt', null, fact.label), h('dd', null, fact.text)])),
    pointing.send && actions(pointing, pointing.send, close));
}

function actions(pointing: Pointing, send: (message: Revise) => void, close: () => void): HTMLElement {
  const revise = (text: string): void => {
    send({ kind: 'revise', text, artifact: pointing.artifact.id, marks: [...pointing.marks] });
    close();
  };
  const act = (label: string, text: string): HTMLElement =>
    h('button', { type: 'button', class: 'jg-button', on: { click: () => revise(text) } }, label);
  return h('div', { class: 'jg-actions' },
    act('Only this', 'only this'), act('Exclude this', 'exclude this'),
    instruction('Tell it what to change…', revise));
}

/** A one-line field whose words become a revision. */
export function instruction(placeholder: string, submit: (text: string) => void): HTMLElement {
  const input = h('input', { type: 'text', class: 'jg-input', placeholder, aria: { label: placeholder.replace('…', '') } });
  const go = (event: Event): void => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) {
      input.value = '';
      submit(text);
    }
  };
  // JupyterLab's own keys (Enter, arrows, d d …) stay out of the field.
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') {
      event.stopPropagation();
    }
  };
  return h('form', { class: 'jg-instruction', on: { submit: go, keydown } },
    icon('edit'), input, h('button', { type: 'submit', class: 'jg-send', aria: { label: 'Apply' } }, icon('arrow')));
}

function place(node: HTMLElement, spot: Spot): void {
  const { offsetWidth: width, offsetHeight: height } = node;
  const [right, bottom] = [document.documentElement.clientWidth - MARGIN, window.innerHeight - MARGIN];
  const x = Math.max(MARGIN, Math.min(spot.x - width / 2, right - width));
  const below = spot.y + 2 * MARGIN;
  const y = below + height <= bottom ? below : Math.max(MARGIN, spot.y - height - 2 * MARGIN);
  node.style.left = `${x}px`;
  node.style.top = `${y}px`;
}
