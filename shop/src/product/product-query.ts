import { graphql, type ResultOf } from '@freshet/client';
import { ProductFields } from '../lists/product-fields';

export const ProductQuery = graphql(
  `
    query Product($id: ID!) {
      product(id: $id) {
        ...ProductFields
        description
        categories
        attributes
        variants {
          ...ProductFields
          attributes
        }
      }
    }
  `,
  [ProductFields],
);

export type ProductData = NonNullable<ResultOf<typeof ProductQuery>['product']>;
