import { graphql } from '@freshet/client';

export const Models = graphql(`
  query Models {
    models {
      kind
      active {
        id
        number
        pinned
      }
      job {
        id
      }
      versions(first: 50) {
        nodes {
          id
          number
          verdict
          active
          pinned
          reasons
          warnings
          figures
          parameters
          fittedAt
          promotedAt
          seconds
          bytes
          position
        }
      }
    }
  }
`);

export const ModelChanged = graphql(`
  subscription ModelChanged {
    modelUpdated {
      kind
      active {
        id
      }
    }
  }
`);

export const RefreshModel = graphql(`
  mutation RefreshModel($kind: ModelKind!) {
    refreshModel(input: { kind: $kind }) {
      job {
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

export const PromoteModel = graphql(`
  mutation PromoteModel($versionId: ID!, $pin: Boolean!) {
    changed: promoteModel(input: { versionId: $versionId, pin: $pin }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const RollbackModel = graphql(`
  mutation RollbackModel($kind: ModelKind!) {
    changed: rollbackModel(input: { kind: $kind }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const JobProgress = graphql(`
  subscription JobProgress($id: ID!) {
    jobProgress(id: $id) {
      state
      progress
      stage
      attempts
      error
      version {
        number
        verdict
      }
    }
  }
`);
