/** Formats a plain value as text; returns '' for any other value. */
export function attributeText(value: unknown): string {
  if (Array.isArray(value)) return value.map(attributeText).filter(Boolean).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Formats an attribute name as a title: `shelfLife` and `shelf_life` become `Shelf life`. */
export function attributeTitle(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
