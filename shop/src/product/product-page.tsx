import { useEffect } from 'preact/hooks';
import { address } from '../app/address';
import { useEntryMemory } from '../app/entry-memory';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { Comparison } from '../compare/comparison';
import { addViewedProduct } from '../compare/viewed-products';
import { isPurchasable } from '../lists/product-fields';
import { RailsBelow } from '../lists/rails';
import type { RailSpec } from '../lists/use-live-rails';
import { EMPTY_SEARCH, searchPath } from '../search/search-address';
import { Fault } from '../ui/fault';
import { Link } from '../ui/link';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { useLoad } from '../ui/use-load';
import { Attributes } from './attributes';
import { availabilityText } from './availability';
import { DeliveryRange } from './delivery-range';
import { type ProductData, ProductQuery } from './product-query';
import { Variants } from './variants';

/** History entries whose VIEW has been recorded: going back to an entry does not record another one. */
const viewed = new Set<string>();

export function ProductPage({ id }: { readonly id: string }) {
  const { storefront } = useShop();
  const { entry, via } = address.value;
  const memory = useEntryMemory<{ product: ProductData | null }>(`product ${id}`);
  const { data, error, stale } = useLoad(
    id,
    (signal) => storefront.request(ProductQuery, { id }, { signal }),
    memory.get(),
  );
  const product = stale ? undefined : data?.product;
  useEffect(() => {
    if (!product) return;
    memory.set({ product });
    addViewedProduct(product);
    if (viewed.has(entry)) return;
    viewed.add(entry);
    storefront.record({ type: 'VIEW', productId: id, ...via });
  }, [product]);
  if (product === null || error?.code === 'NOT_FOUND') return <NoSuchProduct />;
  if (!product)
    return (
      <Page title="Product" ready={false}>
        {error ? <Fault error={error} /> : <p role="status">Loading …</p>}
      </Page>
    );
  return (
    <Page title={product.title} ready class="product">
      <Product product={product} />
      <Comparison product={product} />
      <RailsBelow key={id} name="product" rails={railsOf(id)} />
    </Page>
  );
}

const railsOf = (id: string): readonly RailSpec[] => [
  {
    title: 'Goes well with this',
    input: { intent: 'COMPLEMENTARY', productIds: [id], placement: 'product-complementary' },
  },
  { title: 'Customers also viewed', input: { intent: 'SIMILAR', productIds: [id], placement: 'product-similar' } },
];

function Product({ product }: { readonly product: ProductData }) {
  const { cart } = useShop();
  const { via } = address.value;
  const category = product.categories.reduce((longest, path) => (path.length > longest.length ? path : longest), '');
  const parts = category === '' ? [] : category.split(' > ');
  return (
    <div class="product-main">
      <Picture {...product} />
      <div class="product-facts">
        {parts.length > 0 && (
          <nav aria-label="Category">
            <ol class="path">
              {parts.map((part, depth) => (
                <li key={part}>
                  <Link to={searchPath({ ...EMPTY_SEARCH, category: parts.slice(0, depth + 1).join(' > ') })}>
                    {part}
                  </Link>
                </li>
              ))}
            </ol>
          </nav>
        )}
        {product.brand && (
          <p>
            by <Link to={searchPath({ ...EMPTY_SEARCH, brands: [product.brand] })}>{product.brand}</Link>
          </p>
        )}
        <Price {...product} />
        <p class={`availability ${product.availability.toLowerCase()}`}>{availabilityText(product.availability)}</p>
        {isPurchasable(product) && <DeliveryRange productId={product.id} />}
        <Variants product={product} />
        <button
          type="button"
          class="primary"
          disabled={!isPurchasable(product)}
          onClick={() => cart.add(product.id, product.title, via ?? { placement: 'product' })}
        >
          {isPurchasable(product) ? 'Add to cart' : 'Currently unavailable'}
        </button>
        {product.description && <p class="description">{product.description}</p>}
        <Attributes attributes={product.attributes} />
      </div>
    </div>
  );
}

function NoSuchProduct() {
  return (
    <Page title="Product not found" ready>
      <p>
        The shop does not sell this product. <Link to="/search">Browse all products</Link>
      </p>
    </Page>
  );
}
