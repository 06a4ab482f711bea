import { randomUUID } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
import { OPENED_AT_SETTING } from '../../src/demo/demo-names';
import { connectPostgres } from '../../src/platform/postgres';
import { accessibilityFaults, describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { refreshModel } from '../setup/model-operations';
import { CREATE_KEY, type CreateKeyAnswer } from '../setup/operations';
import { at, line, MOVE, ORDERS, type Recorded } from '../setup/order-operations';
import { type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import {
  ARTICLES,
  ASK_SUPPORT,
  CLOSE,
  CONVERSATIONS,
  ORDER_REQUESTS,
  REPLY,
  RESOLVE_REQUEST,
  START_CONVERSATION,
  UPSERT_ARTICLES,
  type ConversationAnswer,
  type ShownConversation,
} from '../setup/support-operations';
import { until } from '../setup/until';

const CUSTOMERS = `mutation($customers: [CustomerInput!]!) {
  upsertCustomers(input: { customers: $customers }) { receipt errors { code } } }`;
const NAMES = ['Mia', 'Ben'];
const NARROW = { width: 390, height: 780 };

/** The chat of the shop page, in a demo shop with two customers and no history. */
describeInBrowser('the chat at /shop/', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;
  /** A person of the shop who answers. */
  let ann: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    await pool.query('INSERT INTO settings (name, value) VALUES ($1, $2)', [OPENED_AT_SETTING, String(Date.now())]);
    await pool.end();
    worker = startWorker(shop);
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    const { client } = api;
    await client.data(CUSTOMERS, {
      customers: NAMES.map((name, n) => ({ id: `demo-customer-${n}`, attributes: { name, offered: true } })),
    });
    const orders = [{ id: 'WEB-1001', placedAt: at(0), customerId: 'demo-customer-0', lines: [line('a')] }];
    expect((await client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
    const articles = [
      { id: 'returns', title: 'Returns', body: 'Send it back within 40 days.', intents: ['return-item'] },
      { id: 'club', title: 'Club', body: '<b>Members</b> of the club\nmeet on Tuesdays.', intents: ['greeting'] },
    ].map((article) => ({ ...article, url: `https://shop.example/${article.id}` }));
    const { upsertArticles } = await client.data<{ upsertArticles: { receipt: string } }>(UPSERT_ARTICLES, {
      articles,
    });
    await client.data(ARTICLES, { receipt: upsertArticles.receipt });
    expect((await refreshModel(client, 'INTENTS')).version).toMatchObject({ verdict: 'PROMOTED' });
    const key = await client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope: 'OPERATOR', name: 'Ann' } });
    ann = client.as({ apiKey: key.createApiKey.secret });
    await until(understands, (outcome) => outcome === 'ANSWERED');
    visitor = await visit(browser, `http://127.0.0.1:${api.port}/shop/`);
    ({ page } = visitor);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([api?.stop(), worker?.stop()]);
    await shop.drop();
  });

  // After every test: no message on the browser console, and no request to another host.
  afterEach(() => expect(visitor.complaints).toEqual([]));

  /** Asks through the API: the API process loads the model a moment after it was fitted. */
  const understands = async () => {
    const { client } = api;
    const { startConversation } = await client.data<{ startConversation: ConversationAnswer }>(START_CONVERSATION, {
      input: { sessionId: randomUUID() },
    });
    const input = { conversationId: startConversation.conversation!.id, messageId: 'm', text: 'how do I return it?' };
    const { askSupport } = await client.data<{ askSupport: { answer: { outcome: string } | null } }>(ASK_SUPPORT, {
      input,
    });
    return askSupport.answer?.outcome;
  };
  const waiting = async () => {
    const listed = await ann.data<{ conversations: { nodes: ShownConversation[] } }>(CONVERSATIONS, {
      status: ['WAITING'],
    });
    return listed.conversations.nodes[0].id;
  };
  const reply = (conversationId: string, text: string) =>
    ann.data(REPLY, { input: { conversationId, messageId: randomUUID(), text } });
  const chat = () => page.getByRole('dialog', { name: 'Help' });
  const log = () => chat().getByRole('log', { name: 'Messages' });
  const input = () => chat().getByRole('textbox', { name: 'Your message' });
  const messages = () => log().locator('.chat-message');
  const status = (text: string) => chat().getByRole('status').getByText(text, { exact: true }).waitFor();
  const isFocused = async (locator: Locator) => (await locator.and(page.locator(':focus')).count()) === 1;
  const signIn = async (name: string) => {
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  };

  it('opens and closes with the keyboard, and starts nothing before the first message', async () => {
    const help = page.getByRole('button', { name: 'Help' });
    await help.focus();
    await page.keyboard.press('Enter');
    await status('Automatic answers');
    expect(await isFocused(input())).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await isFocused(help)).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate("sessionStorage.getItem('shop.conversations')")).toBeNull();
  });

  it('answers with an article and its source, which the visitor rates once', async () => {
    await log().getByRole('button', { name: 'How do I return something?' }).click();
    const answer = log().locator('[data-outcome=ANSWERED]');
    await answer.getByText('Send it back within 40 days.').waitFor();
    const source = answer.getByRole('link', { name: 'Returns' });
    expect(await source.getAttribute('href')).toBe('https://shop.example/returns');
    expect(await source.getAttribute('rel')).toBe('noopener noreferrer');
    await answer.getByRole('button', { name: 'Yes' }).click();
    await answer.getByText('Thank you for your rating.').waitFor();
    expect(await isFocused(input())).toBe(true);
    await page.reload();
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await log().getByText('Thank you for your rating.').waitFor();
    expect(await messages().count()).toBe(2);
  });

  it('keeps a message that could not be sent, and sends it once', async () => {
    await page.route('**/graphql', (route) => route.abort());
    await input().fill('<b>Members</b> of the club\nmeet on Tuesdays');
    await input().press('Enter');
    await log().getByText('Not sent.').waitFor();
    await page.unroute('**/graphql');
    visitor.forgive(/ERR_FAILED/);
    await log().getByRole('button', { name: 'Send again' }).click();
    await until(
      () => messages().count(),
      (count) => count === 4,
    );
    // Text is never interpreted as HTML, and keeps its lines.
    await log().getByText('<b>Members</b>').first().waitFor();
    expect(await log().locator('b').count()).toBe(0);
  });

  it('asks to sign in, continues after the sign-in, and shows the order and a link to its page', async () => {
    await input().fill('Where is my order?');
    await input().press('Enter');
    await log().locator('[data-outcome=SIGN_IN_NEEDED]').getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: /^Mia/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await until(
      () => messages().count(),
      (count) => count === 6,
    );
    await input().fill('Where is my order?');
    await input().press('Enter');
    const card = log().locator('[data-card=WEB-1001]');
    await card.getByText('Placed', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await card.getByRole('link', { name: 'Order WEB-1001' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your order' }).waitFor();
  });

  it('requests a cancellation by a button, once, and shows what the shop has decided', async () => {
    await input().fill('Please cancel my order WEB-1001');
    await input().press('Enter');
    await log().getByRole('button', { name: 'Request the cancellation' }).click();
    await log().getByText('Requested. The shop has not confirmed it yet.').waitFor();
    expect(await log().getByRole('button', { name: 'Request the cancellation' }).count()).toBe(0);
    const { orderRequests } = await api.client.data<{ orderRequests: { nodes: { id: string }[] } }>(ORDER_REQUESTS);
    expect(orderRequests.nodes).toMatchObject([{ kind: 'CANCEL', orderId: 'WEB-1001', state: 'REQUESTED' }]);
    const decision = { requestId: orderRequests.nodes[0].id, outcome: 'DECLINED', note: 'It is packed already.' };
    await api.client.data(RESOLVE_REQUEST, { input: decision });
    await log().getByText('Declined by the shop.', { exact: true }).waitFor();
    await log().getByText('It is packed already.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('reports a problem by a form, whose fields the shop receives', async () => {
    await api.client.data(MOVE, { input: { orderId: 'WEB-1001', status: 'SHIPPED', occurredAt: at(1) } });
    await input().fill('My order WEB-1001 arrived broken');
    await input().press('Enter');
    await log().getByText('Report the problem', { exact: true }).click();
    const form = log().locator('.chat-request form');
    await form.getByLabel('Note').fill('The handle is off.');
    await form.getByLabel('What is wrong?').selectOption('BROKEN');
    await form.getByLabel('Picture 1').fill('https://pictures.example/a.jpg');
    expect(await accessibilityFaults(page)).toEqual([]);
    await form.getByRole('checkbox').uncheck();
    await form.getByRole('button', { name: 'Send to the shop' }).click();
    await form.getByText('Please choose at least one product.').waitFor();
    await form.getByRole('checkbox').check();
    await form.getByRole('button', { name: 'Send to the shop' }).click();
    await log().getByText('Requested. The shop has not confirmed it yet.').waitFor();
    const { orderRequests } = await api.client.data<{ orderRequests: { nodes: object[] } }>(ORDER_REQUESTS);
    expect(orderRequests.nodes[0]).toMatchObject({
      ...{ kind: 'PROBLEM', orderId: 'WEB-1001', state: 'REQUESTED', text: 'The handle is off.', problem: 'BROKEN' },
      ...{ lines: [{ lineId: 'l-a', quantity: 1 }], pictures: ['https://pictures.example/a.jpg'] },
    });
  });

  it('passes on to a person with one press, shows who answers, and starts another conversation after the end', async () => {
    await chat().locator('footer').getByRole('button', { name: 'Talk to a person' }).click();
    await status('Waiting for a person');
    const id = await waiting();
    await reply(id, 'Hello Mia.\nAnn here.');
    await status('Ann answers');
    await log().getByText('Ann here.').waitFor();
    expect(await log().getByRole('button').and(page.locator(':enabled')).filter({ hasText: 'person' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await reply(id, 'Anything else?');
    await page.getByRole('button', { name: 'Help, 1 new message' }).click();
    await log().getByText('Anything else?').waitFor();
    await ann.data(CLOSE, { id });
    await status('Closed');
    expect(await accessibilityFaults(page)).toEqual([]);
    await chat().getByRole('button', { name: 'Start another conversation' }).click();
    await log().getByRole('button', { name: 'Where is my order?' }).waitFor();
    expect(await messages().count()).toBe(0);
  });

  it('shows nothing of a customer after the sign-out, also not to the next one', async () => {
    await log().getByRole('button', { name: 'Where is my order?' }).click();
    await log().locator('[data-card=WEB-1001]').waitFor();
    await input().fill('my address is');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).waitFor();
    const isEmpty = async () => {
      await log().getByRole('button', { name: 'Where is my order?' }).waitFor();
      expect([await messages().count(), await input().inputValue()]).toEqual([0, '']);
      expect(await chat().innerText()).not.toContain('WEB-1001');
    };
    await isEmpty();
    await signIn('Ben');
    await isEmpty();
    await page.reload();
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await isEmpty();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn('Mia');
    await log().locator('[data-card=WEB-1001]').waitFor();
  });

  it('leaves the cart free and closes for a link on a narrow screen', async () => {
    await page.setViewportSize(NARROW);
    await page.evaluate('scrollTo(0, 0)');
    const panel = (await chat().boundingBox())!;
    expect([panel.x, panel.width]).toEqual([0, NARROW.width]);
    const cart = (await page.getByRole('link', { name: /^Cart/ }).boundingBox())!;
    expect(cart.y + cart.height).toBeLessThanOrEqual(panel.y);
    expect(await accessibilityFaults(page)).toEqual([]);
    await log().getByRole('link', { name: 'Order WEB-1001' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your order' }).waitFor();
    await page.getByRole('button', { name: 'Help', exact: true }).waitFor();
  });
});
