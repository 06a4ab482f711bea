import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConversationScript } from '../../../src/evaluation/answers/conversation-script';
import { playScript, recordFacts, type ScriptRun } from '../../../src/evaluation/answers/play-script';
import { ANSWER_LANGUAGES } from '../../../src/support/language/languages';
import { personWords } from '../../../src/support/answers/words';
import { runCommand } from '../../setup/command';
import { refreshModel } from '../../setup/model-operations';
import { ADMIN_KEY, startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const FIXTURES = path.resolve(__dirname, '../../fixtures/support');
const PATIENCE_MS = 600_000;

/** Written by others than the answers. */
describe.each([
  { file: 'orders.conversations.json', atLeast: 100, values: 400 },
  { file: 'shop.conversations.json', atLeast: 180, values: 150 },
])('the conversations of $file', ({ file, atLeast, values }) => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop, { RETURN_DAYS: '30', TIME_ZONE: 'UTC' });
    expect((await refreshModel(api.client, 'INTENTS')).version).toMatchObject({ verdict: 'PROMOTED' });
  }, PATIENCE_MS);

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it(
    'end as they should, and state only fields of the one who asks',
    async () => {
      const script = readConversationScript(readFileSync(path.join(FIXTURES, file), 'utf8'));
      const run: ScriptRun = {
        send: (query, variables, token) =>
          (token === undefined
            ? api.client
            : api.client.as({ apiKey: ADMIN_KEY, authorization: `Bearer ${token}` })
          ).data(query, variables),
        newId: randomUUID,
        pause: (ms) => sleep(ms),
        now: Date.now(),
        personLabels: ANSWER_LANGUAGES.map(personWords),
      };
      await recordFacts(script, run);
      const played = await playScript(script, run);
      expect(played.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
      expect(played.filter(({ hasKnownFault }) => !hasKnownFault).length).toBeGreaterThanOrEqual(atLeast);
      expect(played.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThan(values);
    },
    PATIENCE_MS,
  );

  it('fail in `evaluate-answers` if an answer is another one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'freshet-conversations-'));
    const script = path.join(folder, 'script.json');
    const messages = [
      { say: 'hello', expect: { outcome: 'ANSWERED' } },
      { say: 'hello', expect: { outcome: 'NOT_FOUND' } },
    ];
    writeFileSync(script, JSON.stringify({ conversations: [{ name: 'a greeting', messages }] }));
    const url = `http://127.0.0.1:${api.port}/graphql`;
    const ended = await runCommand(shop, ['evaluate-answers', script, '--url', url, '--key', ADMIN_KEY]);
    rmSync(folder, { recursive: true });
    expect(ended).toMatchObject({
      code: 1,
      output: expect.stringContaining('a greeting: message 2: outcome: "ANSWERED" instead of "NOT_FOUND"') as string,
      errors: expect.stringContaining('1 of 1 conversation did not end as expected') as string,
    });
  });
});
