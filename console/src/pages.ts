import type { ComponentType } from 'preact';
import { AlertsPage } from './alerts/alerts-page';
import { RejectedPage } from './events/rejected-page';
import { KeysPage } from './keys/keys-page';
import { LabPage } from './lab/lab-page';
import { ModelsPage } from './models/models-page';
import { NowPage } from './now/now-page';
import { SearchPage } from './search/search-page';
import { StreamsPage } from './streams/streams-page';

/** Where in the console one is, below the page's own path. */
export interface PageProps {
  readonly rest: readonly string[];
}

/** In the order of the menu. */
export const PAGES: readonly { path: string; title: string; Page: ComponentType<PageProps> }[] = [
  { path: 'now', title: 'Now', Page: NowPage },
  { path: 'alerts', title: 'Alerts', Page: AlertsPage },
  { path: 'lab', title: 'Recommendation lab', Page: LabPage },
  { path: 'search', title: 'Search lab', Page: SearchPage },
  { path: 'models', title: 'Models', Page: ModelsPage },
  { path: 'streams', title: 'Streams', Page: StreamsPage },
  { path: 'rejected', title: 'Rejected events', Page: RejectedPage },
  { path: 'keys', title: 'Keys', Page: KeysPage },
];
