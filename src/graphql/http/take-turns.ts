import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { rateLimitedError } from '../limits/rate-limit';
import { type TurnRules, Turns } from '../limits/turns';
import type { TrustedProxies } from './client-address';

/** How long a client in debt waits for its refusal, so that it can't ask as fast as it is refused, ms. */
const REFUSAL_PAUSE_MS = 250;

declare module 'fastify' {
  interface FastifyRequest {
    /** The client's address, as in `Context`. */
    client: string | null;
    /** The turns of the request on the main thread; `null` if it was refused before it had any. */
    turns: Turns | null;
  }
}

/**
 * Gives each request its turns, and lets its handler begin in one of them. Requests of clients that are in debt are
 * refused before their body is read. Call it after `enforceRouteAccess`, which says who asks.
 */
export function takeTurns(app: FastifyInstance, rules: TurnRules, proxies: TrustedProxies): void {
  app.decorateRequest('client', {
    getter(this: FastifyRequest) {
      return proxies.clientOf(this.socket.remoteAddress, this.headers['x-forwarded-for']);
    },
  });
  app.decorateRequest('turns', null);
  app.addHook('onRequest', async (request) => {
    const { viewer, client } = request;
    const turns = (request.turns = new Turns(rules, { viewer, address: client }));
    const { access } = request.routeOptions.config;
    const { debtMs } = turns;
    if (debtMs === 0 || access === undefined || access === 'PUBLIC') return;
    await pause(Math.min(debtMs, REFUSAL_PAUSE_MS));
    throw rateLimitedError(debtMs);
  });
  app.addHook('onResponse', async ({ turns }) => turns?.settle());
  app.addHook('preHandler', async ({ turns, routeOptions }) => {
    if (routeOptions.config.access !== 'PUBLIC' && !turns!.mayContinue) await turns!.next();
  });
}
