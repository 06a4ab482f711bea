import { authenticating } from '../auth/room';
import type { GraphqlServer } from '../graphql/server';
import { demoKey } from '../pages/room';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { simulatesDesk } from '../support/room';
import { serveDemoBackEnd } from './back-end.route';
import { DemoBackEnd } from './back-end.service';
import { DEMO_STOREFRONT_KEY } from './demo-names';
import { readPersonas } from './demo-persona.store';
import { explainDemoKey } from './explain-demo-key';
import { isDemo } from './fill-demo';
import { servePictures } from './picture.route';
import type { needs } from './room';

/** Serves the pictures of synthetic products and, in the demo shop, the shop's own back end. */
export async function api({ config, pool }: ApiContext, needed: ApiNeeds<typeof needs>) {
  const { tokens, requestIds } = needed.auth;
  const { products } = needed.catalog;
  const { customers, merges } = needed.customers;
  const { orders, reader } = needed.orders;
  const isOpen = await isDemo(pool);
  const hasSimulatedDesk = async () => config.demo && config.demoTraffic && (await isDemo(pool));
  return {
    contributes: [
      isOpen ? demoKey.with(DEMO_STOREFRONT_KEY) : authenticating.with(explainDemoKey),
      simulatesDesk.with(hasSimulatedDesk),
    ],
    serve: (server: GraphqlServer) => {
      servePictures(server.fastify, products);
      if (!isOpen || !config.shopPage) return;
      const personas = () => readPersonas(pool);
      const backEnd = { tokens, requestIds, customers, personas, merges, products, orders, reader };
      serveDemoBackEnd(server, new DemoBackEnd(backEnd));
    },
  };
}
