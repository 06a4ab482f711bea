import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ANSWER_LANGUAGES } from '../../../src/support/language/languages';
import { starterExamples } from '../../../src/support/language/starter-examples';
import { ALERTS, type AlertAnswer } from '../../setup/alert-operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { ERASE } from '../../setup/erasure-shop';
import { refreshModel } from '../../setup/model-operations';
import { CREATE_KEY, type CreateKeyAnswer } from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';
import { figuresOf, STREAM, WINDOWS, type StreamAnswer, type WindowsAnswer } from '../../setup/stream-operations';
import {
  ASK_SUPPORT,
  HAND_OFF,
  RATE,
  START_CONVERSATION,
  type ConversationAnswer,
} from '../../setup/support-operations';
import { until } from '../../setup/until';

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/answers-in-figures.md'), 'utf8');
const [CREATE_STREAMS, CREATE_RULE, LIST] = Array.from(PAGE.matchAll(/```graphql\n([^]*?)```/g), ([, text]) => text);

const CORRECT = `mutation($messageId: ID!, $intent: String!) {
  correctIntent(input: { messageId: $messageId, intent: $intent }) {
    conversation { id messages { intent } } receipt userErrors { code field message } } }`;
const EXAMPLES = `query($receipt: ID) {
  intentExamples(first: 10, awaitReceipt: $receipt) { nodes { text intent language conversationId } } }`;

const UPSERT_EXAMPLES = `mutation($examples: [IntentExampleInput!]!) {
  upsertIntentExamples(input: { examples: $examples }) { userErrors { code message } } }`;
const REVIEWS = `query($reason: [SupportReviewReason!], $first: Int, $after: String) {
  supportReviews(reason: $reason, first: $first, after: $after) {
    nodes { conversationId question reason language message { id intent } } pageInfo { hasNextPage endCursor } }
  supportIntents { id description } }`;
const CLOSE_REVIEW = `mutation($messageId: ID!) {
  closeSupportReview(input: { messageId: $messageId }) { conversation { id } receipt userErrors { code field } } }`;

