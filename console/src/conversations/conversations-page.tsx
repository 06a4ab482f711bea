import type { PageProps } from '../pages';
import { hrefOf } from '../ui/router';
import { Tabs } from '../ui/tabs';
import { ConversationList } from './conversation-list';
import { ConversationPage } from './conversation-page';
import { Reviews } from './reviews';

/** The lists of each tab. The ids of conversations are UUIDs, so that no path of a tab is one. */
const TABS = [
  { path: undefined, title: 'Open', lists: ['WAITING', 'WITH_OPERATOR'] },
  { path: 'automatic', title: 'Automatic', lists: ['AUTOMATIC'] },
  { path: 'closed', title: 'Closed', lists: ['CLOSED'] },
  { path: 'review', title: 'To review', lists: [] },
] as const;

/** Conversations: lists by who answers, or one conversation. */
export function ConversationsPage({ rest: [part] }: PageProps) {
  const tab = TABS.find(({ path }) => path === part);
  if (tab === undefined) return <ConversationPage key={part} id={part!} />;
  return (
    <>
      <header class="page-head">
        <h1>Conversations</h1>
        <p class="muted">Questions of customers. Freshet answers them until a person takes over.</p>
      </header>
      <Tabs
        label="Conversations by status"
        tabs={TABS.map(({ path, title }) => ({
          href: path === undefined ? hrefOf('conversations') : hrefOf('conversations', path),
          title,
          current: path === part,
        }))}
      />
      {tab.lists.map((status) => (
        <ConversationList key={status} status={status} />
      ))}
      {tab.path === 'review' && <Reviews />}
    </>
  );
}
