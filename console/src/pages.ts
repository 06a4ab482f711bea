import type { ComponentType } from 'preact';
import { AdsPage } from './ads/ads-page';
import { AlertsPage } from './alerts/alerts-page';
import { BusinessPage } from './business/business-page';
import { ConversationsPage } from './conversations/conversations-page';
import { WaitingBadge } from './conversations/waiting-badge';
import { CustomersPage } from './customers/customers-page';
import { DeliveriesPage } from './deliveries/deliveries-page';
import { RejectedPage } from './events/rejected-page';
import { KeysPage } from './keys/keys-page';
import { LabPage } from './lab/lab-page';
import { ModelsPage } from './models/models-page';
import { SearchReportPage } from './search/report-page';
import { SearchPage } from './search/search-page';
import type { ConsoleScope } from './session/session';
import { StreamsPage } from './streams/streams-page';
import { SystemPage } from './system/system-page';

/** The parts of the address below the page's own path. */
export interface PageProps {
  readonly rest: readonly string[];
}

export interface ConsolePage {
  readonly path: string;
  readonly title: string;
  readonly Page: ComponentType<PageProps>;
  /** Shown next to its link in the menu. */
  readonly Badge?: ComponentType;
  /** Whether keys of operators open it, too. */
  readonly isForOperators?: boolean;
}

export interface PageGroup {
  readonly title: string;
  readonly pages: readonly ConsolePage[];
}

/** Pages in the order of the menu. The first one that a key opens is shown after signing in. */
const PAGE_GROUPS: readonly PageGroup[] = [
  { title: 'Business', pages: [{ path: 'business', title: 'Business', Page: BusinessPage }] },
  {
    title: 'Recommendations',
    pages: [
      { path: 'lab', title: 'Recommendation lab', Page: LabPage },
      { path: 'models', title: 'Models', Page: ModelsPage },
    ],
  },
  {
    title: 'Search',
    pages: [
      { path: 'search', title: 'Search lab', Page: SearchPage },
      { path: 'search-reports', title: 'Search reports', Page: SearchReportPage },
    ],
  },
  { title: 'Ads', pages: [{ path: 'ads', title: 'Ads', Page: AdsPage }] },
  { title: 'Customers', pages: [{ path: 'customers', title: 'Customers', Page: CustomersPage }] },
  {
    title: 'Customer answers',
    pages: [
      {
        ...{ path: 'conversations', title: 'Conversations', Page: ConversationsPage },
        ...{ Badge: WaitingBadge, isForOperators: true },
      },
    ],
  },
  { title: 'Deliveries', pages: [{ path: 'deliveries', title: 'Deliveries', Page: DeliveriesPage }] },
  {
    title: 'Data',
    pages: [
      { path: 'streams', title: 'Streams', Page: StreamsPage },
      { path: 'rejected', title: 'Rejected events', Page: RejectedPage },
    ],
  },
  { title: 'Alerts', pages: [{ path: 'alerts', title: 'Alerts', Page: AlertsPage }] },
  { title: 'System', pages: [{ path: 'system', title: 'System', Page: SystemPage }] },
  { title: 'Keys', pages: [{ path: 'keys', title: 'Keys', Page: KeysPage }] },
];

/** Returns the pages that a key opens. */
export function pageGroupsFor(scope: ConsoleScope): readonly PageGroup[] {
  if (scope === 'ADMIN') return PAGE_GROUPS;
  return PAGE_GROUPS.map((group) => ({
    ...group,
    pages: group.pages.filter(({ isForOperators }) => isForOperators === true),
  })).filter(({ pages }) => pages.length > 0);
}

/** Earlier addresses of pages, and the pages that are there now. */
export const MOVED_PAGES: Readonly<Record<string, string | undefined>> = {
  now: 'system',
  'search/reports': 'search-reports',
};
