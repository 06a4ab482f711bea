import { graphql } from '@freshet/client';

export const Webhooks = graphql(`
  query Webhooks {
    alertWebhooks {
      id
      url
      minSeverity
      rules
      createdAt
    }
  }
`);

export const Deliveries = graphql(`
  query Deliveries {
    alertWebhooks {
      id
      deliveries {
        id
        alertId
        revision
        position
        state
        attempts
        createdAt
        nextAttemptAt
        deliveredAt
        lastStatus
        lastError
      }
    }
  }
`);

export const CreateWebhook = graphql(`
  mutation CreateWebhook($input: CreateAlertWebhookInput!) {
    written: createAlertWebhook(input: $input) {
      secret
      errors {
        code
        message
        path
      }
    }
  }
`);

export const DeleteWebhook = graphql(`
  mutation DeleteWebhook($id: ID!) {
    written: deleteAlertWebhook(input: { id: $id }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const TestWebhook = graphql(`
  mutation TestWebhook($id: ID!) {
    written: testAlertWebhook(input: { id: $id }) {
      delivered
      status
      reason
      milliseconds
      errors {
        code
        message
        path
      }
    }
  }
`);
