import { randomUUID } from 'node:crypto';
import { Outbox } from '../../../src/events/outbox.service';
import type { Viewer } from '../../../src/graphql/context';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { AnswerSweeper } from '../../../src/support/answer-sweeper.service';
import type { ComposedAnswer } from '../../../src/support/answers/answer.service';
import { ConversationService } from '../../../src/support/conversation.service';
import { ConversationWriter } from '../../../src/support/conversation-writer.service';
import { OperatorService } from '../../../src/support/operator.service';
import { readAwaiting, readMessages } from '../../../src/support/conversation.store';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const log = createLog({ logLevel: 'silent' });
const visitor: Viewer = { scope: 'STOREFRONT', keyId: 'k', sessionId: 's1' };
const GREETING: ComposedAnswer = {
  understood: { intent: 'greeting', confidence: 1, candidates: [], modelVersion: null },
  content: {
    ...{ language: 'en', outcome: 'ANSWERED', choices: [], cards: [], quotes: [] },
    parts: [{ template: 'greeting', slots: {} }],
  },
};

describe('a message that is not answered at once', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  /** What composing an answer does, for all processes. */
  let compose: () => Promise<ComposedAnswer>;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /** Each process has a service and a sweeper of its own. The sweeper looks ten seconds ahead. */
  const newProcess = () => {
    const writer = new ConversationWriter(eventLogOf(pool, outbox));
    const service = new ConversationService({
      writer,
      pool,
      answers: { compose: () => compose() },
      limits: { charge: () => undefined },
      log,
    });
    const operators = new OperatorService(writer, () => Promise.resolve('Ann'));
    return {
      service,
      operators,
      sweeper: new AnswerSweeper(pool, service, { settle: () => Promise.resolve(0) }, log, () => Date.now() + 10_000),
    };
  };
  const start = async (service: ConversationService) => (await service.start({}, visitor, null)).conversation!.id;
  const ask = (service: ConversationService, conversationId: string, text = 'hello') =>
    service.ask({ conversationId, messageId: randomUUID(), text, choice: null }, visitor, null);
  const authors = async (id: string) => (await readMessages(pool, id)).map(({ author }) => author);
  const awaiting = async () => (await readAwaiting(pool, new Date(Date.now() + 60_000), 10)).length;

  it('is stored, and answered once by the sweepers of several processes', async () => {
    const processes = [newProcess(), newProcess(), newProcess()];
    compose = () => Promise.reject(new Error('no fact can be read'));
    const id = await start(processes[0].service);
    const asked = await ask(processes[0].service, id);
    expect(asked).toMatchObject({ answer: null, message: { awaitsAnswer: true }, userErrors: [] });
    expect(await processes[1].sweeper.sweep()).toBe(0);
    expect(await authors(id)).toEqual(['CUSTOMER']);
    compose = () => Promise.resolve(GREETING);
    await Promise.all(processes.map(({ sweeper }) => sweeper.sweep()));
    expect(await authors(id)).toEqual(['CUSTOMER', 'AUTOMATIC']);
    expect(await awaiting()).toBe(0);
    const { rows } = await pool.query<{ name: string }>(
      `SELECT name FROM events WHERE source = 'SUPPORT' AND id LIKE $1`,
      [`${id}:%`],
    );
    expect(rows).toEqual([{ name: 'support_answered' }]);
  });

  it('is answered once by two processes that compose an answer at the same time', async () => {
    const processes = [newProcess(), newProcess()];
    compose = () => Promise.reject(new Error('no fact can be read'));
    const id = await start(processes[0].service);
    await ask(processes[0].service, id);
    let composing = 0;
    let release: (answer: ComposedAnswer) => void = () => undefined;
    const both = new Promise<ComposedAnswer>((resolve) => (release = resolve));
    compose = () => {
      if (++composing === 2) release(GREETING);
      return both;
    };
    const answers = await Promise.all(processes.map(({ service }) => service.answer(id, 1)));
    expect(composing).toBe(2);
    expect(answers.filter(({ answer }) => answer !== null)).toHaveLength(1);
    expect(await authors(id)).toEqual(['CUSTOMER', 'AUTOMATIC']);
  });

  it('is left to the person, if the customer asks for one meanwhile', async () => {
    const { service, sweeper } = newProcess();
    const id = await start(service);
    let release: (answer: ComposedAnswer) => void = () => undefined;
    let isComposing: () => void = () => undefined;
    const composing = new Promise<void>((resolve) => (isComposing = resolve));
    compose = () => {
      isComposing();
      return new Promise((resolve) => (release = resolve));
    };
    const asking = ask(service, id);
    await composing;
    const { conversation } = await service.handOff(id, visitor);
    expect(conversation!.status).toBe('WAITING');
    release(GREETING);
    expect((await asking).answer).toBeNull();
    expect(await sweeper.sweep()).toBe(0);
    // The second message is the one that announces the person.
    expect(await authors(id)).toEqual(['CUSTOMER', 'AUTOMATIC']);
    expect((await readMessages(pool, id))[1]).toMatchObject({ answerTo: null, content: { outcome: 'HANDED_OFF' } });
    await ask(service, id, 'hello?');
    expect(await authors(id)).toEqual(['CUSTOMER', 'AUTOMATIC', 'CUSTOMER']);
  });

  it('ends a conversation at its limit, and lets a person answer until then', async () => {
    const { service, operators } = newProcess();
    compose = () => Promise.resolve(GREETING);
    const id = await start(service);
    const operator: Viewer = { scope: 'OPERATOR', keyId: 'ann' };
    const reply = () => operators.reply({ conversationId: id, messageId: randomUUID(), text: 'Hi.' }, operator);
    const count = (messages: number) =>
      pool.query('UPDATE conversations SET message_count = $2 WHERE id = $1', [id, messages]);
    await count(249);
    expect((await ask(service, id)).answer).not.toBeNull();
    expect((await ask(service, id)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await service.handOff(id, visitor)).conversation).toMatchObject({ status: 'WAITING' });
    expect((await ask(service, id)).userErrors).toEqual([]);
    await count(290);
    expect((await ask(service, id)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await reply()).userErrors).toEqual([]);
    await count(300);
    expect((await reply()).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  it('goes to a person if it can not be answered for a minute', async () => {
    const { service } = newProcess();
    compose = () => Promise.reject(new Error('no fact can be read'));
    const id = await start(service);
    await ask(service, id);
    await new AnswerSweeper(
      pool,
      service,
      { settle: () => Promise.resolve(0) },
      log,
      () => Date.now() + 61_000,
    ).sweep();
    expect((await readMessages(pool, id)).map(({ content }) => content?.outcome)).toEqual([undefined, 'HANDED_OFF']);
    expect(await awaiting()).toBe(0);
  });

  it('is not shown to the token that has sent it, if a customer has signed in meanwhile', async () => {
    const { service } = newProcess();
    const id = await start(service);
    let release: (answer: ComposedAnswer) => void = () => undefined;
    let isComposing: () => void = () => undefined;
    const composing = new Promise<void>((resolve) => (isComposing = resolve));
    compose = () => {
      isComposing();
      return new Promise((resolve) => (release = resolve));
    };
    const asking = ask(service, id).then(
      () => 'an answer',
      (error: { code: string }) => error.code,
    );
    await composing;
    await pool.query("UPDATE conversations SET customer_id = 'ann' WHERE id = $1", [id]);
    release(GREETING);
    expect(await asking).toBe('NOT_FOUND');
  });

  it('belongs to one operator, whom no other one sends away', async () => {
    const { service, operators } = newProcess();
    compose = () => Promise.resolve(GREETING);
    const id = await start(service);
    const [ann, bob] = ['ann', 'bob'].map((keyId): Viewer => ({ scope: 'OPERATOR', keyId }));
    await operators.takeOver(id, false, ann);
    for (const refused of [await service.handOff(id, bob), await operators.close(id, bob)])
      expect(refused.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await service.handOff(id, visitor)).conversation).toMatchObject({ status: 'WITH_OPERATOR' });
    expect((await service.handOff(id, ann)).conversation).toMatchObject({ status: 'WAITING', operatorName: null });
  });

  it('is rated once', async () => {
    const { service } = newProcess();
    compose = () => Promise.resolve(GREETING);
    const id = await start(service);
    await ask(service, id);
    for (const helpful of [true, true, false]) await service.rate(id, 2, helpful, visitor, null);
    const { rows } = await pool.query<{ helpful: boolean }>(
      `SELECT (properties->>'helpful')::boolean AS helpful FROM events WHERE name = 'support_rated' AND id LIKE $1
       ORDER BY occurred_at, id`,
      [`${id}:%`],
    );
    expect(rows.map((row) => row.helpful).sort()).toEqual([false, true]);
  });
});
