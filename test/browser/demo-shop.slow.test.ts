import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page, Request, Route } from 'playwright-core';
import { freePort } from '../../src/local-services/free-port';
import { accessibilityFaults, describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import { GraphqlClient } from '../setup/graphql-client';
import { testFolder } from '../setup/shop';
import { endStarted, READY, start, type Started } from '../setup/start-command';
import { until } from '../setup/until';
import { countLaunch } from '../setup/count-launch';

const COMMAND = path.resolve(__dirname, '../../dist/cli/main.js');
const ADMIN_KEY = 'test-admin-key-0123456789';

it('the page itself loads at most 100 KB, compressed', () => {
  const folder = path.resolve(__dirname, '../../dist/pages/shop');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !/[.](br|gz)$/.test(entry.name),
  );
  const bytes = files.map((file) => gzipSync(readFileSync(path.join(file.parentPath, file.name))).length);
  expect(bytes.length).toBeGreaterThanOrEqual(3);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100_000);
});

let DATA_DIR: string;
let freshet: Started;
let port: number;
let origin: string;

// The demo is filled first: half a year of events, and a model fitted on them.
beforeAll(async () => {
  DATA_DIR = testFolder('demo');
  port = await freePort();
  origin = `http://localhost:${port}`;
  // On a busy machine, the worker may be late; the page would complain about the events that are refused then.
  freshet = start({ DATA_DIR, PORT: String(port), DEMO: 'on', ADMIN_KEY, INBOX_MAX_AGE_MS: '600000' });
  await freshet.line(READY);
});

afterAll(async () => {
  try {
    freshet.process.kill('SIGTERM');
    expect(await freshet.exitCode()).toBe(0);
  } finally {
    endStarted();
  }
});

