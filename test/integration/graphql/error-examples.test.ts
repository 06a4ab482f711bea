/**
 * The examples in docs/errors.md: the test causes each code through the public API, and the documented error must be the
 * real one. `WRITE_ERRORS=1` writes the documented examples again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { formatError } from '../../../src/graphql/error-format';
import { ERROR_CODES } from '../../../src/graphql/errors';
import { connectPostgres } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY } from '../../setup/operations';
import { startApi, startWorker } from '../../setup/processes';
import { startRelay, type Relay } from '../../setup/relay';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const DOCS = path.resolve(__dirname, '../../../docs/errors.md');
const SECTION = /(?<=<!-- examples: begin -->\n)[\s\S]*(?=<!-- examples: end -->)/;
const APIKEYS = '{ apiKeys(first: 1) { nodes { id } } }';
const MODEL_VERSION = '00000000-0000-4000-8000-000000000000';
const POISONED = 'breaks';
const MAX_ATTEMPTS = 50;

interface GraphqlFault {
  readonly message: string;
  readonly extensions: { readonly code: string } & Record<string, unknown>;
}
interface ItemFault {
  readonly code: string;
  readonly message: string;
}

let shop: TestNamespace;
let relay: Relay;
let api: Awaited<ReturnType<typeof startApi>>;
let storefront: GraphqlClient;
let pool: Pool;

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
  relay = await startRelay(shop.databaseUrl);
  const limits = { RATE_LIMIT: '3000', INBOX_MAX_EVENTS: '3', INBOX_MAX_AGE_MS: '600000' };
  api = await startApi({ ...shop, databaseUrl: relay.url }, limits);
  const input = { name: 'errors', scope: 'STOREFRONT' };
  const { createApiKey } = await api.client.data<{ createApiKey: { secret: string } }>(CREATE_KEY, { input });
  const apiKey = createApiKey.secret;
  const { startSession } = await api.client
    .as({ apiKey })
    .data<{ startSession: { token: string } }>('mutation { startSession { token } }');
  storefront = api.client.as({ apiKey, authorization: `Bearer ${startSession.token}` });
});

afterAll(async () => {
  await api.stop();
  relay.cut();
  await pool.end();
  await shop.drop();
});

it('docs/errors.md shows a real example of every code', async () => {
  const items = await itemErrors();
  const requests = [...(await requestErrors()), await overloaded()];
  const rejected = await rejectedEvents();
  relay.cut();
  requests.push(await errorOf('a request while PostgreSQL is unreachable', api.client, APIKEYS));
  const { message, extensions } = formatError(new Error('a fault'), { error: () => undefined });
  requests.push(['a request that a fault of the server ends', { message, extensions } as GraphqlFault]);

  const codes = requests.map(
    ([
      ,
      {
        extensions: { code },
      },
    ]) => code,
  );
  expect([...codes].sort()).toEqual(Object.keys(ERROR_CODES).sort());
  const byCode = Object.keys(ERROR_CODES).map((code) => requests[codes.indexOf(code)]);
  const written = [
    '### Of a request\n',
    table(
      ['request', 'message', '`extensions`'],
      byCode.map(([sent, fault]) => [sentCell(sent), fault.message, code(JSON.stringify(stable(fault.extensions)))]),
    ),
    '### Of an item\n',
    table(
      ['request', 'message', '`code`'],
      items.map(([sent, fault]) => [sentCell(sent), fault.message, code(fault.code)]),
    ),
    '### Of a rejected event\n',
    table(
      ['cause', 'message', '`code`'],
      rejected.map(([cause, fault]) => [cause, fault.message, code(fault.code)]),
    ),
  ].join('\n');
  const docs = readFileSync(DOCS, 'utf8');
  if (process.env.WRITE_ERRORS === '1')
    writeFileSync(
      DOCS,
      docs.replace(SECTION, () => `\n${written}\n`),
    );
  expect(readFileSync(DOCS, 'utf8').match(SECTION)?.[0]).toBe(`\n${written}\n`);
});

type Example<Fault> = readonly [sent: string, fault: Fault];

/** @param query the operation that is sent if `sent` is only a description */
async function errorOf(sent: string, client = api.client, query = sent): Promise<Example<GraphqlFault>> {
  const { errors } = await client.send(query);
  if (errors === undefined) throw new Error(`${sent} succeeded`);
  return [sent, errors[0]];
}

async function itemErrorOf(sent: string, client = api.client): Promise<Example<ItemFault>> {
  const data = await client.data<Record<string, { errors: readonly ItemFault[] }>>(sent);
  const [fault] = Object.values(data)[0].errors;
  if (fault === undefined) throw new Error(`${sent} succeeded`);
  return [sent, fault];
}

const record = (...events: readonly string[]) =>
  `mutation { recordEvents(input: { events: [${events.join(', ')}] }) { errors { code message } } }`;
const upsert = (product: string) =>
  `mutation { upsertProducts(input: { products: [${product}] }) { errors { code message } } }`;
const view = (id: string, productId: string) =>
  `{ id: "${id}", type: VIEW, customerId: "ada", productId: "${productId}", occurredAt: "2026-01-01T12:00:00Z" }`;

