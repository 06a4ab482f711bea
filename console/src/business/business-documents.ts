import { graphql } from '@freshet/client';

const MoneyFigureFields = graphql(`
  fragment MoneyFigureFields on MoneyFigure @_unmask {
    value {
      amount
      currency
    }
    before {
      amount
      currency
    }
    change
  }
`);

export const BusinessUpdated = graphql(
  `
    subscription BusinessUpdated($from: DateTime!, $to: DateTime!) {
      businessReportUpdated(from: $from, to: $to) {
        from
        to
        comparedFrom
        comparedTo
        timeZone
        behind
        visits {
          value
          before
          change
        }
        conversion {
          value
          low
          high
          before
          change
        }
        days {
          from
          visits
          conversions
        }
        currencies {
          currency
          orders {
            value
            before
            change
          }
          revenue {
            ...MoneyFigureFields
          }
          averageOrder {
            ...MoneyFigureFields
          }
          recommendations {
            ...MoneyFigureFields
          }
          search {
            ...MoneyFigureFields
          }
          refunded {
            ...MoneyFigureFields
          }
          viewThrough {
            ...MoneyFigureFields
          }
          days {
            from
            orders
            revenue {
              amount
            }
            averageOrder {
              amount
            }
            recommendations {
              amount
            }
            search {
              amount
            }
          }
        }
      }
    }
  `,
  [MoneyFigureFields],
);

export const RevenueForecast = graphql(`
  query RevenueForecast($currency: String!, $days: Int!) {
    revenueForecast(currency: $currency, days: $days) {
      days {
        from
        value
        low
        high
      }
    }
  }
`);

export const Placements = graphql(`
  query Placements($from: DateTime!, $to: DateTime!, $after: String) {
    placements(first: 20, after: $after, from: $from, to: $to) {
      nodes {
        kind
        placement
        shown
        clickThrough {
          value
          low
          high
        }
        carts
        earnings {
          currency
          orders
          revenue {
            amount
            currency
          }
          revenuePerThousandShown {
            amount
            currency
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const AttributedLines = graphql(`
  query AttributedLines($from: DateTime!, $to: DateTime!, $filter: AttributedLineFilter!, $after: String) {
    attributedLines(first: 20, after: $after, from: $from, to: $to, filter: $filter) {
      nodes {
        id
        orderId
        placedAt
        productId
        product {
          title
        }
        units
        revenue {
          amount
          currency
        }
        touch
        query
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const SoldMost = graphql(`
  query SoldMost($input: BestSellersInput!) {
    bestSellers(first: 10, input: $input) {
      productId
      units
      revenue
    }
  }
`);

export const ProductTitles = graphql(`
  query ProductTitles($variables: JSONObject!) {
    products(first: 10, filter: "product.id in vars.ids", filterVariables: $variables) {
      nodes {
        id
        title
      }
    }
  }
`);

export const NoResult = graphql(`
  query NoResult($input: SearchReportInput!) {
    searchReport(input: $input) {
      noResult {
        query
        searches
        withoutResults
      }
    }
  }
`);

export const Troubles = graphql(`
  query Troubles {
    models {
      kind
      active {
        number
      }
      versions(first: 1) {
        nodes {
          number
          verdict
        }
      }
    }
    rejectedEvents(first: 100) {
      nodes {
        rejectedAt
      }
    }
  }
`);

export const UnusualDays = graphql(`
  query UnusualDays($input: AnomaliesInput!) {
    anomalies(input: $input) {
      start
      value
      expected
    }
  }
`);
