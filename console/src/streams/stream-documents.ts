import { graphql } from '@freshet/client';
import { ValueFields } from '../windows/window-documents';

export const StreamFields = graphql(`
  fragment StreamFields on Stream @_unmask {
    id
    description
    from
    over
    join {
      from
      filter
      on {
        event
        other
      }
      before
      after
    }
    filter
    variables
    derive {
      name
      expression
      unit
      rates {
        unit
        factor
        since
      }
    }
    keys {
      name
      expression
    }
    window {
      kind
      size
      slide
      gap
      timeZone
    }
    aggregates {
      name
      kind
      expression
      filter
      quantiles
      most
      per
    }
    lateness
    retention
    maxKeys
    state
    progress
    reason
    watermark
    windowCount
    keyCount
    lateCount
    createdAt
  }
`);

export const Streams = graphql(
  `
    query Streams {
      streams {
        ...StreamFields
      }
    }
  `,
  [StreamFields],
);

export const Analyze = graphql(
  `
    query Analyze($input: AnalyzeInput!) {
      analyze(input: $input) {
        key
        keys
        start
        end
        events
        values {
          ...ValueFields
        }
      }
    }
  `,
  [ValueFields],
);

export const CreateStream = graphql(`
  mutation CreateStream($stream: StreamInput!) {
    written: createStream(input: { stream: $stream }) {
      stream {
        id
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

export const UpdateStream = graphql(`
  mutation UpdateStream($stream: StreamInput!) {
    written: updateStream(input: { stream: $stream }) {
      stream {
        id
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

export const DeleteStream = graphql(`
  mutation DeleteStream($id: ID!) {
    written: deleteStream(input: { id: $id }) {
      errors {
        code
        message
        path
      }
    }
  }
`);
