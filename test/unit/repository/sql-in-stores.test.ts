import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const RAW = "export const count = (pool: { query(text: string): unknown }) => pool.query('SELECT 1');\n";
const THROUGH_HELPER = "import { execute } from '../platform/sql';\nexport { execute };\n";

const NO_SQL = 'SQL belongs in a .store.ts file.';
const NO_HELPER = 'SQL belongs in a .store.ts file: only stores import src/platform/sql.ts.';
const NO_RAW_SQL = 'Run SQL with queryRows, queryColumn, queryFirst, queryOne or execute of src/platform/sql.ts.';

/** Texts of files, and what the linter says about their SQL. */
const CASES: readonly (readonly [file: string, text: string, messages: readonly string[]])[] = [
  ['src/orders/order.service.ts', RAW, [NO_SQL]],
  ['src/orders/order.service.ts', THROUGH_HELPER, [NO_HELPER]],
  ['src/customers/histories.read-model.ts', THROUGH_HELPER, [NO_HELPER]],
  ['src/orders/order.service.ts', "export { execute } from '../platform/sql';\n", [NO_HELPER]],
  ['workers/main.ts', RAW, [NO_SQL]],
  ['cli/rebuild.ts', RAW, [NO_SQL]],
  ['src/orders/order.store.ts', RAW, [NO_RAW_SQL]],
  ['src/orders/order.store.ts', THROUGH_HELPER, []],
  ['src/platform/lease.ts', RAW, []],
];

/** Lints each case. ESLint loads its settings as an ES module, which Jest can't, so it runs in its own process. */
const LINT = `
  import { ESLint } from 'eslint';
  const eslint = new ESLint();
  const found = [];
  for (const [filePath, text] of ${JSON.stringify(CASES)}) {
    const [{ messages }] = await eslint.lintText(text, { filePath });
    found.push(messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax').map(({ message }) => message));
  }
  console.log(JSON.stringify(found));`;

it('finds SQL outside stores, and SQL in stores that does not use the helper', async () => {
  // In a single run, such as with CI=true, the parser would read the file itself and not the text.
  const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', LINT], { env });
  expect(JSON.parse(stdout)).toEqual(CASES.map(([, , messages]) => messages));
});
