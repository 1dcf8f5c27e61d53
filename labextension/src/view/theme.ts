/** Whether the page is light or dark: JupyterLab says so, other pages through their background or the system. */

export type Mode = 'light' | 'dark';

export function modeOf(el: Element): Mode {
  const declared = document.body.dataset.jpThemeLight;
  if (declared !== undefined) {
    return declared === 'false' ? 'dark' : 'light';
  }
  const colour = getComputedStyle(el).getPropertyValue('--jp-layout-color0').trim();
  const luminance = colour ? luminanceOf(colour) : null;
  if (luminance !== null) {
    return luminance < 0.5 ? 'dark' : 'light';
  }
  return matches('(prefers-color-scheme: dark)') ? 'dark' : 'light';
}

/** Calls back when the page turns light or dark. */
export function watchMode(el: Element, onChange: (mode: Mode) => void): () => void {
  let current = modeOf(el);
  const look = (): void => {
    const mode = modeOf(el);
    if (mode !== current) {
      current = mode;
      onChange(mode);
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name', 'class'] });
  const query = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
  query?.addEventListener('change', look);
  return () => {
    observer.disconnect();
    query?.removeEventListener('change', look);
  };
}

function matches(query: string): boolean {
  return typeof matchMedia === 'function' && matchMedia(query).matches;
}

/** 0 black … 1 white; null when the text is not a plain colour. */
export function luminanceOf(colour: string): number | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour)?.[1];
  if (hex) {
    const digits = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
    return weigh(parseInt(digits.slice(0, 2), 16), parseInt(digits.slice(2, 4), 16), parseInt(digits.slice(4), 16));
  }
  const rgb = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(colour);
  if (rgb) {
    return weigh(Number(rgb[1]), Number(rgb[2]), Number(rgb[3]));
  }
  return colour === 'white' ? 1 : colour === 'black' ? 0 : null;
}

function weigh(red: number, green: number, blue: number): number {
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
