import { Rail } from './rail';
import type { SponsoredList } from './sponsored-fields';
import { notIn } from './sponsored-list';
import { type LiveRails, type RailSpec, useLiveRails } from './use-live-rails';

interface RailsProps {
  readonly rails: readonly RailSpec[];
  readonly live: LiveRails;
  /** The ads that are the first cards of one of the rails. */
  readonly sponsored?: { readonly rail: string; readonly list: SponsoredList };
}

/** Renders the rails of a page, in order. */
export function Rails({ rails, live, sponsored }: RailsProps) {
  return (
    <div ref={live.element} class="rails">
      {live.lists &&
        rails.map(({ title, input: { placement } }) => (
          <Rail
            key={placement}
            title={title}
            placement={placement}
            list={live.lists!.get(placement)!}
            sponsored={sponsored?.rail === placement ? notIn(live.lists!.values(), sponsored.list) : undefined}
          />
        ))}
    </div>
  );
}

/** Renders rails below the content of a page; nothing until they have loaded. */
export function RailsBelow({ name, rails }: { readonly name: string; readonly rails: readonly RailSpec[] }) {
  return <Rails rails={rails} live={useLiveRails(name, rails)} />;
}
