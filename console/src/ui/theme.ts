export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME_STORAGE_ITEM = 'freshet-console-theme';
/** Event that notifies charts, which draw with their own colours. */
export const THEME_CHANGED = 'freshet-theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(THEME_STORAGE_ITEM);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(THEME_STORAGE_ITEM, theme);
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event(THEME_CHANGED));
}

/** Returns the colour of a custom property of `tokens.css` for use on a canvas. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
