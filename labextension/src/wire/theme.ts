// Written by scripts/write-theme.mjs from charts/theme.json. Do not edit.

export const THEME = {
  "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  "size": 12,
  "light": {
    "backgrounds": [
      "#ffffff"
    ],
    "text": "#1f2328",
    "muted": "#59636e",
    "grid": "#e4e7eb",
    "line": "#b3bac2",
    "neutral": "#868e96",
    "series": [
      "#2f7fc4",
      "#e07905",
      "#4f7653",
      "#c14e8f",
      "#987dee",
      "#a06d0e",
      "#ba7a72",
      "#6e96be"
    ],
    "fill": 0.22,
    "stacked_fill": 0.75
  },
  "dark": {
    "backgrounds": [
      "#111111",
      "#212121"
    ],
    "text": "#e6e8eb",
    "muted": "#a3abb4",
    "grid": "#343a40",
    "line": "#5a626b",
    "neutral": "#868e96",
    "series": [
      "#2f7fc4",
      "#e07905",
      "#4f7653",
      "#c14e8f",
      "#987dee",
      "#a06d0e",
      "#ba7a72",
      "#6e96be"
    ],
    "fill": 0.28,
    "stacked_fill": 0.75
  }
};
