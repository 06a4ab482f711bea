import { graphql, type ResultOf } from '@freshet/client';

/** The order fields that a row of the list shows. */
const OrderSummary = graphql(`
  fragment OrderSummary on Order @_unmask {
    id
    status
    placedAt
    total {
      amount
      currency
    }
    lines {
      id
      quantity
      productId
      product {
        title
        imageUrls
      }
    }
  }
`);

export type OrderSummaryData = ResultOf<typeof OrderSummary>;

export const Orders = graphql(
  `
    query Orders($after: String) {
      orders(first: 10, after: $after) {
        nodes {
          ...OrderSummary
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [OrderSummary],
);

export const OrderStatus = graphql(`
  subscription OrderStatus($id: ID!) {
    orderUpdated(id: $id) {
      status
    }
  }
`);
