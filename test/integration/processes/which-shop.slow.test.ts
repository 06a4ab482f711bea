import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { GraphqlClient } from '../../setup/graphql-client';
import { testFolder } from '../../setup/shop';
import { endStarted, READY, start } from '../../setup/start-command';

const COMMAND = path.resolve(__dirname, '../../../dist/cli/main.js');

afterEach(endStarted);

/** Runs a command as in a second terminal while `npm start` runs. */
async function freshet(env: NodeJS.ProcessEnv, ...args: string[]) {
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

it('while the demo is open, commands work on the demo and say so; NAMESPACE names the own shop; import uses it', async () => {
  const env = { DATA_DIR: testFolder('which-shop') };
  const demo = start({ ...env, DEMO: 'on', DEMO_TRAFFIC: 'off' });
  const [, port] = await demo.line(READY);
  await demo.line(/^Create another admin key: npm run -s freshet -- key create --scope admin$/m);

  const scopeOf = async (apiKey: string) => {
    const client = new GraphqlClient(Number(port), { apiKey });
    const { data } = (await client.send('{ viewer { scope } }')) as { data: { viewer: { scope: string } } | null };
    await client.close();
    return data?.viewer.scope;
  };
  const key = await freshet(env, 'key', 'create', '--scope', 'admin');
  expect(key.errors).toMatch(
    /^Working on the shop "demo"\. It is open, and your shop "freshet" is empty: NAMESPACE=freshet/,
  );
  expect(await scopeOf(key.output.trim())).toBe('ADMIN');

  const own = await freshet({ ...env, NAMESPACE: 'freshet' }, 'key', 'create', '--scope', 'admin', '--json');
  expect(own.errors).toMatch(
    /^Working on the shop "freshet"\. The demo shop is open, too: NAMESPACE=demo chooses it\.$/m,
  );
  expect(await scopeOf((JSON.parse(own.output) as { secret: string }).secret)).not.toBe('ADMIN');

  const doctor = await freshet(env, 'doctor', '--json');
  expect(doctor.errors).toContain('Working on the shop "demo".');
  expect(JSON.parse(doctor.output)).toMatchObject({ shop: 'demo' });

  const imported = await freshet(env, 'import', 'products', '-');
  expect(imported.errors).toMatch(
    /^Working on the shop "freshet"\. The demo shop is open: start Freshet again afterwards/,
  );
  // The shop is not empty any more.
  expect((await freshet(env, 'doctor', '--json')).errors).toContain('Working on the shop "freshet".');
  demo.process.kill('SIGTERM');
  expect(await demo.exitCode()).toBe(0);
}, 400_000);
