import type { PageProps } from '../pages';
import { CustomerDetail } from './customer-detail';
import { CustomersOverview } from './customers-overview';

/** Customers: all segments and customers, or one customer. */
export function CustomersPage({ rest: [id] }: PageProps) {
  return id === undefined ? <CustomersOverview /> : <CustomerDetail key={id} id={id} />;
}
