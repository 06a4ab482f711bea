import { useEffect, useState } from 'preact/hooks';
import { graphql, type ResultOf } from '@freshet/client';
import { useSession } from '../session/session';
import { shownNumber } from '../ui/format';

const Backlog = graphql(`
  query Backlog {
    waiting: inboxBatches(first: 100, state: WAITING) {
      nodes {
        events
        receivedAt
      }
      pageInfo {
        hasNextPage
      }
    }
    failing: inboxBatches(first: 100, state: FAILING) {
      nodes {
        events
        lastError
      }
    }
    streams {
      watermark
    }
  }
`);

const LOOK_MS = 5_000;

interface Measured {
  readonly data: ResultOf<typeof Backlog>;
  readonly roundTripMs: number;
  readonly at: number;
}

/** How far the shop is behind its events, as far as GraphQL tells: looked at every five seconds while the page is seen. */
export function SystemPanel() {
  const { client } = useSession();
  const [measured, setMeasured] = useState<Measured>();
  useEffect(() => {
    let isGone = false;
    const look = async () => {
      if (document.hidden) return;
      const begun = performance.now();
      // What can't be reached is the banner's to say.
      const data = await client.request(Backlog, {}).catch(() => undefined);
      if (data !== undefined && !isGone) setMeasured({ data, roundTripMs: performance.now() - begun, at: Date.now() });
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [client]);
  if (measured === undefined) return null;
  const { waiting, failing, streams } = measured.data;
  const oldest = Math.min(...waiting.nodes.map(({ receivedAt }) => Date.parse(receivedAt)));
  const watermarks = streams.flatMap(({ watermark }) => (watermark === null ? [] : [Date.parse(watermark)]));
  const events = (nodes: readonly { events: number }[]) => nodes.reduce((sum, batch) => sum + batch.events, 0);
  return (
    <section class="card" aria-labelledby="system-title">
      <h2 id="system-title">System</h2>
      <dl class="facts">
        <Fact
          title="Events waiting"
          value={`${shownNumber(events(waiting.nodes))}${waiting.pageInfo.hasNextPage ? ' or more' : ''}`}
          hint={Number.isFinite(oldest) ? `the oldest for ${secondsAgo(oldest, measured.at)}` : 'nothing waits'}
        />
        <Fact
          title="Events failing"
          value={shownNumber(events(failing.nodes))}
          hint={failing.nodes[0]?.lastError ?? 'none'}
        />
        {watermarks.length > 0 && (
          <Fact
            title="Watermark"
            value={secondsAgo(Math.min(...watermarks), measured.at)}
            hint="behind: older events are counted"
          />
        )}
        <Fact title="Round trip" value={`${Math.round(measured.roundTripMs)} ms`} hint="from this browser and back" />
      </dl>
    </section>
  );
}

function Fact({ title, value, hint }: { readonly title: string; readonly value: string; readonly hint: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <b>{value}</b> <span class="muted small">{hint}</span>
      </dd>
    </div>
  );
}

const secondsAgo = (at: number, now: number) => `${Math.max(0, Math.round((now - at) / 1000))} s`;
