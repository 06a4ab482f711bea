import { graphql, type ResultOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useShop } from '../app/shop';
import { ProductFields } from '../lists/product-fields';

const Suggest = graphql(
  `
    query Suggest($query: String!) {
      suggest(input: { query: $query, first: 4 }) {
        kind
        text
        fragments {
          text
          matched
        }
        product {
          ...ProductFields
        }
      }
    }
  `,
  [ProductFields],
);

export type Suggestion = ResultOf<typeof Suggest>['suggest'][number];

const PAUSE_MS = 80;

/** Returns suggestions for a partial query; none for an empty one. */
export function useSuggestions(query: string): readonly Suggestion[] {
  const { storefront } = useShop();
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([]);
  useEffect(() => {
    if (query.trim() === '') return setSuggestions([]);
    const aborter = new AbortController();
    const timer = setTimeout(() => {
      storefront.request(Suggest, { query }, { signal: aborter.signal }).then(
        ({ suggest }) => aborter.signal.aborted || setSuggestions(suggest),
        // The search box also works without suggestions.
        () => aborter.signal.aborted || setSuggestions([]),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [query]);
  return suggestions;
}
