import { SHOP_TOPIC } from '../src/live-state/live-state-names';
import { rush, sendWith } from './ingest-load';
import { customerId, type ShopSize } from './large-shop';
import { row } from './large-watch';
import { keepAliveAgent, post } from './post';
import type { BenchRow } from './row';
import type { BenchShop } from './shop';

const INGEST_BATCH = 100;
const POLL_MS = 500;
const MAX_REFRESH_MS = 1_200_000;

interface Door {
  readonly port: number;
  readonly adminKey: string;
}

/** Returns the result of `measure` and the bytes a second that the learner publishes to API processes during it. */
export async function deltaRow({ platform }: BenchShop, measure: () => Promise<BenchRow>): Promise<BenchRow[]> {
  let bytes = 0;
  const stop = platform.pubSub.listen(SHOP_TOPIC, (message) => (bytes += message.length));
  const began = performance.now();
  try {
    const measured = await measure();
    const seconds = (performance.now() - began) / 1_000;
    return [measured, row('deltas of the learner meanwhile', bytes / seconds / 1_024, 'KiB/s')];
  } finally {
    stop();
  }
}

/** Calls `recordEvents` at full speed, in batches of 100. */
export async function ingestRow({ port, adminKey }: Door, size: ShopSize, seconds: number): Promise<BenchRow> {
  let n = 0;
  const event = () => {
    n++;
    const [customer, product] = [customerId((n * 7_919) % size.customers), (n * 104_729) % size.products];
    return `{"type":"VIEW","customerId":"${customer}","productId":"p${product}"}`;
  };
  const send = sendWith(port, adminKey, INGEST_BATCH, event);
  return {
    name: `ingest: recordEvents of ${INGEST_BATCH} events`,
    subject: 'freshet',
    ...(await rush(send, INGEST_BATCH, seconds * 1_000)),
    unit: 'events/s',
  };
}

/**
 * Measures a refresh of a model, from the request until its version is stored. Writes its verdict, with reasons, to
 * stderr. @throws Error if the refresh fails
 */
export async function refreshRow(
  shop: BenchShop,
  { port, adminKey }: Door,
  kind: 'BLEND' | 'SEARCH',
): Promise<BenchRow> {
  const agent = keepAliveAgent(1);
  const ask = async (query: string) => {
    const answer = await post(port, adminKey, agent, JSON.stringify({ query }));
    if (!answer.startsWith('{"data":{')) throw new Error(`answered with ${answer.slice(0, 300)}`);
  };
  const began = performance.now();
  await ask(`mutation { refreshModel(input: { kind: ${kind} }) { errors { code } job { id } } }`);
  for (;;) {
    const { rows } = await shop.platform.pool.query<{ id: string; state: string; error: string | null }>(
      'SELECT id, state, error FROM jobs WHERE model = $1 ORDER BY requested_at DESC LIMIT 1',
      [kind.toLowerCase()],
    );
    const seconds = (performance.now() - began) / 1_000;
    if (rows[0]?.state === 'DONE') {
      console.error(`${kind}: ${await verdictOf(shop, rows[0].id)}`);
      return row(`refresh of ${kind}`, seconds, 's');
    }
    if (rows[0]?.state === 'FAILED' || seconds * 1_000 > MAX_REFRESH_MS)
      throw new Error(`the refresh of ${kind} is ${rows[0]?.state} after ${seconds} s: ${rows[0]?.error}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function verdictOf({ platform: { pool } }: BenchShop, job: string): Promise<string> {
  const { rows } = await pool.query<{ verdict: string; reasons: readonly string[] }>(
    'SELECT v.verdict, v.reasons FROM jobs j JOIN model_versions v ON v.id = j.version WHERE j.id = $1',
    [job],
  );
  if (rows.length === 0) return 'no new version, because there was too little to learn from';
  return [rows[0].verdict, ...rows[0].reasons].join('; ');
}
