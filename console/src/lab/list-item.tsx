import type { ComponentChildren } from 'preact';
import { formatMoney } from '../ui/format';
import { ProductTile } from '../ui/product-tile';
import { type Reason, StackedShares } from '../ui/stacked-shares';
import { type CustomerAction, type ActionProduct, CUSTOMER_ACTIONS } from './customer-action';

interface Props {
  readonly product: ActionProduct & { readonly imageUrls: readonly string[] };
  readonly rank: number;
  readonly reasons: readonly Reason[];
  /** Badge that shows how the item has moved. */
  readonly badge: ComponentChildren;
  /** Whether the item has just moved. */
  readonly isMoved: boolean;
  readonly onAct: (type: CustomerAction, product: ActionProduct) => void;
}

export function ListItem({ product, rank, reasons, badge, isMoved, onAct }: Props) {
  return (
    <li class={`list-item ${isMoved ? 'moved' : ''}`} data-product={product.id}>
      <ProductTile title={product.title} imageUrls={product.imageUrls} />
      <div class="list-text">
        <p class="list-title">
          <span class="muted">{rank}.</span> {product.title} {badge}
        </p>
        <p class="muted small">{formatMoney(product.price)}</p>
        <StackedShares reasons={reasons} />
      </div>
      <div class="acts" role="group" aria-label={`Record an event for ${product.title}`}>
        {CUSTOMER_ACTIONS.map(({ type, title }) => (
          <button key={type} class="button small" onClick={() => onAct(type, product)}>
            {title}
          </button>
        ))}
      </div>
    </li>
  );
}
