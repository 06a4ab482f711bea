import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { productPath, type ListOrigin } from '../app/address';
import { useShop } from '../app/shop';
import { Link } from '../ui/link';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { onImpression } from './impressions';
import { isPurchasable, type ListedProduct } from './product-fields';
import { isFirstImpression } from './sponsored-list';

/** A product of a list. Its impressions, clicks and cart additions are recorded with its position in the list. */
export function ProductCard(props: {
  readonly product: ListedProduct;
  readonly via: ListOrigin;
  /** The title with the matched words highlighted. */
  readonly title?: ComponentChildren;
  /** The name of the advertiser, if the product is sponsored. The `requestId` of `via` is then the token of the ad. */
  readonly sponsoredBy?: string;
}) {
  const { storefront, cart } = useShop();
  const { product, via, sponsoredBy } = props;
  const element = useRef<HTMLLIElement>(null);
  useEffect(
    () =>
      onImpression(element.current!, () => {
        if (sponsoredBy !== undefined && !isFirstImpression(via.requestId!)) return;
        storefront.record({ type: 'IMPRESSION', productId: product.id, ...via });
      }),
    [product.id, via.requestId],
  );
  return (
    <li ref={element} class="card" data-id={product.id}>
      <Link
        to={productPath(product.id)}
        via={via}
        class="card-link"
        onFollow={() => storefront.record({ type: 'CLICK', productId: product.id, ...via })}
      >
        <Picture {...product} />
        {sponsoredBy !== undefined && (
          <span class="card-sponsored">
            Sponsored <span class="card-advertiser">{sponsoredBy}</span>
          </span>
        )}
        <span class="card-brand">{product.brand ?? ' '}</span>
        <span class="card-title">{props.title ?? product.title}</span>
      </Link>
      <div class="card-foot">
        <Price {...product} />
        {isPurchasable(product) ? (
          <button
            type="button"
            class="add"
            aria-label={`Add ${product.title} to the cart`}
            onClick={() => cart.add(product.id, product.title, via)}
          >
            +
          </button>
        ) : (
          <span class="sold-out">Sold out</span>
        )}
      </div>
    </li>
  );
}
