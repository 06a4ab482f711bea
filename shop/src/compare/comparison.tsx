import { graphql, type ResultOf } from '@freshet/client';
import { address, productPath } from '../app/address';
import { useShop } from '../app/shop';
import { ProductFields } from '../lists/product-fields';
import { availabilityText } from '../product/availability';
import type { ProductData } from '../product/product-query';
import { Link } from '../ui/link';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { useLoad } from '../ui/use-load';
import { differingFacts } from './differing-facts';
import { comparedCategory, productsToCompare } from './products-to-compare';
import { useIsComparing } from './use-is-comparing';
import { closedCategories, viewedProducts } from './viewed-products';

const PLACEMENT = 'comparison';

const ComparedProduct = graphql(
  `
    query ComparedProduct($id: ID!) {
      product(id: $id) {
        ...ProductFields
        attributes
      }
    }
  `,
  [ProductFields],
);
type ComparedData = NonNullable<ResultOf<typeof ComparedProduct>['product']>;

/**
 * Shows the products that the visitor has viewed in one category side by side, if the visit is predicted to compare.
 * Closing it closes it for the category until the page is loaded again or the visitor signs in or out.
 */
export function Comparison({ product }: { readonly product: ProductData }) {
  const products = productsToCompare(product, viewedProducts.value);
  const category = comparedCategory(product) ?? '';
  const isPossible = products.length > 1 && !closedCategories.value.has(category);
  const isComparing = useIsComparing(isPossible ? address.value.entry : undefined);
  const ids = isPossible && isComparing ? products.map(({ id }) => id) : [];
  const shown = useComparedProducts(ids);
  const isShown = shown.length > 1;
  return (
    <>
      <p class="unseen" role="status">
        {isShown && `A comparison of ${shown.length} products is below the product.`}
      </p>
      {isShown && (
        <section class="comparison" aria-labelledby="comparison-title">
          <div class="comparison-head">
            <h2 id="comparison-title">Compare what you have viewed</h2>
            <button
              type="button"
              class="quiet"
              onClick={() => (closedCategories.value = new Set([...closedCategories.value, category]))}
            >
              Close comparison
            </button>
          </div>
          <ComparisonTable current={product.id} products={shown} />
        </section>
      )}
    </>
  );
}

/** Returns the products as they are now, without those that the shop no longer sells; none until they are loaded. */
function useComparedProducts(ids: readonly string[]): readonly ComparedData[] {
  const { storefront } = useShop();
  const { data, stale } = useLoad(ids.join(' '), async (signal) => {
    const answers = await Promise.all(ids.map((id) => storefront.request(ComparedProduct, { id }, { signal })));
    return answers.flatMap(({ product }) => product ?? []);
  });
  return stale ? [] : (data ?? []);
}

function ComparisonTable(props: { readonly current: string; readonly products: readonly ComparedData[] }) {
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
