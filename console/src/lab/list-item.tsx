import { shownMoney } from '../ui/format';
import { MoveBadge } from '../ui/move-badge';
import type { Move } from '../ui/moves';
import { ProductTile } from '../ui/product-tile';
import { type Reason, StackedShares } from '../ui/stacked-shares';
import { type Act, type ActedOn, ACTS } from './act';

interface Props {
  readonly product: ActedOn & { readonly imageUrls: readonly string[] };
  readonly rank: number;
  readonly reasons: readonly Reason[];
  readonly move: Move | undefined;
  readonly onAct: (type: Act, product: ActedOn) => void;
}

export function ListItem({ product, rank, reasons, move, onAct }: Props) {
  return (
    <li class={`list-item ${move === undefined ? '' : 'moved'}`} data-product={product.id}>
      <ProductTile title={product.title} imageUrls={product.imageUrls} />
      <div class="list-text">
        <p class="list-title">
          <span class="muted">{rank}.</span> {product.title} <MoveBadge move={move} />
        </p>
        <p class="muted small">{shownMoney(product.price)}</p>
        <StackedShares reasons={reasons} />
      </div>
      <div class="acts" role="group" aria-label={`As this customer, with ${product.title}`}>
        {ACTS.map(({ type, title }) => (
          <button key={type} class="button small" onClick={() => onAct(type, product)}>
            {title}
          </button>
        ))}
      </div>
    </li>
  );
}
