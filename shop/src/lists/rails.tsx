import { Rail } from './rail';
import { type LiveRails, type RailSpec, useLiveRails } from './use-live-rails';

/** Renders the rails of a page, in order. */
export function Rails({ rails, live }: { readonly rails: readonly RailSpec[]; readonly live: LiveRails }) {
  const { element, lists, ads } = live;
  return (
    <div ref={element} class="rails">
      {lists &&
        rails.map(({ title, input: { placement } }) => (
          <Rail
            key={placement}
            title={title}
            placement={placement}
            list={lists.get(placement)!}
            sponsored={ads?.rail === placement ? ads.list : undefined}
          />
        ))}
    </div>
  );
}

/** Renders rails below the content of a page; nothing until they have loaded. */
export function RailsBelow({ name, rails }: { readonly name: string; readonly rails: readonly RailSpec[] }) {
  return <Rails rails={rails} live={useLiveRails(name, rails)} />;
}
