import { getOperationAST, parse, validate } from 'graphql';
import type { Attacker } from '../../../bench/fair-attacker';
import { ATTACKS, SUBSCRIPTIONS } from '../../../bench/fair-attacks';
import { DEFAULT_LIMITS } from '../../../src/graphql/limits/limits';
import { costOf } from '../../../src/graphql/limits/operation-cost';
import { SCHEMA } from '../../setup/schema';

/** Returns the first operation of an attack with requests. */
async function operationOf(attack: string): Promise<{ query: string; variables?: Record<string, unknown> }> {
  const sent: { query: string }[] = [];
  const attacker = {
    sent: 1,
    isOver: false,
    product: () => 'p1',
    products: (count: number) => Array.from({ length: count }, (_, n) => `p${n}`),
    ask: (operation: { query: string }) => {
      sent.push(operation);
      attacker.isOver = true;
    },
  };
  await ATTACKS[attack](attacker as unknown as Attacker);
  return sent[0];
}

describe('the attacks of `bench fair`', () => {
  it.each(['estimates', 'rails', 'searches', 'filters', 'ads', 'events', 'filter', 'documents'])(
    'send operations that a shop has to answer: %s',
    async (attack) => {
      const { query, variables = {} } = await operationOf(attack);
      const document = parse(query, { maxTokens: DEFAULT_LIMITS.maxTokens });
      expect(validate(SCHEMA, document)).toEqual([]);
      expect(costOf(SCHEMA, document, getOperationAST(document)!, variables)).toBeLessThanOrEqual(
        DEFAULT_LIMITS.maxCost,
      );
    },
  );

  it.each(Object.entries(SUBSCRIPTIONS))('subscribe to what a shop has to send: %s', (_, query) => {
    expect(validate(SCHEMA, parse(query))).toEqual([]);
  });
});
