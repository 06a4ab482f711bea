import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RECORD } from '../../setup/operations';
import { ADMIN_KEY, startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

interface Span {
  readonly pid: number;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent?: string;
  readonly attributes: Record<string, unknown>;
  readonly status: number;
  readonly links: readonly string[];
}

const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const EVENTS = [{ type: 'VIEW', customerId: 'c', productId: 'p' }];
const ERROR = 2;

describe('traces', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  const file = path.join(testFolder('traces', 0o777), 'spans.jsonl');
  const spans = () =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Span)
      : [];
  const post = (query: string, variables: object, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${api.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });

  beforeAll(async () => {
    shop = await testNamespace();
    const env = {
      NODE_OPTIONS: `--require ${path.resolve(__dirname, '../../setup/trace-to-file.js')}`,
      TRACE_FILE: file,
    };
    api = await startApiProcess(shop, env);
    worker = startWorkerProcess(shop, env);
    // A starting worker sweeps up earlier batches, which would not be on the request's path.
    await api.client.data(RECORD, { events: EVENTS });
    await until(spans, (found) => found.some(({ name }) => name === 'publish log'));
  });

  afterAll(async () => {
    await api.client.close();
    await api.stop();
    await worker.stop();
    await shop.drop();
  });

  it('continue from the shop’s back end through GraphQL, inbox and queue to what a worker publishes', async () => {
    const traceparent = `00-${CALLER.trace}-${CALLER.span}-01`;
    await post(RECORD, { events: EVENTS }, { 'x-api-key': ADMIN_KEY, traceparent });
    const way = ['mutation recordEvents', 'write inbox', 'process ingest', 'publish log'];
    // A span is written when it ends: `process ingest` after `publish log`.
    const trace = await until(
      () => spans().filter(({ traceId }) => traceId === CALLER.trace),
      (found) => way.every((name) => found.some((span) => span.name === name)),
    );
    const steps = way.map((name) => trace.find((span) => span.name === name)!);
    expect(steps.map(({ parent }) => parent)).toEqual([CALLER.span, ...steps.slice(0, 3).map(({ spanId }) => spanId)]);
    expect(steps.map(({ pid }) => pid)).toEqual([api.child.pid, api.child.pid, worker.child.pid, worker.child.pid]);
    expect(steps[1].links).toEqual([CALLER.trace]);
    expect(steps[3].attributes).toEqual({ 'freshet.position': 2 });
  });

  it('are not started by a browser, and hold the code of a failure, over HTTP and WebSocket', async () => {
    const make = 'mutation { createApiKey(input: { scope: STOREFRONT, name: "s" }) { secret } }';
    const { createApiKey } = await api.client.data<{ createApiKey: { secret: string } }>(make);
    const other = CALLER.trace.replace('0af', '1af');
    await post(
      '{ streams { id } }',
      {},
      { 'x-api-key': createApiKey.secret, traceparent: `00-${other}-${CALLER.span}-01` },
    );
    const failed = await until(
      () => spans().find(({ name }) => name === 'query streams'),
      (span) => span !== undefined,
    );
    expect(failed).toMatchObject({ status: ERROR, attributes: { 'freshet.errors': ['FORBIDDEN'] } });
    expect(failed!.parent).toBeUndefined();
    expect(spans().some(({ traceId }) => traceId === other)).toBe(false);
    expect(spans().some(({ name }) => name === 'mutation createApiKey')).toBe(true);
  });
});
