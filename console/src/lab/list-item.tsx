import type { ComponentChildren } from 'preact';
import { shownMoney } from '../ui/format';
import { ProductTile } from '../ui/product-tile';
import { type Reason, StackedShares } from '../ui/stacked-shares';
import { type Act, type ActedOn, ACTS } from './act';

interface Props {
  readonly product: ActedOn & { readonly imageUrls: readonly string[] };
  readonly rank: number;
  readonly reasons: readonly Reason[];
  /** Badge that shows how the item has moved. */
  readonly badge: ComponentChildren;
  /** Whether the item has just moved. */
  readonly isMoved: boolean;
  readonly onAct: (type: Act, product: ActedOn) => void;
}

export function ListItem({ product, rank, reasons, badge, isMoved, onAct }: Props) {
  return (
    <li class={`list-item ${isMoved ? 'moved' : ''}`} data-product={product.id}>
      <ProductTile title={product.title} imageUrls={product.imageUrls} />
      <div class="list-text">
        <p class="list-title">
          <span class="muted">{rank}.</span> {product.title} {badge}
        </p>
        <p class="muted small">{shownMoney(product.price)}</p>
        <StackedShares reasons={reasons} />
      </div>
      <div class="acts" role="group" aria-label={`Record an event for ${product.title}`}>
        {ACTS.map(({ type, title }) => (
          <button key={type} class="button small" onClick={() => onAct(type, product)}>
            {title}
          </button>
        ))}
      </div>
    </li>
  );
}
