import { graphql } from '@freshet/client';
import { useEffect } from 'preact/hooks';
import { useEntryMemory } from '../app/entry-memory';
import { useShop } from '../app/shop';
import { ADS_MAY_FAIL, SponsoredFields, type SponsoredList } from '../lists/sponsored-fields';
import { useLoad } from '../ui/use-load';

const HomeAds = graphql(
  `
    query HomeAds($input: AdsInput!) {
      ads(input: $input) {
        ...SponsoredFields
      }
    }
  `,
  [SponsoredFields],
);

const PLACEMENT = 'home';

/** Returns the ads of the home page; undefined until they have loaded, and if the shop has no ads for it. */
export function useHomeAds(): SponsoredList | undefined {
  const { storefront, account } = useShop();
  // Ads depend on the customer.
  const key = `ads ${account?.customer.value?.id ?? ''}`;
  const memory = useEntryMemory<SponsoredList | null>(key);
  const { data, stale } = useLoad(
    key,
    async (signal) =>
      (await storefront.request(HomeAds, { input: { placement: PLACEMENT } }, { signal, ...ADS_MAY_FAIL })).ads,
    memory.get(),
  );
  useEffect(() => {
    if (data !== undefined && !stale) memory.set(data);
  }, [data, stale]);
  return (!stale && data) || undefined;
}
