import { graphql, type ResultOf } from '@freshet/client';

/** The product fields that a list shows. */
export const ProductFields = graphql(`
  fragment ProductFields on Product @_unmask {
    id
    title
    brand
    imageUrls
    availability
    rating
    price {
      amount
      currency
    }
    listPrice {
      amount
      currency
    }
  }
`);

export type ListedProduct = ResultOf<typeof ProductFields>;

export const isPurchasable = ({ price, availability }: Pick<ListedProduct, 'price' | 'availability'>) =>
  price !== null && (availability === 'IN_STOCK' || availability === 'PREORDER');
