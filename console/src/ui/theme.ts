export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const PLACE = 'freshet-console-theme';
/** Told to what draws in colours of its own: charts. */
export const THEME_CHANGED = 'freshet-theme';

export function keptTheme(): Theme {
  const kept = localStorage.getItem(PLACE);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(PLACE, theme);
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event(THEME_CHANGED));
}

/** A custom property of `tokens.css` as a colour that a canvas takes. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
