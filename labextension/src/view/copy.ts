import { h } from './dom';
import { icon } from './icons';

const SAID_FOR = 1500;

/** A quiet button that copies text and says so. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const words = h('span', { aria: { live: 'polite' } }, label);
  const say = (said: string): void => {
    words.textContent = said;
    setTimeout(() => (words.textContent = label), SAID_FOR);
  };
  const click = (): void => {
    copy(text()).then(
      () => say('Copied'),
      () => say('Copying is blocked')
    );
  };
  return h('button', { class: 'jg-quiet', type: 'button', on: { click } }, icon('copy'), words);
}

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text);
  }
  // Pages served over plain http from another host have no clipboard API.
  const area = h('textarea', { class: 'jg-offscreen', aria: { hidden: 'true' } });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) {
    throw new Error('copy');
  }
}
