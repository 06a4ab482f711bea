/**
 * Makes `/` focus the page's search field, unless a field has the focus. Returns a function that removes the listener.
 */
export function focusSearchOnSlash(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as HTMLElement).closest('input, textarea, select, [contenteditable]')) return;
    const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
    if (field === null) return;
    event.preventDefault();
    field.focus();
    field.select();
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}