interface Reviews {
  readonly supportReviews: {
    readonly nodes: readonly {
      readonly conversationId: string;
      readonly question: string;
      readonly reason: string;
      readonly language: string | null;
      readonly message: { readonly id: string; readonly intent: string | null };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
  readonly supportIntents: readonly { readonly id: string; readonly description: string | null }[];
}
interface Corrected {
  readonly correctIntent: ConversationAnswer & { readonly receipt: string | null };
}
interface Examples {
  readonly intentExamples: { readonly nodes: readonly object[] };
}
interface Listed {
  readonly conversations: {
    readonly nodes: readonly {
      readonly id: string;
      readonly customerName: string | null;
      readonly summary: {
        readonly waitingSince: string | null;
        readonly question: {
          readonly text: string;
          readonly message: { readonly id: string; readonly intent: string | null };
        } | null;
      };
    }[];
  };
}

describe('customer answers in figures', () => {
  const shop = runningShop({ TIME_ZONE: 'UTC' });
  let operator: GraphqlClient;

  beforeAll(async () => {
    const input = { scope: 'OPERATOR', name: 'Ann' };
    const { createApiKey } = await shop.client.data<CreateKeyAnswer>(CREATE_KEY, { input });
    operator = shop.client.as({ apiKey: createApiKey.secret });
    await refreshModel(shop.client, 'INTENTS');
    // The API process loads the version a moment later.
    await until(
      async () => (await ask('tester', 'hello')).outcome,
      (outcome) => outcome === 'ANSWERED',
    );
  });

  const ask = async (customerId: string, text: string) => {
    const started = await shop.client.data<{ startConversation: ConversationAnswer }>(START_CONVERSATION, {
      input: { customerId, language: 'en' },
    });
    const conversationId = started.startConversation.conversation!.id;
    const input = { conversationId, messageId: randomUUID(), text };
    const { askSupport } = await shop.client.data<{ askSupport: ConversationAnswer }>(ASK_SUPPORT, { input });
    expect(askSupport.userErrors).toEqual([]);
    return {
      id: conversationId,
      messageId: askSupport.message!.id,
      answerId: askSupport.answer!.id,
      outcome: askSupport.answer!.outcome,
    };
  };
  const correct = async (by: GraphqlClient, messageId: string, intent: string) =>
    (await by.data<Corrected>(CORRECT, { messageId, intent })).correctIntent;
  const eventsOf = async (customerId: string, name: string) => {
    const { rows } = await shop.pool.query<{ properties: object }>(
      'SELECT properties FROM events WHERE customer_id = $1 AND name = $2 ORDER BY occurred_at, id',
      [customerId, name],
    );
    return rows.map(({ properties }) => properties);
  };

  it('are counted by intent, and an alert fires as the documentation shows', async () => {
    const faulty = await shop.client.data<{ createSupportStreams: { userErrors: object[] } }>(
      CREATE_STREAMS.replace('Europe/Berlin', 'Mars/Olympus').replace('code message', 'code field'),
    );
    expect(faulty.createSupportStreams.userErrors).toEqual(
      Array.from({ length: 2 }, () => ({ code: 'BAD_USER_INPUT', field: ['input'] })),
    );
    const { createSupportStreams } = await shop.client.data<{ createSupportStreams: object }>(
      CREATE_STREAMS.replace('Europe/Berlin', 'UTC'),
    );
    const created = ['answers-by-hour', 'answers-by-day'];
    expect(createSupportStreams).toEqual({ created, existing: [], userErrors: [] });
    const again = await shop.client.data<{ createSupportStreams: object }>(CREATE_STREAMS);
    expect(again.createSupportStreams).toEqual({ created: [], existing: created, userErrors: [] });

    await until(
      async () => (await shop.client.data<StreamAnswer>(STREAM, { id: 'answers-by-day' })).stream?.state,
      (state) => state === 'LIVE',
    );
    const contained = await ask('mia', 'where is my order?');
    const handedOff = await ask('ben', 'where is my order?');
    await shop.client.data(HAND_OFF, { id: handedOff.id });
    const rated = await ask('kim', 'where is my order?');
    await shop.client.data(RATE, { id: rated.answerId, helpful: false });
    await correct(operator, rated.messageId, 'late-delivery');
    // As if 72 hours had passed.
    await shop.pool.query(
      `UPDATE conversations SET settles_at = now() - interval '2 minutes' WHERE id = ANY($1) AND settles_at IS NOT NULL`,
      [[contained.id, handedOff.id]],
    );
    const day = Date.now() - (Date.now() % 86_400_000);
    const input = { stream: 'answers-by-day', from: new Date(day - 86_400_000), to: new Date(day + 2 * 86_400_000) };
    const windows = await until(
      async () => (await shop.client.data<WindowsAnswer>(WINDOWS, { input, first: 10 })).windows,
      (found) => found.some((window) => figuresOf(window).contained === '1'),
    );
    const sums = { answered: 0, notUnderstood: 0, contained: 0, handedOff: 0, notHelpful: 0, corrected: 0 };
    for (const window of windows.filter(({ key }) => key === 'order-status')) {
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += Number(figuresOf(window)[name]);
    }
    expect(sums).toEqual({ answered: 3, notUnderstood: 0, contained: 1, handedOff: 1, notHelpful: 1, corrected: 1 });
    const [answered] = (await eventsOf('mia', 'support_answered')) as { answerMs: number }[];
    expect(answered).toMatchObject({ intent: 'order-status', outcome: 'NOT_FOUND', language: 'en' });
    expect(answered.answerMs).toBeGreaterThanOrEqual(0);
    expect(await eventsOf('mia', 'support_contained')).toEqual([
      { intent: 'order-status', outcome: 'NOT_FOUND', language: 'en' },
    ]);

    const rule = await shop.client.data<{ createAlertRule: { errors: object[] } }>(CREATE_RULE.replace('20.0', '2.0'));
    expect(rule.createAlertRule.errors).toEqual([]);
    const [alert] = await until(
      async () =>
        (await shop.client.data<{ alerts: { nodes: AlertAnswer[] } }>(ALERTS, { ruleId: 'answers-fail' })).alerts.nodes,
      (alerts) => alerts.some(({ state }) => state === 'FIRING'),
    );
    expect(alert).toMatchObject({ state: 'FIRING', key: 'order-status' });
  });

  it('a list says what each conversation asks, without personal data, and since when a person is awaited', async () => {
    await shop.client.data(
      'mutation { upsertCustomers(input: { customers: [{ id: "lea", attributes: { firstName: "Lea", lastName: "Wu" } }] }) { errors { message } } }',
    );
    const { id, messageId } = await ask(
      'lea',
      `Order WEB-1001 has not come.\nWrite to lea@example.com. ${'Please! '.repeat(30)}`,
    );
    await shop.client.data(HAND_OFF, { id });
    const nobody = await ask('nobody', 'hello');
    await shop.client.data(HAND_OFF, { id: nobody.id });
    const { nodes } = (await operator.data<Listed>(LIST)).conversations;
    const row = nodes.find((node) => node.id === id)!;
    expect(row).toMatchObject({
      customerName: 'Lea Wu',
      summary: {
        waitingSince: expect.any(String) as string,
        question: {
          text: expect.stringMatching(/^Order ••• has not come\. Write to ••• Please! .*…$/) as string,
          message: { id: messageId },
        },
      },
    });
    expect(Array.from(row.summary.question!.text)).toHaveLength(140);
    expect(nodes.find((node) => node.id === nobody.id)).toMatchObject({ customerName: null });
  });

  it('an operator corrects an intent: the message is an example without personal data, until its customer is erased', async () => {
    await shop.client.data(
      'mutation { upsertCustomers(input: { customers: [{ id: "eve", attributes: { name: "Eve Stone" } }] }) { errors { message } } }',
    );
    const { id, messageId } = await ask('eve', 'Eve here (eve@example.com), where is order 100319?');
    const examples = async (receipt: string | null) =>
      (await shop.client.data<Examples>(EXAMPLES, { receipt })).intentExamples.nodes.filter(
        (node) => (node as { conversationId: string }).conversationId === id,
      );
    const first = await correct(operator, messageId, 'refund-status');
    expect(first).toMatchObject({ userErrors: [], conversation: { messages: [{ intent: 'refund-status' }, {}] } });
    const example = { text: '••• here (•••), where is order 10234?', language: 'en', conversationId: id };
    expect(await examples(first.receipt)).toEqual([{ ...example, intent: 'refund-status' }]);
    for (let n = 0; n < 2; n++)
      expect(await correct(operator, messageId, 'late-delivery')).toMatchObject({ userErrors: [] });
    expect(await examples(first.receipt)).toEqual([{ ...example, intent: 'late-delivery' }]);
    expect(await eventsOf('eve', 'support_corrected')).toEqual([
      { intent: 'order-status', correctedIntent: 'refund-status', language: 'en' },
      { intent: 'refund-status', correctedIntent: 'late-delivery', language: 'en' },
    ]);

    const refused = async (message: string, intent: string) => (await correct(operator, message, intent)).userErrors;
    expect(await refused(messageId, 'Order Status')).toMatchObject([
      { code: 'BAD_USER_INPUT', field: ['input', 'intent'] },
    ]);
    expect(await refused(`${id}:2`, 'thanks')).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'messageId'] }]);

    await shop.client.data(ERASE, { customerId: 'eve' });
    expect(
      await until(
        () => examples(null),
        (left) => left.length === 0,
      ),
    ).toEqual([]);
    expect(await eventsOf('eve', 'support_corrected')).toEqual([]);
  });

  describe('questions to review', () => {
    const reviews = async (variables: object = {}) => (await operator.data<Reviews>(REVIEWS, variables)).supportReviews;
    const reasonOf = async (messageId: string, variables: object = {}) =>
      (await reviews({ first: 100, ...variables })).nodes.find(({ message }) => message.id === messageId)?.reason;
    const close = async (messageId: string) =>
      (await operator.data<{ closeSupportReview: { userErrors: object[] } }>(CLOSE_REVIEW, { messageId }))
        .closeSupportReview;

    it('are those without an answer, without personal data, until they are closed', async () => {
      await shop.client.data(
        'mutation { upsertCustomers(input: { customers: [{ id: "zoe", attributes: { name: "Zoe Lund" } }] }) { receipt } }',
      );
      const { id, messageId, outcome } = await ask('zoe', 'zoe@example.com here: brumble frobnicate quux 12345, Zoe');
      expect(outcome).toBe('NOT_UNDERSTOOD');
      const { nodes } = await reviews();
      expect(nodes.find(({ message }) => message.id === messageId)).toEqual({
        ...{ conversationId: id, question: '••• here: brumble frobnicate quux •••, •••', reason: 'UNANSWERED' },
        ...{ language: 'en', message: { id: messageId, intent: null } },
      });
      expect(await close(messageId)).toMatchObject({ conversation: { id }, userErrors: [] });
      expect(await reasonOf(messageId)).toBeUndefined();
      expect((await close(messageId)).userErrors).toEqual([]);
      expect((await close(`${id}:99`)).userErrors).toEqual([]);
      expect((await close('unknown')).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'messageId'] }]);
    });

    it('are those with an answer that has not helped, until the customer says otherwise', async () => {
      const { messageId, answerId } = await ask('lea', 'where is my order?');
      expect(await reasonOf(messageId)).toBeUndefined();
      await shop.client.data(RATE, { id: answerId, helpful: false });
      expect(await reasonOf(messageId)).toBe('UNHELPFUL');
      await shop.client.data(RATE, { id: answerId, helpful: true });
      expect(await reasonOf(messageId)).toBeUndefined();
    });

    it('leave the list once their intent is corrected, and are listed as such', async () => {
      const { messageId, answerId } = await ask('tom', 'where is my order?');
      await correct(operator, messageId, 'drone-delivery');
      await shop.client.data(RATE, { id: answerId, helpful: false });
      expect(await reasonOf(messageId)).toBeUndefined();
      expect(await reasonOf(messageId, { reason: ['CORRECTED'] })).toBe('CORRECTED');
      const { supportIntents } = await operator.data<Reviews>(REVIEWS);
      expect(supportIntents[0]).toEqual({
        id: 'order-status',
        description: expect.stringContaining('order') as string,
      });
      expect(supportIntents).toContainEqual({ id: 'drone-delivery', description: null });
      await close(messageId);
      expect(await reasonOf(messageId, { reason: ['CORRECTED'] })).toBeUndefined();
    });

    it('are listed page by page, each once, the newest first', async () => {
      const asked: string[] = [];
      for (const name of ['p1', 'p2', 'p3']) asked.push((await ask(name, 'brumble frobnicate quux')).messageId);
      const found: string[] = [];
      let after: string | null = null;
      do {
        const { nodes, pageInfo }: Reviews['supportReviews'] = await reviews({ first: 2, after });
        found.push(...nodes.map(({ message }) => message.id));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      expect(found.slice(0, 3)).toEqual(asked.reverse());
      expect(new Set(found).size).toBe(found.length);
    });
  });

  it('a version that learns from wrong corrections stays inactive', async () => {
    const wrong = ANSWER_LANGUAGES.flatMap((language) => starterExamples(language)['order-status']);
    const examples = wrong.map((text) => ({ text, intent: 'return-item' }));
    const { upsertIntentExamples } = await shop.client.data<{ upsertIntentExamples: { userErrors: object[] } }>(
      UPSERT_EXAMPLES,
      { examples },
    );
    expect(upsertIntentExamples.userErrors).toEqual([]);
    const { version } = await refreshModel(shop.client, 'INTENTS');
    expect(version).toMatchObject({ verdict: 'REFUSED' });
    expect(version!.reasons.join()).toContain('accuracy on frozen utterances');
    expect((await ask('eva', 'where is my order?')).outcome).toBe('NOT_FOUND');
  });
});
