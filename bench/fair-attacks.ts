/** What a visitor may do to a shop to make others wait. All of it is legal for a storefront key, or refused. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import type { Attacker } from './fair-attacker';
import { headersOf, socketFrom, type Visit } from './visit';

/** How one of the attacker's connections spends its time, until the attack ends. */
export type Attack = (attacker: Attacker) => Promise<void>;

const SUBSCRIPTIONS_PER_SOCKET = 100;
const RETRY_MS = 1_000;
const EVENT_EVERY_MS = 200;
const MESSAGE_EVERY_MS = 200;

const all = <T>(count: number, item: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => item(n));
const PRODUCT =
  'id title description brand url imageUrls categories attributes availability price { amount currency } listPrice { amount currency } rating';
const MESSAGE = `id messageId author text sentAt outcome quotes { articleId title url } cards { __typename }`;

export const SUBSCRIPTIONS = {
  list: 'subscription($i: RecommendationsInput!, $n: Int) { recommendationsUpdated(input: $i, first: $n) { revision nodes { id title brand price { amount } } } }',
  conversation: `subscription($id: ID!) { conversationUpdated(id: $id) { id status revision messageCount messages { ${MESSAGE} } } }`,
};

/** Sends the operation again and again. */
function requests(next: (attacker: Attacker, n: number) => object): Attack {
  return async (attacker) => {
    while (!attacker.isOver) await attacker.ask(next(attacker, attacker.sent));
  };
}

/** Sends documents of the same root field with an alias for each of the variables' values. */
function aliases(type: string, values: readonly unknown[], field: (variable: string) => string): object {
  const query = `query(${values.map((_, n) => `$v${n}: ${type}`).join()}) { ${values.map((_, n) => `a${n}: ${field(`$v${n}`)}`).join(' ')} }`;
  return { query, variables: Object.fromEntries(values.map((value, n) => [`v${n}`, value])) };
}

export const ATTACKS: Readonly<Record<string, Attack>> = {
  live: async (attacker) => {
    while (!attacker.isOver) {
      const visit = await attacker.newVisit();
      const sockets = socketsOf(attacker, visit);
      const input = { intent: 'PERSONAL' };
      for (let n = 0; n < SUBSCRIPTIONS_PER_SOCKET; n++)
        watch(attacker, sockets, SUBSCRIPTIONS.list, {
          i: n % 2 === 0 ? input : { ...input, filter: 'product.price > vars.p', filterVariables: { p: n / 100 } },
          n: 100,
        });
      for (let n = 0; n < 300 && !attacker.isOver; n++) {
        await attacker.ask(events([{ type: n % 3 === 0 ? 'DISLIKE' : 'VIEW', productId: attacker.product() }]), visit);
        await sleep(EVENT_EVERY_MS);
      }
      await sockets.dispose();
    }
  },
  estimates: requests((attacker, n) =>
    aliases(
      '[ID!]!',
      all(3, () => attacker.products(100)),
      (ids) =>
        `deliveryEstimate(productIds: ${ids}, destination: { country: "DE", postcode: "${10_000 + (n % 89_999)}" }) { earliest latest median }`,
    ),
  ),
  rails: requests((attacker) => ({
    query: 'query($i: [RecommendationsInput!]!) { recommendationRails(inputs: $i) { nodes { id title brand url } } }',
    variables: { i: all(15, () => ({ intent: 'BASKET', productIds: attacker.products(100) })) },
  })),
  searches: requests((_, n) =>
    aliases(
      'SearchInput!',
      all(20, (at) => ({
        language: `en-${(20 * n + at) % 9_999}`,
        sort: at % 2 === 0 ? 'PRICE_ASC' : null,
        facets: [{ field: 'brand' }, { field: 'categories' }],
      })),
      (input) =>
        `search(input: ${input}, first: 5) { totalCount facets { field values { value count } } nodes { id title } }`,
    ),
  ),
  conversations: async (attacker) => {
    while (!attacker.isOver) {
      const visit = await attacker.newVisit();
      const started = await attacker.ask(
        { query: 'mutation { startConversation(input: {}) { conversation { id } userErrors { code } } }' },
        visit,
      );
      const id = /"id":"([^"]+)"/.exec(started)?.[1];
      if (id === undefined) {
        await sleep(RETRY_MS);
        continue;
      }
      const sockets = socketsOf(attacker, visit);
      for (let n = 0; n < 20; n++) watch(attacker, sockets, SUBSCRIPTIONS.conversation, { id });
      for (let n = 0; n < 25 && !attacker.isOver; n++) {
        await attacker.ask(
          {
            query: 'mutation($i: AskSupportInput!) { askSupport(input: $i) { answer { text } userErrors { code } } }',
            variables: { i: { conversationId: id, messageId: randomUUID(), text: 'Hello' } },
          },
          visit,
        );
        await sleep(MESSAGE_EVERY_MS);
      }
      await sockets.dispose();
    }
  },
  filters: requests((attacker, n) => ({
    query: `query($f: JSONObject) { ${all(3, (at) => `a${at}: products(first: 1, filterVariables: $f, filter: "product.title in vars.a && product.price > ${at}.0 || product.brand in vars.b && product.id in vars.c") { nodes { id } }`).join(' ')} }`,
    variables: {
      f: {
        a: all(900, (at) => `title ${n} ${at}`),
        b: all(900, (at) => `brand ${n} ${at}`),
        c: attacker.products(900),
      },
    },
  })),
  ads: requests((attacker) =>
    aliases(
      '[ID!]',
      all(14, () => attacker.products(100)),
      (ids) => `ads(input: { placement: "home", productIds: ${ids} }) { id products { product { id title } } }`,
    ),
  ),
  events: requests((attacker) => events(all(1_000, () => ({ type: 'VIEW', productId: attacker.product() })))),
  filter: requests((attacker, n) => ({
    query: 'query($i: SearchInput!) { search(input: $i, first: 5) { totalCount nodes { id } } }',
    variables: { i: { filter: longFilter(attacker, n) } },
  })),
  documents: requests((attacker, n) => ({ query: largeDocument(attacker, n) })),
  refused: requests((_, n) => ({
    query: [
      `{ a: recommendations(first: 100, input: { intent: POPULAR }) { nodes { ${all(40, (at) => `v${at}: variants { id title }`).join(' ')} } } }`,
      `{ viewer { no${n} } }`,
      `{ product(id: "x") { id `,
    ][n % 3],
  })),
  keyless: async (attacker) => {
    // Half of them never say anything, the others send an operation before they have a key.
    for (let n = 0; !attacker.isOver; n++) {
      const socket = new (socketFrom(attacker.address))(attacker.socketUrl, 'graphql-transport-ws');
      attacker.sent++;
      socket.on('error', () => undefined);
      socket.on('open', () => {
        if (n % 2 === 0) return;
        socket.send('{"type":"connection_init"}');
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: largeDocument(attacker, n) } }));
      });
      socket.on('close', () => attacker.refused++);
      await sleep(20);
    }
  },
  'keyless-documents': async (attacker) => {
    while (!attacker.isOver)
      await attacker.ask(
        { query: largeDocument(attacker, attacker.sent) },
        { address: attacker.address, authorization: '' },
        '',
      );
  },
  unread: async (attacker) => {
    const query = `{ ${all(10, (n) => `a${n}: products(first: 100) { nodes { ${PRODUCT} } }`).join(' ')} }`;
    while (!attacker.isOver) {
      const visit = await attacker.newVisit();
      await Promise.all([unreadHttp(attacker, visit, query), unreadSocket(attacker, visit, query)]);
    }
  },
};

