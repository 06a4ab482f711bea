import type { RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ProductCard } from './product-card';
import { useMoves } from './use-moves';
import type { RailList } from './use-live-lists';

/** A row of products that follows its list. While somebody points at it, or is in it with the keyboard, it waits. */
export function Rail(props: { readonly title: string; readonly placement: string; readonly list: RailList }) {
  const row = useRef<HTMLUListElement>(null);
  const titleId = useId();
  const { requestId, edges } = useHeld(row, props.list);
  useMoves(
    row,
    edges.map(({ node }) => node.id),
  );
  if (edges.length === 0) return null;
  return (
    <section class="rail" aria-labelledby={titleId} data-placement={props.placement}>
      <h2 id={titleId}>{props.title}</h2>
      <ul ref={row} class="row">
        {edges.map(({ node, rank }) => (
          <ProductCard key={node.id} product={node} via={{ requestId, position: rank, placement: props.placement }} />
        ))}
      </ul>
    </section>
  );
}

/** The newest list, but not while it would move under somebody's hand. */
function useHeld(row: RefObject<HTMLElement | null>, list: RailList): RailList {
  const [shown, setShown] = useState(list);
  useEffect(() => {
    const isInUse = () => row.current?.matches(':hover, :has(:focus-visible)') ?? false;
    if (list === shown) return;
    if (!isInUse()) return setShown(list);
    const follow = () => requestAnimationFrame(() => isInUse() || setShown(list));
    const element = row.current!;
    for (const type of ['pointerleave', 'focusout']) element.addEventListener(type, follow);
    return () => {
      for (const type of ['pointerleave', 'focusout']) element.removeEventListener(type, follow);
    };
  }, [list]);
  return shown;
}

/** Where a rail will be. */
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
