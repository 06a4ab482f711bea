import { graphql } from '@freshet/client';

export const ValueFields = graphql(`
  fragment ValueFields on WindowValue @_unmask {
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
`);

export const WindowFields = graphql(
  `
    fragment WindowFields on Window @_unmask {
      key
      keys
      start
      end
      events
      final
      revision
      values {
        ...ValueFields
      }
    }
  `,
  [ValueFields],
);

export const WindowUpdated = graphql(
  `
    subscription WindowUpdated($stream: ID!) {
      windowUpdated(stream: $stream) {
        ...WindowFields
        isRemoved
      }
    }
  `,
  [WindowFields],
);
