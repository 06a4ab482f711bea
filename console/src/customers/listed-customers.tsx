import { Empty } from '../ui/empty';
import { usePages } from '../ui/use-pages';
import { ListedCustomers, SegmentMembers } from './customer-documents';
import { CustomerTable } from './customer-table';

/** Lists the customers whose ids begin with a prefix; an empty prefix lists all. */
export function CustomersById({ idPrefix }: { readonly idPrefix: string }) {
  const pages = usePages(ListedCustomers, ({ customers }) => customers, { idPrefix });
  return (
    <CustomerTable pages={pages}>
      {idPrefix === '' ? (
        <Empty title="There are no customers yet">
          <p>A customer exists from their first event on.</p>
        </Empty>
      ) : (
        <Empty title={`No customer’s id begins with “${idPrefix}”`}>
          <p>Upper and lower case are different.</p>
        </Empty>
      )}
    </CustomerTable>
  );
}

const NO_MEMBERS = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** Lists the customers of a segment. */
export function CustomersOfSegment({ segmentId }: { readonly segmentId: string }) {
  const pages = usePages(SegmentMembers, ({ segment }) => segment?.members ?? NO_MEMBERS, { segmentId });
  return (
    <CustomerTable pages={pages}>
      <Empty title="The segment has no customers now" />
    </CustomerTable>
  );
}
