import { graphql } from '@freshet/client';

export const WindowFields = graphql(`
  fragment WindowFields on Window @_unmask {
    key
    keys
    start
    end
    events
    final
    revision
    values {
      name
      kind
      decimal
      number
      error
      overfull
      quantiles {
        quantile
        value
      }
      top {
        value
        count
      }
    }
  }
`);

export const WindowUpdated = graphql(
  `
    subscription WindowUpdated($stream: ID!) {
      windowUpdated(stream: $stream) {
        ...WindowFields
      }
    }
  `,
  [WindowFields],
);
