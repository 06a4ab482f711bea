import { graphql } from '@freshet/client';

export const Audiences = graphql(`
  query Audiences {
    audiences {
      id
      name
      condition
      size
      progress
    }
  }
`);

export const AudienceUpdated = graphql(`
  subscription AudienceUpdated($id: ID!) {
    audienceUpdated(id: $id) {
      id
      size
      progress
    }
  }
`);

export const SaveAudience = graphql(`
  mutation SaveAudience($input: UpsertAudienceInput!) {
    written: upsertAudience(input: $input) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const DeleteAudience = graphql(`
  mutation DeleteAudience($id: ID!) {
    written: deleteAudience(input: { id: $id }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);
