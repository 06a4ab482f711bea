import { ErrorNote } from '../ui/error-note';
import { formatModelVersion } from '../ui/format';
import { Loading } from '../ui/loading';
import { MoveBadge } from '../ui/move-badge';
import type { CustomerAction, ActionProduct } from './customer-action';
import { ListItem } from './list-item';
import { type ListInput, useList } from './use-list';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly input: ListInput | null;
  readonly onAct: (type: CustomerAction, product: ActionProduct) => void;
  readonly onChange?: () => void;
}

const SHOWN = 5;

/** Shows a live list with its reasons. */
export function IntentList({ title, text, input, onAct, onChange }: Props) {
  return (
    <section class="card intent" aria-label={`${title} list`}>
      <h2>{title}</h2>
      <p class="muted small">{text}</p>
      {input === null ? (
        <p class="muted">No input for this list yet.</p>
      ) : (
        <LiveList title={title} input={input} onAct={onAct} onChange={onChange} />
      )}
    </section>
  );
}

function LiveList({ title, input, onAct, onChange }: Omit<Props, 'text'> & { readonly input: ListInput }) {
  const { list, moves, changes, error } = useList(input, SHOWN, onChange);
  if (list === undefined) return error ? <ErrorNote error={error} /> : <Loading lines={SHOWN} />;
  return (
    <>
      <ErrorNote error={error} title="No longer live" />
      {list.edges.length === 0 && <p class="muted">The list is empty.</p>}
      <ol class="list">
        {list.edges.map(({ node, rank, reasons }) => (
          <ListItem
            key={node.id}
            product={node}
            rank={rank}
            reasons={reasons}
            badge={<MoveBadge move={moves.get(node.id)} />}
            isMoved={moves.has(node.id)}
            onAct={onAct}
          />
        ))}
      </ol>
      <p class="muted small list-foot">
        model {formatModelVersion(list.modelVersion)} · revision {list.revision} ·{' '}
        <span data-changes={changes} aria-label={`${title}: changes`}>
          {changes === 0 ? 'live' : `changed ${changes} ${changes === 1 ? 'time' : 'times'}`}
        </span>
      </p>
    </>
  );
}
