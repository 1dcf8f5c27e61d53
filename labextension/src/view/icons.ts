/** Line icons on a 16 px grid. Decoration only: the words beside them carry the meaning. */

const PATHS = {
  passed: 'M3.5 8.5l3 3 6-7',
  warned: 'M8 2.5l6 10.5H2L8 2.5zM8 6.5v3M8 11.2v.3',
  failed: 'M4 4l8 8M12 4l-8 8',
  skipped: 'M3.5 8h9',
  waiting: 'M8 3.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9z',
  arrow: 'M3 8h9M8.5 4.5L12 8l-3.5 3.5',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  undo: 'M6 3.5L3 6.5l3 3M3 6.5h6.5a3 3 0 010 6H7',
  stop: 'M4.5 4.5h7v7h-7z',
  edit: 'M10.5 3.5l2 2-7 7H3.5v-2l7-7z',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  ascending: 'M8 12.5v-9M4.5 7L8 3.5 11.5 7',
  descending: 'M8 3.5v9M4.5 9L8 12.5 11.5 9'
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `jg-icon jg-icon-${name}`);
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
