/** A plain value as a person reads it; '' of what is none. */
export function attributeText(value: unknown): string {
  if (Array.isArray(value)) return value.map(attributeText).filter(Boolean).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `shelfLife` and `shelf_life` as a person would write them. */
export function attributeTitle(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
