import { graphql, keepSubscribed, type RequestError, type ResultOf, type VariablesOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useEntryMemory } from '../app/entry-memory';
import { useShop } from '../app/shop';
import { useLoad } from '../ui/use-load';
import { ProductFields } from './product-fields';

const Rails = graphql(
  `
    query Rails($inputs: [RecommendationsInput!]!, $first: Int!) {
      recommendationRails(inputs: $inputs, first: $first) {
        requestId
        edges {
          rank
          node {
            ...ProductFields
          }
        }
      }
    }
  `,
  [ProductFields],
);

const Updated = graphql(
  `
    subscription RailUpdated($input: RecommendationsInput!, $first: Int!) {
      recommendationsUpdated(input: $input, first: $first) {
        requestId
        edges {
          rank
          node {
            ...ProductFields
          }
        }
      }
    }
  `,
  [ProductFields],
);

export type RailInput = VariablesOf<typeof Updated>['input'];
export type RailList = ResultOf<typeof Updated>['recommendationsUpdated'];

/** Products requested per rail: more than are shown, because products of other rails are removed. */
const LIST_SIZE = 20;

/**
 * Loads several ranked lists with one request, then subscribes to the changes of each. After going back, the stored
 * lists are shown until the lists have loaded.
 */
export function useLiveLists(
  name: string,
  inputs: readonly RailInput[],
): {
  /** Identifies the inputs and the customer. */
  readonly key: string;
  readonly lists: readonly RailList[] | undefined;
  readonly error: RequestError | undefined;
} {
  const { storefront, account } = useShop();
  const [live, setLive] = useState<{ key: string; lists: Readonly<Record<number, RailList>> }>({ key: '', lists: {} });
  // The lists depend on the customer.
  const key = JSON.stringify([inputs, account?.customer.value?.id]);
  const memory = useEntryMemory<readonly RailList[]>(`${name} ${key}`);
  const { data, error, stale } = useLoad(
    key,
    async (signal) =>
      (await storefront.request(Rails, { inputs: [...inputs], first: LIST_SIZE }, { signal })).recommendationRails,
    memory.get(),
  );
  useEffect(() => {
    const ends = inputs.map((input, index) =>
      keepSubscribed<ResultOf<typeof Updated>>(
        (sink) => storefront.subscribe(Updated, { input, first: LIST_SIZE }, sink),
        {
          next: ({ recommendationsUpdated: list }) =>
            setLive((before) => ({ key, lists: { ...(before.key === key ? before.lists : {}), [index]: list } })),
        },
      ),
    );
    return () => ends.forEach((end) => end());
  }, [key]);
  const newest = live.key === key ? live.lists : {};
  const lists = data?.map((list, index) => newest[index] ?? list);
  useEffect(() => {
    if (lists && !stale) memory.set(lists);
  });
  return { key, lists, error };
}
