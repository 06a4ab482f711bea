import { behaviourFitter } from '../../../src/customers/behaviour/behaviour-fitter';
import { decodeBehaviourVersion } from '../../../src/customers/behaviour/behaviour-artefact';
import type { Behaviour as BehaviourLabel } from '../../../src/customers/behaviour/behaviour-label';
import { predictBehaviour, type SessionPrediction } from '../../../src/customers/behaviour/predict-behaviour';
import { SessionExamples, sessionFeaturesAt } from '../../../src/customers/behaviour/session-examples';
import { readVisitors } from '../../../src/customers/behaviour/visitors.store';
import { sortEvents, type VisitorEvent, type VisitorEvents } from '../../../src/customers/behaviour/visitor-sessions';
import { SESSION_FEATURES } from '../../../src/features/session-features';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import type { Fitted } from '../../../src/models/fitter';
import type { GraphqlClient } from '../../setup/graphql-client';
import { allLogged, recordAll, refreshModel } from '../../setup/model-operations';
import { CREATE_KEY, MERGE, START_SESSION, UPSERT } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { syntheticProduct, syntheticVisitors } from '../../setup/synthetic-sessions';
import { until } from '../../setup/until';

const DAY = 86_400_000;
const MINUTE = 60_000;
const SECOND = 1_000;
const BEHAVIOUR = `behaviour {
  behaviour source purchaseProbability purchaseSource modelVersion explanation startedAt asOf
  probabilities { behaviour probability } path { feature comparison threshold value text } }`;
const CUSTOMER = `query($id: ID!) { customer(id: $id) { ${BEHAVIOUR} } }`;
const VIEWER = `{ viewer { ${BEHAVIOUR} } }`;
const OPT_OUT = `mutation($id: ID!) {
  upsertCustomers(input: { customers: [{ id: $id, profiling: false }] }) { errors { message } } }`;

