import { useState } from 'preact/hooks';
import { applyTheme, storedTheme, type Theme, THEMES } from './theme';

export function ThemePicker() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (event: Event) => {
    const chosen = (event.currentTarget as HTMLSelectElement).value as Theme;
    applyTheme(chosen);
    setTheme(chosen);
  };
  return (
    <label class="theme-picker">
      <span class="visually-hidden">Colours</span>
      <select value={theme} onChange={choose}>
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {one === 'system' ? 'System colours' : one === 'light' ? 'Light' : 'Dark'}
          </option>
        ))}
      </select>
    </label>
  );
}
