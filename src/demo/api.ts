import type { ProductsReadModel } from '../catalog/products.read-model';
import type { GraphqlServer } from '../graphql/server';
import { serveDemoBackEnd } from './back-end.route';
import { DemoBackEnd } from './back-end.service';
import { servePictures } from './picture.route';

/** Serves the pictures of synthetic products and, if `options` are given, the shop's own back end of the demo. */
export function serveDemo(
  server: GraphqlServer,
  products: ProductsReadModel,
  options: ConstructorParameters<typeof DemoBackEnd>[0] | null,
): void {
  servePictures(server.fastify, products);
  if (options !== null) serveDemoBackEnd(server, new DemoBackEnd(options));
}
