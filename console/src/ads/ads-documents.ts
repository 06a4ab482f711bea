import { graphql } from '@freshet/client';

const AdFiguresFields = graphql(`
  fragment AdFiguresFields on AdFigures @_unmask {
    spend {
      amount
      currency
    }
    impressions
    clicks
    freeClicks
    freeImpressions
    invalidClicks
    invalidImpressions
    costPerClick {
      amount
      currency
    }
    costPerMille {
      amount
      currency
    }
  }
`);

const CampaignFields = graphql(
  `
    fragment CampaignFields on Campaign @_unmask {
      id
      name
      status
      startsAt
      endsAt
      timeZone
      advertiser {
        id
        name
      }
      totalBudget {
        amount
        currency
      }
      dailyBudget {
        amount
        currency
      }
      spendToday {
        amount
        currency
      }
      figures {
        ...AdFiguresFields
      }
    }
  `,
  [AdFiguresFields],
);

export const Campaigns = graphql(
  `
    query Campaigns($after: String) {
      campaigns(first: 20, after: $after) {
        nodes {
          ...CampaignFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [CampaignFields],
);

export const CampaignReport = graphql(
  `
    query CampaignReport($id: ID!, $from: DateTime!, $to: DateTime!) {
      campaign(id: $id) {
        ...CampaignFields
        days: figuresBy(dimension: DAY, from: $from, to: $to) {
          key
          figures {
            ...AdFiguresFields
          }
        }
        products: figuresBy(dimension: PRODUCT, from: $from, to: $to) {
          key
          figures {
            ...AdFiguresFields
          }
        }
        byLineItem: figuresBy(dimension: LINE_ITEM, from: $from, to: $to) {
          key
          figures {
            ...AdFiguresFields
          }
        }
        lineItems(first: 100) {
          nodes {
            id
            isPaused
            bidKind
            bid {
              amount
              currency
            }
            placements
            productIds
            exactKeywords
            phraseKeywords
            negativeKeywords
            targeting
            frequencyCap
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    }
  `,
  [CampaignFields, AdFiguresFields],
);

/** Auctions and sales. They are refreshed less often than the report, because they are counted from more rows. */
export const CampaignResults = graphql(`
  query CampaignResults($id: ID!, $from: DateTime!, $to: DateTime!) {
    campaign(id: $id) {
      auctions(from: $from, to: $to) {
        won
        lostToRank
        lostToBudget
        lostToCap
        winRate
      }
      conversions(from: $from, to: $to) {
        orders
        units
        revenue {
          amount
          currency
        }
        returnOnSpend
        otherUnits
      }
    }
  }
`);

export const AdProductTitles = graphql(`
  query AdProductTitles($variables: JSONObject!) {
    products(first: 100, filter: "product.id in vars.ids", filterVariables: $variables) {
      nodes {
        id
        title
      }
    }
  }
`);

export const AdPlacements = graphql(`
  query AdPlacements {
    adPlacements(first: 100) {
      nodes {
        id
        slots
      }
    }
  }
`);

export const SponsoredSearch = graphql(`
  query SponsoredSearch($input: SearchInput!) {
    search(input: $input, first: 1) {
      totalCount
      sponsored {
        id
      }
    }
  }
`);

const AdCandidateFields = graphql(`
  fragment AdCandidateFields on AdCandidate @_unmask {
    advertiserId
    lineItemId
    productId
    bidKind
    bid {
      amount
      currency
    }
    reserve {
      amount
      currency
    }
    score {
      amount
      currency
    }
    clickProbability
    quality
  }
`);

export const AdDecisionReport = graphql(
  `
    query AdDecisionReport($id: ID!) {
      adDecision(id: $id) {
        id
        placement
        query
        decidedAt
        relevantProducts
        winners {
          slot
          isExploration
          price {
            amount
            currency
          }
          candidate {
            ...AdCandidateFields
          }
        }
        competitors {
          ...AdCandidateFields
        }
        excluded {
          lineItemId
          productId
          reason
        }
      }
      advertisers(first: 100) {
        nodes {
          id
          name
        }
      }
    }
  `,
  [AdCandidateFields],
);
