import { graphql } from '@freshet/client';

export const Keys = graphql(`
  query Keys {
    apiKeys(first: 100) {
      nodes {
        id
        name
        scope
        hint
        createdAt
        expiresAt
        revokedAt
      }
    }
  }
`);

export const CreateKey = graphql(`
  mutation CreateKey($input: CreateApiKeyInput!) {
    written: createApiKey(input: $input) {
      secret
      errors {
        code
        message
        path
      }
    }
  }
`);

export const RevokeKey = graphql(`
  mutation RevokeKey($id: ID!) {
    written: revokeApiKey(input: { id: $id }) {
      errors {
        code
        message
        path
      }
    }
  }
`);