async function itemErrors(): Promise<Example<ItemFault>[]> {
  await api.client.data(upsert('{ id: "mug", title: "Mug", updatedAt: "2026-01-02T00:00:00Z" }'));
  return [
    await itemErrorOf(record('{ type: VIEW }')),
    await itemErrorOf(record('{ type: PURCHASE, productId: "mug" }'), storefront),
    await itemErrorOf('mutation { deleteProducts(input: { ids: ["none"] }) { errors { code message } } }'),
    await itemErrorOf(record(view('1', 'mug'), view('1', 'cup'))),
    await itemErrorOf(upsert('{ id: "mug", title: "Old mug", updatedAt: "2026-01-01T00:00:00Z" }')),
  ];
}

/** Errors of an API process alone: no worker runs, so receipts are not reached and streams are not filled. */
async function requestErrors(): Promise<Example<GraphqlFault>[]> {
  const { recordEvents } = await api.client.data<{ recordEvents: { receipt: string } }>(
    `mutation { recordEvents(input: { events: [${view('2', 'mug')}] }) { receipt } }`,
  );
  const list = (input: string, first = 10) =>
    `{ recommendations(input: { intent: POPULAR${input} }, first: ${first}) { nodes { id } } }`;
  await api.client.data(
    `mutation { createStream(input: { stream: { id: "views", window: { kind: TUMBLING, size: "P1D" },
       aggregates: [{ name: "views", kind: COUNT }] } }) { errors { code } } }`,
  );
  await storeVersionOfNewerRelease();
  const cursor = Buffer.from(JSON.stringify(['search', ['none', 1]])).toString('base64url');
  const manyFields = `{ ${Array.from({ length: 21 }, (_, n) => `k${n}: apiKeys(first: 1) { nodes { id } }`).join(' ')} }`;
  return [
    await errorOf(list('', 500)),
    await errorOf('a request with an unknown API key', api.client.as({ apiKey: 'unknown' }), APIKEYS),
    await errorOf('`apiKeys` with a storefront key', storefront, APIKEYS),
    await errorOf('{ order(id: "none") { id } }'),
    await errorOf(list(`, modelVersion: "${MODEL_VERSION}"`)),
    await errorOf(`{ search(input: { query: "mug" }, after: "${cursor}") { nodes { id } } }`),
    await errorOf('an operation with 21 root fields', api.client, manyFields),
    await errorOf(
      '{ windows(input: { stream: "views", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { start } }',
    ),
    await errorOf(list(', awaitReceipt: "…"'), api.client, list(`, awaitReceipt: "${recordEvents.receipt}"`)),
    await rateLimited(),
  ];
}

/** Each query differs, because a cached response costs nothing. */
async function rateLimited(): Promise<Example<GraphqlFault>> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { errors } = await storefront.send(`{ suggest(input: { query: "mug ${attempt}" }) { text } }`);
    if (errors !== undefined) return ['`suggest` for more than `RATE_LIMIT` permits', errors[0]];
  }
  throw new Error('the storefront was never limited');
}

async function overloaded(): Promise<Example<GraphqlFault>> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { errors } = await api.client.send(record(view(`${attempt + 3}`, 'mug')));
    if (errors !== undefined) return ['`recordEvents` while no worker runs', errors[0]];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the inbox was never full');
}

/** A worker processes the waiting events: one repeats an identity with other content, the log refuses another. */
async function rejectedEvents(): Promise<Example<ItemFault>[]> {
  await pool.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF NEW.id = '${POISONED}' THEN RAISE EXCEPTION 'disk quota exceeded'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`,
  );
  const worker = startWorker(shop);
  for (const event of [view('1', 'cup'), view(POISONED, 'mug')])
    await until(
      () => api.client.send(record(event)),
      ({ errors }) => errors === undefined,
    );
  const found = await until(
    () =>
      api.client.data<{ rejectedEvents: { nodes: readonly ItemFault[] } }>(
        '{ rejectedEvents(first: 10) { nodes { code message } } }',
      ),
    ({ rejectedEvents: { nodes } }) => nodes.length === 2,
  );
  await worker.stop();
  const of = (code: string) => found.rejectedEvents.nodes.find((event) => event.code === code) as ItemFault;
  return [
    ['the log has the event with another `productId`', of('CONFLICT')],
    ['PostgreSQL refuses the event three times', of('POISON')],
  ];
}

async function storeVersionOfNewerRelease(): Promise<void> {
  await pool.query(
    `INSERT INTO model_versions (id, kind, number, verdict, reasons, position, data_hash, seed, parameters, figures, seconds)
     VALUES ($1, 'blend', 7, 'HELD', '{}', 0, '', 1, '{}', '{}', 1)`,
    [MODEL_VERSION],
  );
  await pool.query(
    `INSERT INTO artefacts (id, kind, position, token, size, checksum, figures)
     VALUES ($1, 'blend', 0, 1, 1, sha256('x'), '{"minRelease": "999.0.0"}')`,
    [MODEL_VERSION],
  );
  await pool.query(`INSERT INTO artefact_chunks (artefact_id, sequence, bytes) VALUES ($1, 0, 'x')`, [MODEL_VERSION]);
}

/** Removes values that differ between two runs. */
function stable(extensions: GraphqlFault['extensions']): object {
  const { code, ...others } = extensions;
  const fixed = Object.entries(others).map(([name, value]) => [
    name,
    name === 'errorId' ? '00000000-0000-0000-0000-000000000000' : name === 'retryAfterMs' ? 1000 : value,
  ]);
  return { code, ...(Object.fromEntries(fixed) as object) };
}

/** Operations are formatted as code, descriptions are not. */
const sentCell = (text: string) => (/^(\{|mutation)/.test(text) ? code(text) : text);
const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
