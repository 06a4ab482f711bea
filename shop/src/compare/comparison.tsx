import { signal } from '@preact/signals';
import { address, productPath } from '../app/address';
import { availabilityText } from '../product/availability';
import type { ProductData } from '../product/product-query';
import { Link } from '../ui/link';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { differingFacts } from './differing-facts';
import { comparedCategory, productsToCompare } from './products-to-compare';
import { useBehaviour } from './use-behaviour';
import { viewedProducts } from './viewed-products';

const PLACEMENT = 'comparison';

/** The categories whose comparison the visitor has closed. */
const closed = signal<ReadonlySet<string>>(new Set());

/**
 * Shows the products that the visitor has viewed in one category side by side, if the visit is predicted to compare.
 * Closing it closes it for the category until the page is loaded again.
 */
export function Comparison({ product }: { readonly product: ProductData }) {
  const products = productsToCompare(product, viewedProducts.value);
  const category = comparedCategory(product) ?? '';
  const isPossible = products.length > 1 && !closed.value.has(category);
  const behaviour = useBehaviour(isPossible ? address.value.entry : undefined);
  const isShown = isPossible && behaviour === 'COMPARE';
  return (
    <>
      <p class="unseen" role="status">
        {isShown && `A comparison of ${products.length} products is below the product.`}
      </p>
      {isShown && (
        <section class="comparison" aria-labelledby="comparison-title">
          <div class="comparison-head">
            <h2 id="comparison-title">Compare what you have viewed</h2>
            <button type="button" class="quiet" onClick={() => (closed.value = new Set([...closed.value, category]))}>
              Close comparison
            </button>
          </div>
          <ComparisonTable current={product.id} products={products} />
        </section>
      )}
    </>
  );
}

function ComparisonTable(props: { readonly current: string; readonly products: readonly ProductData[] }) {
  const { current, products } = props;
  return (
    <div class="comparison-scroll" tabIndex={0} role="group" aria-labelledby="comparison-title">
      <table>
        <thead>
          <tr>
            <td />
            {products.map((product) => (
              <th key={product.id} scope="col" data-id={product.id}>
                <Picture {...product} />
                {product.id === current ? (
                  <span>
                    {product.title} <span class="comparison-here">(this product)</span>
                  </span>
                ) : (
                  <Link to={productPath(product.id)} via={{ placement: PLACEMENT }}>
                    {product.title}
                  </Link>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Price</th>
            {products.map((product) => (
              <td key={product.id}>
                <Price {...product} />
              </td>
            ))}
          </tr>
          {differingFacts(products, availabilityText).map(({ title, texts }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {texts.map((text, place) => (
                <td key={products[place]!.id}>{text || '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
