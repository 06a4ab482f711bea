import { useEffect, useState } from 'preact/hooks';
import { useShop } from '../app/shop';
import { Suggest, type Suggestion } from './search-query';

/** Returns suggestions for a partial query; none for an empty one. */
export function useSuggestions(query: string): readonly Suggestion[] {
  const { storefront } = useShop();
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([]);
  useEffect(() => {
    if (query.trim() === '') return setSuggestions([]);
    const aborter = new AbortController();
    storefront.request(Suggest, { query }, { signal: aborter.signal }).then(
      ({ suggest }) => aborter.signal.aborted || setSuggestions(suggest),
      // The search box also works without suggestions.
      () => aborter.signal.aborted || setSuggestions([]),
    );
    return () => aborter.abort();
  }, [query]);
  return suggestions;
}
