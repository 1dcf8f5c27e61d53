/** Elements from data. Text becomes text nodes, never markup. */

export type Child = Node | string | null | undefined | false;

export interface Properties {
  class?: string;
  title?: string;
  id?: string;
  type?: string;
  placeholder?: string;
  role?: string;
  tabindex?: number;
  disabled?: boolean;
  hidden?: boolean;
  inert?: boolean;
  scope?: string;
  /** `aria-…` without the prefix. */
  aria?: Record<string, string>;
  /** `data-…` without the prefix. */
  data?: Record<string, string>;
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    assign(node, name, value);
  }
  node.append(...children.filter(present));
  return node;
}

function present(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false && child !== '';
}

function assign(node: HTMLElement, name: string, value: unknown): void {
  if (value === undefined || value === false) {
    return;
  }
  if (name === 'on') {
    for (const [event, listener] of Object.entries(value as Record<string, EventListener>)) {
      node.addEventListener(event, listener);
    }
  } else if (name === 'aria' || name === 'data') {
    for (const [key, text] of Object.entries(value as Record<string, string>)) {
      node.setAttribute(`${name}-${key}`, text);
    }
  } else {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

let sequence = 0;

/** An id that is unique in the page, also beside another copy of this module. */
export function uniqueId(prefix: string): string {
  sequence += 1;
  return `${prefix}-${sequence}-${Math.random().toString(36).slice(2, 8)}`;
}
