import type { FastifyInstance } from 'fastify';
import type { ProductsReadModel } from '../catalog/products.read-model';
import { productPicture } from './product-picture';

const DAY_SECONDS = 86_400;
const NAME = /^([a-z0-9-]{1,20})\.svg$/;

/** Serves `GET /shop/images/<id>.svg`, the pictures of the demo products. In other shops, the response is 404. */
export function servePictures(app: FastifyInstance, products: Pick<ProductsReadModel, 'getPublished'>): void {
  app.get<{ Params: { name: string } }>(
    '/shop/images/:name',
    { config: { access: 'PUBLIC' } },
    async (request, reply) => {
      const id = NAME.exec(request.params.name)?.[1];
      const product = id === undefined ? undefined : products.getPublished(id);
      const isSynthetic = product?.attributes.synthetic === true;
      const picture =
        product && isSynthetic ? productPicture(product.id, product.title, product.attributes.colour) : null;
      if (picture === null) return reply.callNotFound();
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', `public, max-age=${DAY_SECONDS}`)
        .send(picture);
    },
  );
}
