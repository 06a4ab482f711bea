import type { ComponentType } from 'preact';
import { AlertsPage } from './alerts/alerts-page';
import { CustomersPage } from './customers/customers-page';
import { RejectedPage } from './events/rejected-page';
import { KeysPage } from './keys/keys-page';
import { LabPage } from './lab/lab-page';
import { ModelsPage } from './models/models-page';
import { NowPage } from './now/now-page';
import { SearchPage } from './search/search-page';
import { StreamsPage } from './streams/streams-page';

/** The parts of the address below the page's own path. */
export interface PageProps {
  readonly rest: readonly string[];
}

export interface ConsolePage {
  readonly path: string;
  readonly title: string;
  readonly Page: ComponentType<PageProps>;
}

export interface PageGroup {
  readonly title: string;
  readonly pages: readonly ConsolePage[];
}

/** Pages in the order of the menu. */
export const PAGE_GROUPS: readonly PageGroup[] = [
  { title: 'Overview', pages: [{ path: 'now', title: 'Now', Page: NowPage }] },
  {
    title: 'Recommendations',
    pages: [
      { path: 'lab', title: 'Recommendation lab', Page: LabPage },
      { path: 'models', title: 'Models', Page: ModelsPage },
    ],
  },
  { title: 'Customers', pages: [{ path: 'customers', title: 'Customers', Page: CustomersPage }] },
  { title: 'Search', pages: [{ path: 'search', title: 'Search lab', Page: SearchPage }] },
  { title: 'Data', pages: [{ path: 'rejected', title: 'Rejected events', Page: RejectedPage }] },
  {
    title: 'Streams and alerts',
    pages: [
      { path: 'streams', title: 'Streams', Page: StreamsPage },
      { path: 'alerts', title: 'Alerts', Page: AlertsPage },
    ],
  },
  { title: 'Settings', pages: [{ path: 'keys', title: 'Keys', Page: KeysPage }] },
];

export const PAGES: readonly ConsolePage[] = PAGE_GROUPS.flatMap(({ pages }) => pages);
