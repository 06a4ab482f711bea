import { useMemo } from 'preact/hooks';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { distinctRails } from '../lists/distinct-rails';
import { LiveRail } from '../lists/live-rail';
import { Rail, RailSkeleton } from '../lists/rail';
import { type RailInput, useLiveLists } from '../lists/use-live-lists';
import { Fault } from '../ui/fault';

const RAILS: readonly { readonly title: string; readonly input: RailInput & { placement: string } }[] = [
  { title: 'Picked for you', input: { intent: 'PERSONAL', placement: 'home-personal' } },
  { title: 'Buy again', input: { intent: 'BUY_AGAIN', placement: 'home-buy-again' } },
  { title: 'Trending now', input: { intent: 'TRENDING', placement: 'home-trending' } },
  { title: 'New in the shop', input: { intent: 'NEW', placement: 'home-new' } },
  { title: 'Popular', input: { intent: 'POPULAR', placement: 'home-popular' } },
];
const INPUTS = RAILS.map(({ input }) => input);
const MOST = 12;

/** What moves as one looks around. */
export function HomePage() {
  const { name } = useShop();
  const { lists, error } = useLiveLists('home', INPUTS);
  const rails = useMemo(() => lists && distinctRails(lists, MOST), [lists?.map(({ requestId }) => requestId).join()]);
  return (
    <Page title="Home" heading={`Welcome to ${name}`} ready={lists !== undefined} hideHeading>
      {error && !rails && <Fault error={error} />}
      {!rails && !error && [1, 2, 3].map((key) => <RailSkeleton key={key} />)}
      {rails?.map((list, index) => (
        <Rail
          key={INPUTS[index].placement}
          title={RAILS[index].title}
          placement={INPUTS[index].placement}
          list={list}
        />
      ))}
      {rails && rails.every(({ edges }) => edges.length === 0) && (
        <p class="empty">There is nothing in this shop yet. What is imported appears here.</p>
      )}
      <LiveRail title="You looked at" input={{ intent: 'RECENTLY_VIEWED', placement: 'home-recently-viewed' }} />
    </Page>
  );
}
