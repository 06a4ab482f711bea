const MOST = 12;

/** What the shop says of a product beside its fields: names and plain values. */
export function Attributes({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }) {
  const rows = Object.entries(attributes)
    .map(([name, value]) => [name, said(value)] as const)
    .filter(([, text]) => text !== '')
    .slice(0, MOST);
  if (rows.length === 0) return null;
  return (
    <dl class="attributes">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{named(name)}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).filter(Boolean).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `shelfLife` and `shelf_life` as a person would write them. */
function named(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
