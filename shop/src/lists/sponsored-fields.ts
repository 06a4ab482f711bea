import { graphql, type RequestError, type ResultOf } from '@freshet/client';
import { ProductFields } from './product-fields';

/** The ads of a list, as the page shows them. */
export const SponsoredFields = graphql(
  `
    fragment SponsoredFields on AdDecision @_unmask {
      placement
      products {
        slot
        advertiserName
        token
        product {
          ...ProductFields
        }
      }
    }
  `,
  [ProductFields],
);

export type SponsoredList = ResultOf<typeof SponsoredFields>;

/** Options of a request whose list is shown without ads if they fail, for example because the shop has no placement. */
export const ADS_MAY_FAIL: { readonly onPartialError: (error: RequestError) => void } = { onPartialError: () => {} };