describeInBrowser('the page at /shop/, in the demo shop', () => {
  let browser: Browser;
  let visitor: Visit;
  let page: Page;
  let customerId: string;
  const sent: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    visitor = await visit(browser, `${origin}/shop/`);
    page = visitor.page;
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())));
  });

  afterAll(() => browser?.close());

  // After every test: no message on the browser console, and no request to another host.
  afterEach(() => expect(visitor.complaints).toEqual([]));

  const count = async () => Number(/\d+/.exec(await page.locator('.result-count').innerText())?.[0] ?? NaN);
  const titlesIn = (placement: string) => page.locator(`[data-placement=${placement}] .card-title`).allInnerTexts();

  it('home shows rails without duplicate products, and says that the shop is fictitious', async () => {
    await page.locator('[data-placement=home-personal] .card').first().waitFor();
    await page.locator('[data-placement=home-trending] .card').first().waitFor();
    const shown = await page
      .locator('[data-placement^=home-]:not([data-placement=home-recently-viewed]) .card')
      .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-id')));
    expect(shown.length).toBeGreaterThan(10);
    expect(new Set(shown).size).toBe(shown.length);
    await page.getByText(/This is a demo shop/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('viewing a product and adding another to the cart update the rails without a reload', async () => {
    await page.evaluate(() => void ((globalThis as { stayed?: boolean }).stayed = true));
    const before = await titlesIn('home-personal');
    const trending = page.locator('[data-placement=home-trending] .card').first();
    const title = await trending.locator('.card-title').innerText();
    await trending.locator('.card-link').click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
    await page.getByRole('link', { name: 'Cart, 1 item' }).waitFor();
    await page.getByRole('link', { name: 'Freshet demo' }).click();
    await page.mouse.move(0, 0);
    await until(async () => (await titlesIn('home-recently-viewed'))[0] === title, Boolean);
    await until(async () => (await titlesIn('home-personal')).join() !== before.join(), Boolean);

    // The page is not reloaded; it receives the update.
    const seen = await titlesIn('home-personal');
    await page.locator('[data-placement=home-trending] .add').last().click();
    await page.getByRole('link', { name: 'Cart, 2 items' }).waitFor();
    await page.mouse.move(0, 0);
    await until(async () => (await titlesIn('home-personal')).join() !== seen.join(), Boolean);
    expect(await page.evaluate(() => (globalThis as { stayed?: boolean }).stayed)).toBe(true);
  });

  it('a typo is corrected, a suggestion accepted and two facets chosen; going back from a product shows the same list', async () => {
    const { word, typo } = await aWordToMistype();
    const box = page.getByRole('combobox', { name: 'Search the shop' });
    await box.fill(typo);
    await box.press('Enter');
    await page.getByText(`Showing ${word} instead`).waitFor();

    await box.fill(word.slice(0, 5));
    await page.getByRole('option').first().waitFor();
    await box.press('ArrowDown');
    const active = page.locator('[role=option][aria-selected=true]');
    const suggested = await active.innerText();
    await box.press('Enter');
    await page.getByRole('heading', { level: 1, name: `“${suggested}”` }).waitFor();

    for (const facet of ['brand', 'price']) {
      const choice = page.locator('.choice', { has: page.locator(`[name=${facet}]`) }).first();
      await choice.click();
      // Facet counts are exact: choosing a value shows as many products as its count.
      const promised = async () => Number(await choice.locator('.count').innerText());
      await until(async () => (await count()) === (await promised()), Boolean);
    }
    const list = page.url();
    expect(list).toMatch(/\/shop\/search\?q=.+&brand=.+&price=/);
    expect(await accessibilityFaults(page)).toEqual([]);

    const titles = await page.locator('.grid .card-title').allInnerTexts();
    const last = page.locator('.grid .card-link').last();
    await last.scrollIntoViewIfNeeded();
    const top = await page.evaluate<number>('scrollY');
    await last.click();
    await page.getByRole('heading', { level: 1, name: titles.at(-1) }).waitFor();
    await page.goBack();
    await page.locator('.grid .card').first().waitFor();
    expect(page.url()).toBe(list);
    expect(await page.locator('.grid .card-title').allInnerTexts()).toEqual(titles);
    expect(Math.abs((await page.evaluate<number>('scrollY')) - top)).toBeLessThan(2);
  });

  it('product variants and a custom price range can be chosen', async () => {
    await page.goto(`${origin}/shop/search?attributes.colour=Rust`);
    const colour = (value: string) => page.locator('.choice', { has: page.locator(`[value="${value}"]`) });
    const promised = Number(await colour('Rust').locator('.count').filter({ hasText: /\d/ }).innerText());
    expect(await count()).toBe(promised);
    // Each product exists in all colours and is found once.
    await colour('Slate').click();
    await page.waitForURL(/attributes\.colour=Rust&attributes\.colour=Slate/);
    await until(async () => (await count()) === promised, Boolean);
    await page.getByRole('spinbutton', { name: 'From' }).fill('1');
    await page.getByRole('spinbutton', { name: 'Under' }).fill('99999.5');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.waitForURL(/\/shop\/search\?price=1-99999\.5&attributes\.colour=Rust&attributes\.colour=Slate/);
    await until(async () => (await count()) === promised, Boolean);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('a customer completes and orders the cart, and receives updates of the order', async () => {
    await page.getByRole('link', { name: 'Sign in' }).click();
    const customer = page.locator('.people button').first();
    customerId = (await customer.getAttribute('data-id'))!;
    await customer.click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByRole('link', { name: 'Cart, 2 items' }).click();
    await page.locator('[data-placement=cart-basket] .card').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.locator('[data-status=PLACED]').waitFor();
    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.locator('[data-status=PAID]').waitFor();
    await page.getByRole('link', { name: 'Cart, 0 items' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('the customer’s orders are listed, the newest first, and update; a customer whose token is refused twice is signed out', async () => {
    const earlier = Array.from({ length: 21 }, (_, at) => {
      const placedAt = new Date(Date.now() - (at + 1) * 86_400_000).toISOString();
      return `{ id: "earlier-${at}", customerId: "${customerId}", placedAt: "${placedAt}", lines: [
        { id: "1", productId: "demo-mug", quantity: 1, unitPrice: { amount: "9.90", currency: "EUR" } }] }`;
    });
    await ask(`mutation { recordOrders(input: { orders: [${earlier.join()}] }) { errors { message } } }`);
    const { orders } = await ask<{ orders: { nodes: { id: string }[] } }>(
      `{ orders(customerId: "${customerId}", first: 100) { nodes { id } } }`,
    );
    const ids = orders.nodes.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    await page.getByRole('link', { name: 'Your orders' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your orders' }).waitFor();
    const rows = page.locator('[data-order]');
    const listed = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-order')));
    const newest = page.locator(`[data-order="${ids[0]}"]`);
    await newest.locator('[data-status=PAID]').waitFor();
    expect(await listed()).toEqual(ids.slice(0, 10));
    const older = page.getByRole('button', { name: 'Older orders' });
    const fail = (route: Route) =>
      isOrdersQuery(route.request())
        ? route.fulfill({ json: { errors: [{ message: 'Out of luck', extensions: { code: 'INTERNAL' } }] } })
        : route.fallback();
    await page.route('**/graphql', fail);
    await older.click();
    await page.getByRole('alert').getByText('Out of luck').waitFor();
    await page.unroute('**/graphql', fail);
    await older.click();
    await until(listed, (shown) => shown.join() === ids.slice(0, 20).join());
    expect(await page.getByRole('alert').count()).toBe(0);
    await older.click();
    await until(listed, (shown) => shown.join() === ids.slice(0, 30).join());
    await ask(`mutation { updateOrderStatus(input: { orderId: "${ids[0]}", status: PACKED }) { receipt } }`);
    await newest.locator('[data-status=PACKED]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(new Set(followed())).toEqual(new Set(ids.slice(0, 20)));
    await newest.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Your order', exact: true }).waitFor();
    await ask(`mutation { updateOrderStatus(input: { orderId: "${ids[0]}", status: SHIPPED }) { receipt } }`);
    const parcel = page.getByRole('region', { name: 'Parcel' });
    await parcel.getByText(/^(Arrives|Delivered) /).waitFor();
    await parcel.getByText(/Brook Courier/).waitFor();
    await parcel.getByText('All steps').click();
    await parcel.getByRole('listitem').getByText('The carrier has it').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);

    const link = page.getByRole('link', { name: 'Your orders' });
    // The back end renews the token, and the page continues for the customer.
    await spoilTokenOnce();
    const renewed = page.waitForResponse((response) => response.url().endsWith('/shop/back-end/sign-in'));
    const reloaded = page.waitForResponse((response) => isOrdersQuery(response.request()) && response.ok());
    await link.click();
    await Promise.all([renewed, reloaded]);
    await newest.waitFor();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    // A token that replaces a refused one and is refused too.
    await newest.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Your order', exact: true }).waitFor();
    await spoilTokenOnce();
    await link.click();
    await page.getByText('to see your orders').waitFor();
    await page.unroute('**/graphql');
    visitor.forgive(/status of 401/);
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).click();
    await page.locator(`.people [data-id="${customerId}"]`).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  });

  it('shows that the shop is unavailable, and catches up by itself once it is back', async () => {
    await page.getByRole('link', { name: 'Freshet demo' }).click();
    await page.locator('[data-placement=home-personal] .card').first().waitFor();
    const past = await cartedBy(customerId);
    process.kill(apiPid(freshet), 'SIGKILL');
    await page.getByText('Reconnecting').waitFor();
    // The product is added to the cart while no server answers. It is chosen only now, because the list could change
    // until then.
    const card = page.locator('[data-placement=home-trending] .card', { has: page.locator('.add') }).first();
    const chosen = await card.getAttribute('data-id');
    await page.locator(`[data-placement=home-trending] [data-id="${chosen}"] .add`).click();
    await page.getByRole('link', { name: 'Cart, 1 item' }).waitFor();
    await page.locator('[data-connection=connected]').waitFor({ state: 'attached' });
    await page.getByText('Connected again. This page is up to date.').waitFor();
    await page.mouse.move(0, 0);
    // Events recorded in the meantime arrive once, and the lists include them.
    // Simulated visitors, too, may be this customer.
    const added = async () => {
      const rows = await cartedBy(customerId);
      return rows.slice(0, rows.length - past.length).filter(({ productId }) => productId === chosen);
    };
    await until(added, (rows) => rows.length > 0);
    // Events from elsewhere are received again from now on.
    const { search } = await ask<{ search: { nodes: { id: string; title: string }[] } }>(
      '{ search(input: {}, first: 9) { nodes { id title } } }',
    );
    const [newest] = await titlesIn('home-recently-viewed');
    const seen = search.nodes.find(({ title }) => title !== newest)!;
    await ask(
      `mutation { recordEvents(input: { events: [{ type: VIEW, customerId: "${customerId}", productId: "${seen.id}" }] }) { accepted } }`,
    );
    await until(
      async () => (await titlesIn('home-recently-viewed'))[0],
      (title) => title === seen.title,
    );
    expect(await added()).toEqual([{ type: 'ADD_TO_CART', productId: chosen, quantity: 1 }]);
    // The browser itself reports a server that it cannot reach.
    visitor.forgive(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection/);
  });

  /** Spoils the token of the next query for the list of orders. Other requests of the page may come before it. */
  async function spoilTokenOnce(): Promise<void> {
    let isSpoilt = false;
    await page.route('**/graphql', (route) => {
      if (isSpoilt || !isOrdersQuery(route.request())) return route.fallback();
      isSpoilt = true;
      return route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer spoilt' } });
    });
  }

  function isOrdersQuery(request: Request): boolean {
    return request.postData()?.includes('query Orders') === true;
  }

  /** Returns the orders of the subscribed list. */
  function followed(): string[] {
    return sent.flatMap((text) => {
      const { payload } = JSON.parse(text) as { payload?: { query?: string; variables: { id: string } } };
      return payload?.query?.includes('subscription OrderStatus') ? [payload.variables.id] : [];
    });
  }

  /** Returns a word of the shop with one letter left out, which the shop corrects. */
  async function aWordToMistype(): Promise<{ word: string; typo: string }> {
    const { search } = await ask<{ search: { nodes: { title: string }[] } }>(
      '{ search(input: {}, first: 100) { nodes { title } } }',
    );
    const words = new Set(search.nodes.flatMap(({ title }) => title.toLowerCase().match(/\b[a-z]{8,}\b/g) ?? []));
    for (const word of words) {
      const typo = word.slice(0, 5) + word.slice(6);
      const query = `{ search(input: { query: "${typo}" }, first: 1) { correctedQuery } }`;
      const { correctedQuery } = (await ask<{ search: { correctedQuery: string | null } }>(query)).search;
      if (correctedQuery === word) return { word, typo };
    }
    throw new Error('The shop corrects no word of its own titles');
  }

  /** Returns what a customer has added to the cart, newest first, from the whole history. */
  async function cartedBy(id: string): Promise<{ type: string; productId: string | null; quantity: number }[]> {
    const rows: { type: string; productId: string; quantity: number }[] = [];
    for (let after: string | null = null; ;) {
      const { customer }: HistoryAnswer = await ask<HistoryAnswer>(
        `{ customer(id: "${id}") { history(first: 100, after: ${JSON.stringify(after)}) {
          nodes { type productId quantity } pageInfo { hasNextPage endCursor } } } }`,
      );
      rows.push(...customer.history.nodes);
      if (!customer.history.pageInfo.hasNextPage) return rows.filter(({ type }) => type === 'ADD_TO_CART');
      after = customer.history.pageInfo.endCursor;
    }
  }

  async function ask<T>(query: string): Promise<T> {
    const headers = { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY };
    const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return ((await response.json()) as { data: T }).data;
  }
});

interface HistoryAnswer {
  readonly customer: {
    readonly history: {
      readonly nodes: readonly { type: string; productId: string; quantity: number }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

/** Returns the API process that `npm start` supervises. */
function apiPid({ process: parent }: Started): number {
  const found = execFileSync('pgrep', ['-P', String(parent.pid), '-f', 'dist/src/main.js'], { encoding: 'utf8' });
  return Number(found.trim());
}

it('while the demo is open, commands work on the demo and say so; NAMESPACE names the own shop; import uses it', async () => {
  const env = { DATA_DIR };
  await freshet.line(/^Create another admin key: npm run -s freshet -- key create --scope admin$/m);

  const scopeOf = async (apiKey: string) => {
    const client = new GraphqlClient(port, { apiKey });
    const { data } = (await client.send('{ viewer { scope } }')) as { data: { viewer: { scope: string } } | null };
    await client.close();
    return data?.viewer.scope;
  };
  const key = await runCommand(env, 'key', 'create', '--scope', 'admin');
  expect(key.errors).toMatch(
    /^Working on the shop "demo"\. It is open, and your shop "freshet" is empty: NAMESPACE=freshet/,
  );
  expect(await scopeOf(key.output.trim())).toBe('ADMIN');

  const own = await runCommand({ ...env, NAMESPACE: 'freshet' }, 'key', 'create', '--scope', 'admin', '--json');
  expect(own.errors).toMatch(
    /^Working on the shop "freshet"\. The demo shop is open, too: NAMESPACE=demo chooses it\.$/m,
  );
  expect(await scopeOf((JSON.parse(own.output) as { secret: string }).secret)).not.toBe('ADMIN');

  const doctor = await runCommand(env, 'doctor', '--json');
  expect(doctor.errors).toContain('Working on the shop "demo".');
  expect(JSON.parse(doctor.output)).toMatchObject({ shop: 'demo' });

  const imported = await runCommand(env, 'import', 'products', '-');
  expect(imported.errors).toMatch(
    /^Working on the shop "freshet"\. The demo shop is open: start Freshet again afterwards/,
  );
  // The shop is not empty any more.
  expect((await runCommand(env, 'doctor', '--json')).errors).toContain('Working on the shop "freshet".');
});

/** Runs a command as in a second terminal while `npm start` runs. */
async function runCommand(env: NodeJS.ProcessEnv, ...args: string[]) {
  countLaunch(`freshet ${args[0]}`);
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end('{"id":"mug","title":"Enamel mug"}\n');
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output, errors };
}
