import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { RailSkeleton } from '../lists/rail';
import { Rails } from '../lists/rails';
import { type RailSpec, useLiveRails } from '../lists/use-live-rails';
import { useHomeAds } from './use-home-ads';
import { Fault } from '../ui/fault';

const RAILS: readonly RailSpec[] = [
  { title: 'Picked for you', input: { intent: 'PERSONAL', placement: 'home-personal' } },
  { title: 'Buy again', input: { intent: 'BUY_AGAIN', placement: 'home-buy-again' } },
  { title: 'Trending now', input: { intent: 'TRENDING', placement: 'home-trending' } },
  { title: 'New in the shop', input: { intent: 'NEW', placement: 'home-new' } },
  { title: 'Popular', input: { intent: 'POPULAR', placement: 'home-popular' } },
  // Picks first, because a history with gaps would be wrong; the other rails have other products to show.
  {
    title: 'Recently viewed',
    input: { intent: 'RECENTLY_VIEWED', placement: 'home-recently-viewed' },
    picksFirst: true,
  },
];
/** The rail that begins with the sponsored products of the page. */
const SPONSORED_RAIL = 'home-trending';

/** The home page: rails that change with the visitor's behaviour. */
export function HomePage() {
  const { name } = useShop();
  const live = useLiveRails('home', RAILS, { rail: SPONSORED_RAIL, list: useHomeAds() });
  const { lists, error } = live;
  return (
    <Page title="Home" heading={`Welcome to ${name}`} ready={lists !== undefined} hideHeading>
      {error && !lists && <Fault error={error} />}
      {!lists && !error && [1, 2, 3].map((key) => <RailSkeleton key={key} />)}
      <Rails rails={RAILS} live={live} />
      {lists && [...lists.values()].every(({ edges }) => edges.length === 0) && (
        <p class="empty">This shop has no products yet. Products appear here when they are imported.</p>
      )}
    </Page>
  );
}
