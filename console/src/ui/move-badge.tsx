import type { Move } from './moves';

/** How an item has moved in its list. */
export function MoveBadge({ move }: { readonly move: Move | undefined }) {
  if (move === undefined) return null;
  if (move === 'new') return <span class="badge good">new</span>;
  return (
    <span class={`badge ${move > 0 ? 'good' : ''}`}>
      <span aria-hidden="true">{move > 0 ? '↑' : '↓'}</span>
      <span class="visually-hidden">{move > 0 ? 'up by' : 'down by'} </span>
      {Math.abs(move)}
    </span>
  );
}
