import { graphql } from '@freshet/client';

export const Customers = graphql(`
  query Customers($first: Int!, $after: String) {
    customers(first: $first, after: $after) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const CustomerHistory = graphql(`
  query CustomerHistory($id: ID!) {
    customer(id: $id) {
      id
      history(first: 100) {
        nodes {
          id
          type
          occurredAt
          quantity
          productId
          product {
            id
            title
          }
        }
      }
    }
  }
`);

export const ListUpdated = graphql(`
  subscription ListUpdated($input: RecommendationsInput!, $first: Int!) {
    recommendationsUpdated(input: $input, first: $first) {
      modelVersion
      revision
      edges {
        rank
        score
        node {
          id
          title
          imageUrls
          price {
            amount
            currency
          }
        }
        reasons {
          source
          share
          text
        }
      }
    }
  }
`);

export const BlendVersions = graphql(`
  query BlendVersions {
    model(kind: BLEND) {
      active {
        id
        number
        verdict
        bytes
      }
      versions(first: 50) {
        nodes {
          id
          number
          verdict
          bytes
        }
      }
    }
  }
`);

export const Record = graphql(`
  mutation Record($event: EventInput!) {
    recordEvents(input: { events: [$event] }) {
      accepted
      errors {
        code
        message
        path
      }
    }
  }
`);
