import type { ComponentType } from 'preact';
import type { PageProps } from '../pages';
import { hrefOf } from '../ui/router';
import { Tabs } from '../ui/tabs';
import { RulesTab } from './rules-tab';
import { SynonymsTab } from './synonyms-tab';
import { QueryTab } from './query-tab';

interface SearchTab {
  readonly path: string;
  readonly title: string;
  readonly Tab: ComponentType;
}

const FIRST_TAB: SearchTab = { path: 'try', title: 'Try', Tab: QueryTab };
const TABS: readonly SearchTab[] = [
  FIRST_TAB,
  { path: 'synonyms', title: 'Synonyms', Tab: SynonymsTab },
  { path: 'rules', title: 'Rules', Tab: RulesTab },
];

/** The search lab: test queries, synonyms and merchandising rules. */
export function SearchPage({ rest: [name = 'try'] }: PageProps) {
  const { Tab } = TABS.find(({ path }) => path === name) ?? FIRST_TAB;
  return (
    <>
      <header class="page-head">
        <h1>Search lab</h1>
        <p class="muted">Searches made here are not logged, so reports include customers’ searches only.</p>
      </header>
      <Tabs
        label="Search lab"
        tabs={TABS.map(({ path, title, Tab: one }) => ({ href: hrefOf('search', path), title, current: one === Tab }))}
      />
      <Tab />
    </>
  );
}
