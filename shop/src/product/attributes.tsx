import { attributeText, attributeTitle } from './attribute-text';

const MAX_ATTRIBUTES = 12;
/** Marks the products of the demo for programs. The banner of the page says the same once. */
const SYNTHETIC = 'synthetic';

/** Lists a product's attributes: names and plain values. */
export function Attributes({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }) {
  const rows = Object.entries(attributes)
    .filter(([name]) => name !== SYNTHETIC)
    .map(([name, value]) => [name, attributeText(value)] as const)
    .filter(([, text]) => text !== '')
    .slice(0, MAX_ATTRIBUTES);
  if (rows.length === 0) return null;
  return (
    <dl class="attributes">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{attributeTitle(name)}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
