import { graphql } from '@freshet/client';

export const Search = graphql(`
  query Search($input: SearchInput!, $first: Int!) {
    search(input: $input, first: $first) {
      totalCount
      didYouMean
      correctedQuery
      ignoredWords
      redirect
      modelVersion
      facets {
        field
        distinctCount
        values {
          value
          count
        }
      }
      edges {
        rank
        score
        node {
          id
          title
          imageUrls
          price {
            amount
            currency
          }
        }
        highlights {
          field
          fragments {
            matched
            text
          }
        }
        reasons {
          source
          share
          text
        }
      }
    }
  }
`);

/** The order of the results only, for a preview of a rule. */
export const Order = graphql(`
  query Order($input: SearchInput!, $first: Int!) {
    search(input: $input, first: $first) {
      redirect
      nodes {
        id
        title
      }
      previewWarnings {
        code
        productId
        message
      }
    }
  }
`);

/** What is found, for a preview of a synonym. */
export const FoundWithSynonym = graphql(`
  query FoundWithSynonym($input: SearchInput!, $first: Int!) {
    search(input: $input, first: $first) {
      totalCount
      correctedQuery
      ignoredWords
      edges {
        isPartialMatch
        node {
          id
          title
        }
      }
    }
  }
`);

export const Synonyms = graphql(`
  query Synonyms($after: String) {
    synonyms(first: 100, after: $after) {
      nodes {
        id
        kind
        words
        finds
        language
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const SaveSynonym = graphql(`
  mutation SaveSynonym($synonym: SynonymInput!) {
    written: upsertSynonyms(input: { synonyms: [$synonym] }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const DeleteSynonym = graphql(`
  mutation DeleteSynonym($id: ID!) {
    written: deleteSynonyms(input: { ids: [$id] }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const StarterSynonymLists = graphql(`
  query StarterSynonymLists {
    starterSynonyms {
      language
      enabled
      groups {
        kind
        words
        finds
      }
    }
  }
`);

export const UseStarterSynonyms = graphql(`
  mutation UseStarterSynonyms($input: UseStarterSynonymsInput!) {
    written: useStarterSynonyms(input: $input) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const SynonymSuggestions = graphql(`
  query SynonymSuggestions {
    synonymSuggestions(first: 20) {
      nodes {
        id
        kind
        words
        finds
        language
        score
        reformulations
        sharedProducts
        sharedClicks
      }
    }
  }
`);

export const DismissSynonymSuggestion = graphql(`
  mutation DismissSynonymSuggestion($id: ID!) {
    written: dismissSynonymSuggestion(input: { id: $id }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const Rules = graphql(`
  query Rules($after: String) {
    merchandisingRules(first: 100, after: $after) {
      nodes {
        id
        queries
        placements
        pins
        buried
        boost
        redirect
        startsAt
        endsAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const SaveRule = graphql(`
  mutation SaveRule($input: UpsertMerchandisingRuleInput!) {
    written: upsertMerchandisingRule(input: $input) {
      warnings {
        code
        productId
        message
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

export const DeleteRule = graphql(`
  mutation DeleteRule($id: ID!) {
    written: deleteMerchandisingRule(input: { id: $id }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

export const ReportUpdated = graphql(`
  subscription ReportUpdated($input: SearchReportInput!) {
    searchReportUpdated(input: $input) {
      from
      to
      asOf
      totals {
        searches
        clicked
        followedByPurchase
        withoutResults
        clickThroughRate
        conversionRate
        noResultShare
      }
      top {
        query
        searches
        clickThroughRate
        conversionRate
        noResultShare
      }
      rising {
        query
        searches
        before
        rise
      }
      noResult {
        query
        searches
        withoutResults
      }
      lowClick {
        query
        searches
        clickThroughRate
        missedClicks
      }
      byPosition {
        position
        impressions
        clicks
        clickThroughRate
        purchases
      }
    }
  }
`);
