import type { PageProps } from '../pages';
import { Empty } from '../ui/empty';
import { CustomerLab } from './customer-lab';
import { CustomerPicker } from './customer-picker';

/** Shows one customer's live recommendations with reasons: `/lab/<customer>`, `/lab/<customer>/versions`. */
export function LabPage({ rest: [customerId, view] }: PageProps) {
  return (
    <>
      <header class="page-head">
        <h1>Recommendation lab</h1>
        <p class="muted">See a customer’s lists as the storefront shows them, and record events for the customer.</p>
      </header>
      <CustomerPicker customerId={customerId} />
      {customerId === undefined ? (
        <Empty title="No customer selected">
          <p>Type a customer’s id, or choose a random customer.</p>
        </Empty>
      ) : (
        <CustomerLab key={customerId} customerId={customerId} isCompared={view === 'versions'} />
      )}
    </>
  );
}
