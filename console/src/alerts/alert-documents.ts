import { graphql } from '@freshet/client';

const AlertFields = graphql(`
  fragment AlertFields on Alert @_unmask {
    id
    ruleId
    key
    severity
    state
    startedAt
    firedAt
    resolvedAt
    acknowledgedAt
    acknowledgedBy
    note
    observed
    revision
  }
`);

export const AlertUpdated = graphql(
  `
    subscription AlertUpdated {
      alertUpdated {
        ...AlertFields
      }
    }
  `,
  [AlertFields],
);

export const OpenAlerts = graphql(
  `
    query OpenAlerts {
      alerts(first: 100, states: [PENDING, FIRING]) {
        nodes {
          ...AlertFields
        }
      }
    }
  `,
  [AlertFields],
);

export const PastAlerts = graphql(
  `
    query PastAlerts($after: String) {
      alerts(first: 20, after: $after, states: [RESOLVED]) {
        nodes {
          ...AlertFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [AlertFields],
);

export const AlertHistory = graphql(`
  query AlertHistory($ruleId: ID!) {
    alerts(first: 100, ruleId: $ruleId) {
      nodes {
        id
        history {
          revision
          state
          at
          by
          observed
        }
      }
    }
  }
`);

export const AcknowledgeAlert = graphql(`
  mutation AcknowledgeAlert($id: ID!, $note: String) {
    written: acknowledgeAlert(input: { id: $id, note: $note }) {
      errors {
        code
        message
        path
      }
    }
  }
`);
