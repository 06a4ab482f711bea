import { Rail } from './rail';
import { type LiveRails, type RailSpec, useLiveRails } from './use-live-rails';

/** The rails of a page, in their order on it. */
export function Rails({ rails, live }: { readonly rails: readonly RailSpec[]; readonly live: LiveRails }) {
  return (
    <div ref={live.element} class="rails">
      {live.lists &&
        rails.map(({ title, input: { placement } }) => (
          <Rail key={placement} title={title} placement={placement} list={live.lists!.get(placement)!} />
        ))}
    </div>
  );
}

/** Rails below the content of a page: nothing until the shop has answered. */
export function RailsBelow({ name, rails }: { readonly name: string; readonly rails: readonly RailSpec[] }) {
  return <Rails rails={rails} live={useLiveRails(name, rails)} />;
}
