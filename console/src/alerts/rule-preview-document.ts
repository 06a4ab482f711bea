import { graphql } from '@freshet/client';

export const PreviewAlertRule = graphql(`
  query PreviewAlertRule($rule: AlertRuleInput!) {
    previewAlertRule(input: $rule) {
      from
      to
      looks
      fired
      raised
      alerts {
        key
        state
        startedAt
        firedAt
        resolvedAt
        observed
      }
      observed {
        name
        least
        greatest
      }
      errors {
        code
        message
        path
      }
    }
  }
`);
