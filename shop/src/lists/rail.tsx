import { useId, useRef } from 'preact/hooks';
import { ProductCard } from './product-card';
import { SponsoredCards } from './sponsored-cards';
import type { SponsoredList } from './sponsored-fields';
import type { RailList } from './use-live-lists';
import { useMoves } from './use-moves';

/** Renders a row of products, the sponsored ones first; nothing if there are none. */
export function Rail(props: {
  readonly title: string;
  readonly placement: string;
  readonly list: RailList;
  readonly sponsored?: SponsoredList;
}) {
  const row = useRef<HTMLUListElement>(null);
  const titleId = useId();
  const { requestId } = props.list;
  const ads = props.sponsored?.products ?? [];
  const { edges } = props.list;
  const shownIds = [...ads.map(({ product }) => product.id), ...edges.map(({ node }) => node.id)];
  useMoves(row, shownIds);
  if (shownIds.length === 0) return null;
  return (
    <section class="rail" aria-labelledby={titleId} data-placement={props.placement}>
      <h2 id={titleId}>{props.title}</h2>
      <ul ref={row} class="row">
        <SponsoredCards list={props.sponsored} />
        {edges.map(({ node, rank }) => (
          <ProductCard key={node.id} product={node} via={{ requestId, position: rank, placement: props.placement }} />
        ))}
      </ul>
    </section>
  );
}

/** The placeholder of a rail that is loading. */
export function RailSkeleton() {
  return (
    <div class="rail skeleton" aria-hidden="true">
      <div class="line" />
      <div class="row">
        {Array.from({ length: 6 }, (_, index) => (
          <div key={index} class="card" />
        ))}
      </div>
    </div>
  );
}
