import { getOperationAST, parse } from 'graphql';
import { readConfig } from '../../src/config';
import { workOfEvents } from '../../src/events/event.service';
import { costOf } from '../../src/graphql/limits/operation-cost';
import { DEFAULT_LIMITS } from '../../src/graphql/limits/limits';
import { RateLimit } from '../../src/graphql/limits/rate-limit';
import { SCHEMA } from './schema';

export interface ChargedVisit {
  /** Charges an operation to the visit, with the cost that the server computes. Returns whether it is refused. */
  isRefused(document: string, variables: Record<string, unknown>): boolean;
  areEventsRefused(count: number): boolean;
}

/** Returns a visit with a storefront key and its rate limit on the server, at the default setting. */
export function chargedVisit(now: () => number): ChargedVisit {
  const rates = new RateLimit(readConfig({}).rateLimit, now);
  const isChargeRefused = (units: number) => {
    try {
      const cost = units + DEFAULT_LIMITS.unitsPerOperation;
      rates.charge({ scope: 'STOREFRONT', keyId: 'public', sessionId: 'visit' }, '198.51.100.1', cost);
      return false;
    } catch {
      return true;
    }
  };
  return {
    isRefused: (text, variables) => {
      const document = parse(text);
      return isChargeRefused(costOf(SCHEMA, document, getOperationAST(document)!, variables));
    },
    areEventsRefused: (count) => isChargeRefused(workOfEvents(count)),
  };
}
