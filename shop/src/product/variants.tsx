import { productPath } from '../app/address';
import { Link } from '../ui/link';
import type { ProductData } from './product-query';

/**
 * Links to the other products of the variant group, labelled with the attribute that distinguishes them, if there is
 * one.
 */
export function Variants({ product }: { readonly product: ProductData }) {
  if (product.variants.length === 0) return null;
  const group = [product, ...product.variants].sort((a, b) =>
    a.title.localeCompare(b.title, undefined, { numeric: true }),
  );
  const differing = differingAttribute(group.map(({ attributes }) => attributes));
  return (
    <nav aria-label="Variants">
      <ul class="variants">
        {group.map((variant) => {
          const value = differing === undefined ? undefined : variant.attributes[differing];
          const name = typeof value === 'string' || typeof value === 'number' ? String(value) : variant.title;
          return (
            <li key={variant.id}>
              <Link
                to={productPath(variant.id)}
                via={{ placement: 'variants' }}
                current={variant.id === product.id}
                label={variant.title}
              >
                {name}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Returns the first attribute that has a different value in every product, or undefined. */
function differingAttribute(all: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  return Object.keys(all[0] ?? {}).find(
    (name) => new Set(all.map((attributes) => attributes[name])).size === all.length,
  );
}
