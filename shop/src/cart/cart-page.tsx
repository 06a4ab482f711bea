import { graphql, type RequestError } from '@freshet/client';
import { useState } from 'preact/hooks';
import { go, orderPath, productPath } from '../app/address';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { type ListedProduct, ProductFields } from '../lists/product-fields';
import { RailsBelow } from '../lists/rails';
import { Fault } from '../ui/fault';
import { Link } from '../ui/link';
import { formatMoney, Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { useLoad } from '../ui/use-load';
import { type CartLine, MAX_QUANTITY } from './cart';
import { totalOf } from './total';

const CartProducts = graphql(
  `
    query CartProducts($ids: JSONObject!) {
      products(filter: "product.id in vars.ids", filterVariables: $ids, first: 100) {
        nodes {
          ...ProductFields
        }
      }
    }
  `,
  [ProductFields],
);

export function CartPage() {
  const { storefront, cart } = useShop();
  const lines = cart.lines.value;
  const ids = lines.map(({ productId }) => productId).sort();
  const { data, error } = useLoad(ids.join('\n'), async (signal) => {
    if (ids.length === 0) return [];
    return (await storefront.request(CartProducts, { ids: { ids } }, { signal })).products.nodes;
  });
  const products = new Map(data?.map((product) => [product.id, product]));
  return (
    <Page title="Cart" ready={data !== undefined} class="cart">
      {error && <Fault error={error} />}
      {lines.length === 0 && (
        <p class="empty">
          Your cart is empty. <Link to="/">Continue shopping</Link>
        </p>
      )}
      <ul class="lines">
        {lines.map((line) => (
          <Line key={line.productId} line={line} product={products.get(line.productId)} />
        ))}
      </ul>
      {lines.length > 0 && data && <Checkout total={totalOf(lines, products)} />}
      {ids.length > 0 && (
        <RailsBelow
          key={ids.join()}
          name="cart"
          rails={[
            {
              title: 'Completes your cart',
              input: { intent: 'BASKET', productIds: ids, placement: 'cart-basket' },
            },
          ]}
        />
      )}
    </Page>
  );
}

function Line({ line, product }: { readonly line: CartLine; readonly product: ListedProduct | undefined }) {
  const { cart } = useShop();
  const title = product?.title ?? line.productId;
  return (
    <li class="line-item">
      <Picture id={line.productId} title={title} imageUrls={product?.imageUrls ?? []} />
      <div class="line-what">
        <Link to={productPath(line.productId)} via={line.via}>
          {title}
        </Link>
        {product && <Price {...product} />}
      </div>
      <label class="line-quantity">
        <span class="unseen">Quantity of {title}</span>
        <input
          type="number"
          min={1}
          max={MAX_QUANTITY}
          value={line.quantity}
          onChange={({ currentTarget }) =>
            cart.set(line.productId, Math.floor(Number(currentTarget.value)) || 1, title)
          }
        />
      </label>
      <button
        type="button"
        class="quiet"
        aria-label={`Remove ${title}`}
        onClick={() => cart.set(line.productId, 0, title)}
      >
        Remove
      </button>
    </li>
  );
}

function Checkout({ total }: { readonly total: { amount: string; currency: string } | undefined }) {
  const { account, cart } = useShop();
  const [underWay, setUnderWay] = useState(false);
  const [fault, setFault] = useState<RequestError>();
  const order = async () => {
    setUnderWay(true);
    setFault(undefined);
    try {
      const id = await account!.order(cart.checkoutId, cart.lines.peek());
      cart.clear();
      go(orderPath(id));
    } catch (error) {
      setFault(error as RequestError);
      setUnderWay(false);
    }
  };
  return (
    <div class="checkout">
      {total && (
        <p class="total">
          Total <strong>{formatMoney(total)}</strong>
        </p>
      )}
      {fault && <Fault error={fault} />}
      {account ? (
        <button type="button" class="primary" disabled={underWay || !total} onClick={() => void order()}>
          {underWay ? 'Placing order …' : 'Place order'}
        </button>
      ) : (
        <p class="note">
          The shop’s own back end handles orders, prices and customers, and sends the orders to Freshet.
        </p>
      )}
    </div>
  );
}
