import type { ComponentChildren } from 'preact';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { MoveBadge } from '../ui/move-badge';
import { computeMoves } from '../ui/moves';
import type { CustomerAction, ActionProduct } from './customer-action';
import { ListItem } from './list-item';
import { type ListInput, type ShownList, useList } from './use-list';
import { describeOverlap } from './versions';

/** Length of each list. */
const SHOWN = 10;

interface Side {
  readonly version: string;
  readonly title: string;
}

interface Props {
  readonly input: ListInput;
  readonly left: Side;
  readonly right: Side;
  readonly onAct: (type: CustomerAction, product: ActionProduct) => void;
  readonly onChange: () => void;
}

/** Shows two live lists; the right list marks the items whose position differs from the left list. */
export function TwoLists({ input, left, right, onAct, onChange }: Props) {
  const onTheLeft = useList({ ...input, modelVersion: left.version }, SHOWN, onChange);
  const onTheRight = useList({ ...input, modelVersion: right.version }, SHOWN);
  const [leftIds, rightIds] = [idsOf(onTheLeft), idsOf(onTheRight)];
  const moves = computeMoves(leftIds, rightIds ?? []);
  return (
    <>
      <p role="status">{leftIds && rightIds ? describeOverlap(leftIds, rightIds) : 'Loading lists …'}</p>
      <div class="two-lists">
        <Column
          name="Left"
          title={left.title}
          shown={onTheLeft}
          badgeOf={(id) => rightIds && !rightIds.includes(id) && <span class="badge">only here</span>}
          onAct={onAct}
        />
        <Column
          name="Right"
          title={right.title}
          shown={onTheRight}
          badgeOf={(id) => <MoveBadge move={moves.get(id)} newText="only here" />}
          onAct={onAct}
        />
      </div>
    </>
  );
}

interface ColumnProps {
  readonly name: string;
  readonly title: string;
  readonly shown: ShownList;
  readonly badgeOf: (id: string) => ComponentChildren;
  readonly onAct: Props['onAct'];
}

function Column({ name, title, shown: { list, moves, error }, badgeOf, onAct }: ColumnProps) {
  return (
    <section class="card intent" aria-label={`${name}: ${title}`}>
      <h2>{title}</h2>
      <ErrorNote error={error} title={list === undefined ? undefined : 'No longer live'} />
      {list === undefined && error === undefined && <Loading lines={SHOWN} />}
      {list?.edges.length === 0 && <p class="muted">The list is empty.</p>}
      <ol class="list">
        {list?.edges.map(({ node, rank, reasons }) => (
          <ListItem
            key={node.id}
            product={node}
            rank={rank}
            reasons={reasons}
            badge={badgeOf(node.id)}
            isMoved={moves.has(node.id)}
            onAct={onAct}
          />
        ))}
      </ol>
    </section>
  );
}

const idsOf = ({ list }: ShownList) => list?.edges.map(({ node }) => node.id);
