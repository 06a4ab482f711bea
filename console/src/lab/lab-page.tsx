import type { PageProps } from '../pages';
import { Empty } from '../ui/empty';
import { CustomerLab } from './customer-lab';
import { CustomerPicker } from './customer-picker';

/** What one customer is recommended, why, and how it moves: `/lab/<customer>`, `/lab/<customer>/versions`. */
export function LabPage({ rest: [customerId, view] }: PageProps) {
  return (
    <>
      <header class="page-head">
        <h1>Recommendation lab</h1>
        <p class="muted">See a customer’s lists as they see them, and act in their place.</p>
      </header>
      <CustomerPicker customerId={customerId} />
      {customerId === undefined ? (
        <Empty title="No customer is picked">
          <p>Type an id, or take anybody.</p>
        </Empty>
      ) : (
        <CustomerLab key={customerId} customerId={customerId} isCompared={view === 'versions'} />
      )}
    </>
  );
}