interface Behaviour {
  readonly behaviour: string;
  readonly source: string;
  readonly purchaseProbability: number;
  readonly purchaseSource: string;
  readonly modelVersion: string | null;
  readonly explanation: string;
  readonly startedAt: string;
  readonly asOf: string;
  readonly probabilities: readonly { readonly behaviour: string; readonly probability: number }[];
  readonly path: SessionPrediction['path'];
}
describe('the behaviour of synthetic sessions', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let client: GraphqlClient;
  const now = Date.now();
  let sent = 0;

  const record = (events: readonly object[], by = client) => recordAll(by, events);
  const input = ({ subject, type, at, product, quantity, isSortedByPrice, orderKey }: VisitorEvent) => ({
    type,
    source: type === 'PURCHASE' ? 'ORDERS' : 'STOREFRONT',
    id: type === 'PURCHASE' ? `${orderKey!.slice(2).replaceAll(':', '-')}:1` : `e${sent++}`,
    occurredAt: new Date(at).toISOString(),
    ...(subject.startsWith('c:') ? { customerId: subject.slice(2) } : { sessionId: subject.slice(2) }),
    productId: product?.id,
    quantity,
    ...(type === 'SEARCH' ? { query: 'mug', properties: isSortedByPrice ? { sort: 'PRICE_ASC' } : {} } : {}),
  });
  const behaviourOf = async (id: string) =>
    (await client.data<{ customer: { behaviour: Behaviour | null } | null }>(CUSTOMER, { id })).customer?.behaviour ??
    null;
  const behaviourWhere = (id: string, holds: (found: Behaviour) => boolean) =>
    until(
      () => behaviourOf(id),
      (found) => found !== null && holds(found),
    ) as Promise<Behaviour>;

  const refresh = () => refreshModel(client, 'BEHAVIOUR');
  const readAll = async () => {
    const visitors: VisitorEvents[] = [];
    await readVisitors(pool, { days: 90, maxEvents: 1e6, onVisitor: (visitor) => visitors.push(visitor) });
    return visitors;
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
    const price = (amount: number) => ({ amount: String(amount), currency: 'EUR' });
    const products = Array.from({ length: 100 }, (_, number) => {
      const { id, category, price: amount, isDiscounted } = syntheticProduct(number);
      return {
        id,
        title: `Product ${number}`,
        categories: ['all', category],
        price: price(amount!),
        ...(isDiscounted ? { listPrice: price(2 * amount!) } : {}),
      };
    });
    await client.data(UPSERT, { products });
  });

  afterAll(async () => {
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('is answered by stated rules while there are too few sessions, to the storefront for its own session', async () => {
    expect((await refresh()).stage).toMatch(/0 ended sessions, 0 of them with an order: at least 1000 and 100/);
    const { secret } = (
      await client.data<{ createApiKey: { secret: string } }>(CREATE_KEY, {
        input: { scope: 'STOREFRONT', name: 'web' },
      })
    ).createApiKey;
    const storefront = client.as({ apiKey: secret });
    expect(await storefront.data(VIEWER)).toEqual({ viewer: { behaviour: null } });
    const { startSession } = await storefront.data<{ startSession: { token: string; sessionId: string } }>(
      START_SESSION,
    );
    const visitor = client.as({ apiKey: secret, authorization: `Bearer ${startSession.token}` });
    expect(await visitor.data(VIEWER)).toEqual({ viewer: { behaviour: null } });
    await record([{ type: 'VIEW', productId: 'p1' }], visitor);
    const ask = async () => (await visitor.data<{ viewer: { behaviour: Behaviour | null } }>(VIEWER)).viewer.behaviour;
    expect(await until(ask, (found) => found !== null)).toMatchObject({
      behaviour: 'BROWSE',
      source: 'RULE',
      purchaseSource: 'RULE',
      modelVersion: null,
    });
    await record([{ type: 'ADD_TO_CART', productId: 'p1' }], visitor);
    const answer = await until(ask, (found) => found?.behaviour === 'BUY');
    expect(answer!.explanation).toMatch(/ → 1 product in the cart \(more than 0\)$/);
    // A storefront key can't ask for others.
    expect(await visitor.code(CUSTOMER, { id: 'ann' })).toBe('FORBIDDEN');
  });

  it('is sent to a subscriber of the customer when another one is predicted', async () => {
    await client.data('mutation { upsertCustomers(input: { customers: [{ id: "eve" }] }) { errors { message } } }');
    const stream = client.subscribe<{ data: { customerUpdated: { behaviour: { behaviour: string } | null } } }>(
      'subscription { customerUpdated(id: "eve") { behaviour { behaviour } } }',
    );
    const next = async () => (await stream.next()).value.data.customerUpdated.behaviour?.behaviour ?? null;
    expect(await next()).toBeNull();
    await record([{ type: 'VIEW', customerId: 'eve', productId: 'p1' }]);
    expect(await next()).toBe('BROWSE');
    // The behaviour stays the same, so nothing is sent.
    await record([{ type: 'VIEW', customerId: 'eve', productId: 'p2' }]);
    await record([{ type: 'ADD_TO_CART', customerId: 'eve', productId: 'p1' }]);
    expect(await next()).toBe('BUY');
    await stream.return?.();
  });

  it('is fitted on the sessions of the log, passes the gate and serves', async () => {
    const visitors = syntheticVisitors(1_200, { from: now - 65 * DAY });
    await record(visitors.flatMap(({ events }) => events.map(input)));
    const job = await refresh();
    expect(job).toMatchObject({ state: 'DONE', version: { verdict: 'PROMOTED', reasons: [] } });
    const { figures } = job.version!;
    const examples = new SessionExamples();
    for (const visitor of visitors) examples.add(visitor, now);
    expect(figures.sessions).toBe(examples.size);
    expect(figures['purchase log-loss gain over shares, low']).toBeGreaterThan(0);
    expect(figures['behaviour log-loss gain over shares, low']).toBeGreaterThan(0);
    for (const kind of ['tree', 'boosted', 'logistic', 'svm'])
      expect(figures[`${kind} log-loss`]).toBeLessThan(figures['purchase log-loss shares']);
  });

  it('reads the events and products that were sent', async () => {
    const sentVisitors = syntheticVisitors(1_200, { from: now - 65 * DAY });
    const read = new Map((await readAll()).map((visitor) => [visitor.visitor, visitor]));
    const shown = ({ type, at, product, isSortedByPrice }: VisitorEvent) => [
      at,
      type,
      // Shown and liked products are no features.
      ...(type === 'IMPRESSION' || type === 'LIKE' ? [] : [product?.id]),
      // An order needs no facts of its products.
      ...(type === 'VIEW' || type === 'ADD_TO_CART' ? [product?.category, product?.price, product?.isDiscounted] : []),
      isSortedByPrice,
    ];
    for (const { visitor, events } of sentVisitors) {
      const found = read.get(visitor)?.events ?? [];
      const sorted = (list: readonly VisitorEvent[]) =>
        list
          .map(shown)
          .map((each) => JSON.stringify(each))
          .sort();
      expect(sorted(found)).toEqual(sorted(events));
    }
  });

  it('follows each event of a running session, as the model predicts from the same features', async () => {
    // The first steps of those who order: see syntheticVisitors. Many others leave after the first one.
    const view = (id: string, productId: string, secondsAgo: number) => ({
      type: 'VIEW',
      customerId: 'ann',
      productId,
      occurredAt: new Date(Date.now() - secondsAgo * SECOND).toISOString(),
      id,
    });
    /** Returns what the model predicts for the session that the log has for ann, as of a time. */
    const predicted = async (eventCount: number) => {
      await allLogged(client);
      const visitor = (await readAll()).find((each) => each.visitor === 'c:ann')!;
      const events = sortEvents(visitor.events);
      expect(events.length).toBe(eventCount);
      return (asOf: number) => {
        const features = new Float64Array(SESSION_FEATURES.length);
        const isRunning = sessionFeaturesAt({ ...visitor, events }, { at: asOf, event: events.at(-1)! }, features);
        expect(isRunning).toBe(true);
        return predictBehaviour(model, features);
      };
    };
    const steps = ({ path }: Pick<Behaviour, 'path'>) =>
      path.map(({ feature, comparison, threshold, value }) => `${feature} ${value} ${comparison} ${threshold}`).join();
    const isPrediction = (found: Behaviour, predict: (asOf: number) => SessionPrediction) => {
      const { behaviour, purchaseProbability, probabilities, path } = predict(Date.parse(found.asOf));
      const isNear = (a: number, b: number) => Math.abs(a - b) < 1e-9;
      return (
        found.behaviour === behaviour &&
        isNear(found.purchaseProbability, purchaseProbability) &&
        found.probabilities.every(({ behaviour: label, probability }) =>
          isNear(probability, probabilities[label as BehaviourLabel]),
        ) &&
        steps(found) === steps({ path })
      );
    };
    const first = view('ann1', 'p5', 60);
    await record([first]);
    const before = await behaviourWhere('ann', ({ source }) => source === 'MODEL');
    expect(before.modelVersion).not.toBeNull();
    expect(before.startedAt).toBe(first.occurredAt);
    expect(before.probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    const { model } = decodeBehaviourVersion(await new ArtefactStore(pool).load(before.modelVersion!));
    expect(isPrediction(before, await predicted(1))).toBe(true);
    await record([view('ann2', 'p15', 30), { type: 'ADD_TO_CART', customerId: 'ann', productId: 'p15' }]);
    const withCart = await predicted(3);
    await behaviourWhere('ann', (found) => isPrediction(found, withCart));
    // An event that arrives late belongs to the session, too.
    const occurredAt = new Date(Date.now() - 2 * MINUTE).toISOString();
    await record([{ type: 'VIEW', customerId: 'ann', productId: 'p9', occurredAt, id: 'late' }]);
    const withLate = await predicted(4);
    const late = await behaviourWhere('ann', ({ startedAt }) => startedAt === occurredAt);
    expect(isPrediction(late, withLate)).toBe(true);
    // Another process, which reads the session from the log, answers alike.
    const other = await startApi(shop);
    const read = await other.client.data<{ customer: { behaviour: Behaviour } }>(CUSTOMER, { id: 'ann' });
    expect(read.customer.behaviour.startedAt).toBe(occurredAt);
    expect(isPrediction(read.customer.behaviour, withLate)).toBe(true);
    await other.stop();
  });

  it('continues when a visit signs in, and ends for a customer who opts out', async () => {
    const occurredAt = new Date(Date.now() - 5 * MINUTE).toISOString();
    await record([{ type: 'ADD_TO_CART', sessionId: 'visit', productId: 'p3', occurredAt, id: 'visit1' }]);
    await record([{ type: 'VIEW', customerId: 'bob', productId: 'p4' }]);
    await behaviourWhere('bob', ({ startedAt }) => startedAt > occurredAt);
    await client.data(MERGE, { input: { fromSessionId: 'visit', intoCustomerId: 'bob' } });
    await behaviourWhere('bob', ({ startedAt }) => startedAt === occurredAt);
    const asAVisit = (await readAll()).find(({ visitor }) => visitor === 'c:bob')!;
    expect(asAVisit.merges).toMatchObject([{ from: 's:visit', into: 'c:bob' }]);
    expect(asAVisit.events.map(({ subject }) => subject).sort()).toEqual(['c:bob', 's:visit']);
    await client.data(OPT_OUT, { id: 'bob' });
    expect(await behaviourOf('bob')).toBeNull();
    expect((await readAll()).some(({ visitor }) => visitor === 'c:bob')).toBe(false);
  });

  it('is fitted the same way again: the same log gives the same bytes, and a sample is of whole visitors', async () => {
    const context = { pool, incumbent: null, best: null, seed: 1, onProgress: () => undefined };
    const first = (await behaviourFitter.fit(context)) as Fitted;
    const second = (await behaviourFitter.fit({ ...context, incumbent: first.bytes })) as Fitted;
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    expect(second.dataHash).toEqual(first.dataHash);
    const [all, half]: VisitorEvents[][] = [[], []];
    const whole = await readVisitors(pool, { days: 90, maxEvents: 1e6, onVisitor: (each) => all.push(each) });
    const sample = await readVisitors(pool, { days: 90, maxEvents: 12_000, onVisitor: (each) => half.push(each) });
    expect([whole.weight, sample.weight > 1]).toEqual([1, true]);
    const byVisitor = new Map(all.map((each) => [each.visitor, each.events.length]));
    expect(half.length).toBeLessThan(0.7 * all.length);
    for (const { visitor, events } of half) expect(events.length).toBe(byVisitor.get(visitor));
    const examples = new SessionExamples();
    for (const visitor of all) examples.add(visitor, Infinity);
    const { model } = decodeBehaviourVersion(first.bytes);
    expect(predictBehaviour(model, examples.featuresOf(0)).source).toBe('MODEL');
  });
});
