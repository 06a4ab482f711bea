import { Rail } from './rail';
import { type RailInput, useLiveLists } from './use-live-lists';

/** One rail by itself; nothing where there is nothing to show. */
export function LiveRail(props: {
  readonly title: string;
  readonly input: RailInput & { placement: string };
  readonly most?: number;
}) {
  const { placement } = props.input;
  const list = useLiveLists(placement, [props.input]).lists?.[0];
  if (!list) return null;
  return (
    <Rail title={props.title} placement={placement} list={{ ...list, edges: list.edges.slice(0, props.most ?? 12) }} />
  );
}
