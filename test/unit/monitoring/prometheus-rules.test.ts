import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const RULES = path.join(ROOT, 'docs/prometheus/freshet.rules.yml');
const TESTS = path.join(ROOT, 'test/fixtures/freshet.rules.test.yml');

/** Path of promtool, from Debian's package `prometheus`. */
const promtool = (process.env.PATH ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'promtool'))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

if (promtool === undefined) {
  process.stderr.write(
    '\nNOT CHECKED: docs/prometheus/freshet.rules.yml, because promtool is not here (apt-get install prometheus).\n' +
      'That its metrics exist is checked all the same, by test/integration/monitoring/metrics.test.ts.\n\n',
  );
}

/** metrics.test.ts always checks that the metrics which the rules name exist. */
(promtool === undefined ? describe.skip : describe)('the rules for Prometheus, by promtool', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool as string, args, { encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };

  it('are valid rules', () => {
    const { status, said } = run('check', 'rules', RULES);
    expect(said).toMatch(/SUCCESS: \d\d rules found/);
    expect(status).toBe(0);
  });

  it('fire when they should, and not before', () => {
    const { status, said } = run('test', 'rules', TESTS);
    expect(said).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});
