import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { Customers } from './lab-documents';

const PAGE = 100;
/** Maximum number of ids that are offered for completion; other ids can be typed in full. */
const MAX_CUSTOMERS = 1_000;

/** Loads the ids of the shop's first customers, page by page. */
export function useCustomerIds(): readonly string[] {
  const { client } = useSession();
  const [ids, setIds] = useState<readonly string[]>([]);
  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    const read = async (after: string | null, found: readonly string[]): Promise<void> => {
      const { customers } = await client.request(Customers, { first: PAGE, after }, { signal });
      const all = [...found, ...customers.nodes.map(({ id }) => id)];
      setIds(all);
      if (customers.pageInfo.hasNextPage && all.length < MAX_CUSTOMERS) await read(customers.pageInfo.endCursor, all);
    };
    // The field also works without completion.
    read(null, []).catch(() => {});
    return () => aborter.abort();
  }, [client]);
  return ids;
}
