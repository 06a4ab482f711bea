import { graphql } from '@freshet/client';

export const SystemUpdated = graphql(`
  subscription SystemUpdated {
    systemUpdated {
      version
      alertsFiring
      eventsPerSecond
      inboxEvents
      inboxOldestAgeSeconds
      connections
      subscriptions
      postgres {
        roundTripSeconds
        connections
      }
      redis {
        roundTripSeconds
        memoryBytes
      }
      queues {
        queue
        jobs
        stalledJobs
      }
      models {
        kind
        ageSeconds
      }
      streams {
        stream
        watermarkDelaySeconds
      }
      operations {
        field
        perSecond
        count
        errors
        failures
        p50
        p99
      }
      processes {
        id
        kind
        version
        startedAt
        memoryBytes
        eventLoopSeconds
      }
    }
  }
`);
