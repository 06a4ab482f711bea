import { opensDemo } from '../../../src/demo/choose-shop';
import { DEMO_NAMESPACE, OPENED_AT_SETTING } from '../../../src/demo/demo-names';
import { migrate } from '../../../src/platform/migrate';
import { connectPostgres } from '../../../src/platform/postgres';
import { testNamespace, testServices } from '../../setup/shop';

/** Returns whether `npm start` opens the demo: for an empty shop, with a product, and if it is marked as the demo, too. */
async function answersOf(namespace: string): Promise<boolean[]> {
  const { databaseUrl } = testServices();
  const pool = connectPostgres(databaseUrl, namespace, { max: 1 });
  try {
    const answers = [await opensDemo(databaseUrl, namespace)];
    for (const text of [
      "INSERT INTO products (id, title, updated_at, offer_updated_at) VALUES ('mug', 'Enamel mug', now(), now())",
      `INSERT INTO settings (name, value) VALUES ('${OPENED_AT_SETTING}', '0')`,
    ]) {
      await pool.query(text);
      answers.push(await opensDemo(databaseUrl, namespace));
    }
    return answers;
  } finally {
    await pool.query(`DROP SCHEMA "${namespace}" CASCADE`);
    await pool.end();
  }
}

it('opens the demo instead of an empty shop, and never instead of a shop with data', async () => {
  const { namespace } = await testNamespace();
  expect(await answersOf(namespace)).toEqual([true, false, false]);
});

it('with NAMESPACE=demo, opens the demo also if it is filled or its filling was interrupted, but no other shop of that name', async () => {
  await migrate(testServices().databaseUrl, DEMO_NAMESPACE);
  expect(await answersOf(DEMO_NAMESPACE)).toEqual([true, false, true]);
});
