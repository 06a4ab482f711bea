import type { ErasureService } from '../../src/erasure/erasure.service';
import { until } from './until';

/** Erases a customer. The first answer may be PENDING. */
export async function eraseCustomer(erasures: ErasureService, customerId: string): Promise<void> {
  await until(
    () => erasures.eraseCustomer(customerId),
    ({ status }) => status === 'DONE',
  );
}
