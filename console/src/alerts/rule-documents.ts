import { graphql } from '@freshet/client';

export const AlertRules = graphql(`
  query AlertRules {
    alertRules {
      id
      description
      source
      stream
      which
      windowSeconds
      condition
      clearCondition
      forSeconds
      noData
      keys
      severity
      silencedUntil
      fault
    }
  }
`);

export const CreateAlertRule = graphql(`
  mutation CreateAlertRule($rule: AlertRuleInput!) {
    written: createAlertRule(input: { rule: $rule }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const UpdateAlertRule = graphql(`
  mutation UpdateAlertRule($rule: AlertRuleInput!) {
    written: updateAlertRule(input: { rule: $rule }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const DeleteAlertRule = graphql(`
  mutation DeleteAlertRule($id: ID!) {
    written: deleteAlertRule(input: { id: $id }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const SilenceAlertRule = graphql(`
  mutation SilenceAlertRule($id: ID!, $until: DateTime) {
    written: silenceAlertRule(input: { id: $id, until: $until }) {
      errors {
        code
        message
        path
      }
    }
  }
`);