function events(items: readonly object[]): object {
  return {
    query: 'mutation($e: [EventInput!]!) { recordEvents(input: { events: $e }) { accepted errors { code } } }',
    variables: { e: items },
  };
}

const MAX_FILTER = 2_800;

function longFilter(attacker: Attacker, n: number): string {
  let filter = `product.price > ${n % 1_000}.0`;
  for (;;) {
    const longer = `${filter} || product.title.contains('${attacker.product()}x') && product.brand != 'b${n}'`;
    if (longer.length > MAX_FILTER) return filter;
    filter = longer;
  }
}

/** Returns a document of about 2,000 tokens that was not sent before. */
function largeDocument(attacker: Attacker, n: number): string {
  const name = `q${attacker.number}_${n}`;
  if (n % 2 === 0) return `query ${name} { product(id: "p1") { ${'id '.repeat(980)} } }`;
  return `query ${name} { products(first: 1, filterVariables: { a: [${all(960, (at) => at + n).join()}] }) { nodes { id } } }`;
}

type Sockets = ReturnType<typeof createClient>;

function socketsOf({ socketUrl, key }: Attacker, { address, authorization }: Visit): Sockets {
  return createClient({
    url: socketUrl,
    webSocketImpl: socketFrom(address),
    connectionParams: { apiKey: key, authorization },
    retryAttempts: 0,
  });
}

/** Subscribes, and again where it is refused. */
function watch(attacker: Attacker, sockets: Sockets, query: string, variables: Record<string, unknown>): void {
  const again = () => {
    attacker.refused++;
    if (!attacker.isOver) setTimeout(() => watch(attacker, sockets, query, variables), RETRY_MS).unref();
  };
  attacker.sent++;
  sockets.subscribe(
    { query, variables },
    {
      next: ({ errors }) => void (errors === undefined ? attacker.answered++ : attacker.refused++),
      error: again,
      complete: () => undefined,
    },
  );
}

const PIPELINED = 20;
const UNREAD_MS = 3_000;

/** Sends requests one after the other on a connection without reading the answers. */
async function unreadHttp(attacker: Attacker, visit: Visit, query: string): Promise<void> {
  const { port, key } = attacker;
  const body = JSON.stringify({ query });
  const headers = { host: 'localhost', 'content-type': 'application/json', 'x-api-key': key, ...headersOf(visit) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  const request = `POST /graphql HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  attacker.sent += PIPELINED;
  socket.write(request.repeat(PIPELINED));
  await Promise.race([sleep(UNREAD_MS), once(socket, 'close')]);
  socket.destroy();
}

/** Sends operations on a socket without reading the answers. */
async function unreadSocket(attacker: Attacker, visit: Visit, query: string): Promise<void> {
  const { socketUrl, key } = attacker;
  const socket = new (socketFrom(visit.address))(socketUrl, 'graphql-transport-ws');
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  socket.on('open', () => {
    socket.send(
      JSON.stringify({ type: 'connection_init', payload: { apiKey: key, authorization: visit.authorization } }),
    );
    socket.once('message', () => {
      socket.pause();
      for (let n = 0; n < PIPELINED; n++)
        socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload: { query } }));
      attacker.sent += PIPELINED;
    });
  });
  await Promise.race([sleep(UNREAD_MS), closed]);
  socket.terminate();
}
