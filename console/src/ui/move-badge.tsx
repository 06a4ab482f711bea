import type { Move } from './moves';

interface Props {
  readonly move: Move | undefined;
  /** Text for an item that was not in the previous list. */
  readonly newText?: string;
}

/** How an item has moved in its list. */
export function MoveBadge({ move, newText = 'new' }: Props) {
  if (move === undefined) return null;
  if (move === 'new') return <span class="badge good">{newText}</span>;
  return (
    <span class={`badge ${move > 0 ? 'good' : ''}`}>
      <span aria-hidden="true">{move > 0 ? '↑' : '↓'}</span>
      <span class="visually-hidden">{move > 0 ? 'up by' : 'down by'} </span>
      {Math.abs(move)}
    </span>
  );
}
