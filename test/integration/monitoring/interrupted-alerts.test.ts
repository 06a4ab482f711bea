import type { Pool } from 'pg';
import { AlertEvaluator } from '../../../src/monitoring/alerts/alert-evaluator.service';
import type { AlertSpec } from '../../../src/monitoring/alerts/alert-rule';
import { insertRule } from '../../../src/monitoring/alerts/alert-rule.store';
import type { RuleObserver } from '../../../src/monitoring/alerts/rule-observer.service';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const HOUR_MS = 3_600_000;
const SPEC: AlertSpec = {
  source: 'SYSTEM',
  stream: null,
  which: 'COMPLETE',
  windowMs: 60_000,
  keys: null,
  condition: 'system.workerProcesses > 0.0',
  clearCondition: null,
  forMs: HOUR_MS,
  noData: 'ZERO',
  severity: 'WARNING',
};
const MET = new Map([['', { conditionResult: { met: true, cleared: false }, usedFields: {} }]]);

describe('a pending alert', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeEach(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    await inTransaction(pool, (client) => insertRule(client, 'busy', null, SPEC));
  });
  afterEach(async () => {
    await pool.end();
    await shop.drop();
  });

  const states = async () => {
    const { rows } = await pool.query<{ state: string }>('SELECT state FROM alerts ORDER BY started_at, updated_at');
    return rows.map(({ state }) => state);
  };
  /** Evaluates the rule, whose condition is met, until its alerts have these states. */
  const evaluateUntil = async (expected: readonly string[]) => {
    const evaluator = new AlertEvaluator({
      pool,
      pubSub: { publish: () => undefined },
      log: createLog({ logLevel: 'silent' }),
      observer: { observe: async () => MET } as unknown as RuleObserver,
      sample: async () => undefined,
      deliver: () => undefined,
    });
    const running = evaluator.run();
    await until(states, (found) => found.join() === expected.join());
    evaluator.close();
    await running;
  };
  /** Moves everything into the past, as if no worker had run since. */
  const wait = async (sinceRaised: string, sinceEvaluated: string) => {
    await pool.query('UPDATE alerts SET started_at = started_at - $1::interval', [sinceRaised]);
    await pool.query('UPDATE alert_rules SET evaluated_at = evaluated_at - $1::interval', [sinceEvaluated]);
  };

  it('fires when its condition has held for long enough', async () => {
    await evaluateUntil(['PENDING']);
    await wait('2 hours', '20 seconds');
    await evaluateUntil(['FIRING']);
  });

  it('begins again after an interruption, because the condition may not have held meanwhile', async () => {
    await evaluateUntil(['PENDING']);
    await wait('2 hours', '2 hours');
    await evaluateUntil(['RESOLVED', 'PENDING']);
    const { rows } = await pool.query("SELECT FROM alert_transitions WHERE state = 'FIRING'");
    expect(rows).toEqual([]);
  });
});
