import { graphql } from '@freshet/client';

export const Segments = graphql(`
  query Segments {
    segments {
      id
      name
      generatedName
      description
      size
      figures {
        recencyDays
        orderCount
        daysBetweenOrders
        orderAmount {
          amount
          currency
        }
        netAmount {
          amount
          currency
        }
        discountShare
      }
    }
  }
`);

export const SegmentHistories = graphql(`
  query SegmentHistories {
    segments {
      id
      sizes {
        startAt
        size
      }
    }
  }
`);

export const SegmentSizesUpdated = graphql(`
  subscription SegmentSizesUpdated {
    segmentSizesUpdated {
      stabilityIndex
      segments {
        segment {
          id
        }
        size
      }
    }
  }
`);

export const RenameSegment = graphql(`
  mutation RenameSegment($id: ID!, $name: String) {
    renameSegment(input: { id: $id, name: $name }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const ListedCustomerFields = graphql(`
  fragment ListedCustomerFields on Customer @_unmask {
    id
    createdAt
    updatedAt
    profiling
    segment {
      id
      name
    }
    segmentSince
    predictions {
      expectedAmount {
        amount
        currency
      }
      purchaseProbability
      churnProbability
      asOf
    }
  }
`);

export const ListedCustomers = graphql(
  `
    query ListedCustomers($idPrefix: String!, $after: String) {
      customers(idPrefix: $idPrefix, first: 50, after: $after) {
        nodes {
          ...ListedCustomerFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [ListedCustomerFields],
);

export const SegmentMembers = graphql(
  `
    query SegmentMembers($segmentId: ID!, $after: String) {
      segment(id: $segmentId) {
        members(first: 50, after: $after) {
          nodes {
            ...ListedCustomerFields
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [ListedCustomerFields],
);

export const CustomerProfile = graphql(`
  query CustomerProfile($id: ID!) {
    customer(id: $id) {
      id
      createdAt
      updatedAt
      profiling
      segment {
        id
        name
        description
      }
      segmentSince
      behaviour {
        behaviour
        source
        explanation
        purchaseProbability
        probabilities {
          behaviour
          probability
        }
        startedAt
        asOf
      }
      predictions {
        horizonDays
        expectedAmount {
          amount
          currency
        }
        lowAmount {
          amount
          currency
        }
        highAmount {
          amount
          currency
        }
        purchaseProbability
        churnProbability
        asOf
      }
    }
  }
`);

export const CustomerUpdated = graphql(`
  subscription CustomerUpdated($id: ID!) {
    customerUpdated(id: $id) {
      id
    }
  }
`);

export const CustomerEvents = graphql(`
  query CustomerEvents($id: ID!, $after: String) {
    customer(id: $id) {
      history(first: 50, after: $after) {
        nodes {
          id
          source
          type
          occurredAt
          quantity
          productId
          product {
            title
          }
          unitPrice {
            amount
            currency
          }
          query
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const CustomerOrders = graphql(`
  query CustomerOrders($id: ID!, $after: String) {
    orders(customerId: $id, first: 10, after: $after) {
      nodes {
        id
        placedAt
        status
        kind
        lines {
          id
        }
        total {
          amount
          currency
        }
        refunded {
          amount
          currency
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
