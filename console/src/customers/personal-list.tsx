import type { ShownList } from '../lab/use-list';
import { ErrorNote } from '../ui/error-note';
import { formatMoney } from '../ui/format';
import { Loading } from '../ui/loading';
import { MoveBadge } from '../ui/move-badge';
import { ProductTile } from '../ui/product-tile';
import { StackedShares } from '../ui/stacked-shares';

/** Shows the personal list as a storefront would show it now, with reasons. */
export function PersonalList({ shown: { list, moves, error } }: { readonly shown: ShownList }) {
  return (
    <section class="card" aria-labelledby="personal-title">
      <h2 id="personal-title">Personal list</h2>
      <ErrorNote error={error} title="No longer live" />
      {list === undefined && error === undefined && <Loading lines={5} />}
      {list?.edges.length === 0 && <p class="muted">The list is empty.</p>}
      <ol class="list">
        {list?.edges.map(({ node, rank, reasons }) => (
          <li key={node.id} class={`list-item ${moves.has(node.id) ? 'moved' : ''}`}>
            <ProductTile title={node.title} imageUrls={node.imageUrls} />
            <div class="list-text">
              <p class="list-title">
                <span class="muted">{rank}.</span> {node.title} <MoveBadge move={moves.get(node.id)} />
              </p>
              <p class="muted small">{formatMoney(node.price)}</p>
              <StackedShares reasons={reasons} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
