import { useEach } from '../business/use-each';
import { useQuery } from '../ui/use-query';
import { WaitingConversations } from './conversation-documents';

const REFRESH_MS = 10_000;
const MAX_COUNTED = 100;

/** The number of conversations that wait for a person, for the menu. */
export function WaitingBadge() {
  const { data, reload } = useQuery(WaitingConversations, { first: MAX_COUNTED });
  useEach(REFRESH_MS, reload);
  const page = data?.conversations;
  if (page == null || page.nodes.length === 0) return null;
  return (
    <span class="badge held">
      {page.nodes.length}
      {page.pageInfo.hasNextPage && '+'}
      <span class="visually-hidden"> waiting</span>
    </span>
  );
}
