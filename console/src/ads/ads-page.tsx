import type { PageProps } from '../pages';
import { hrefOf } from '../ui/router';
import { Tabs } from '../ui/tabs';
import { CampaignPage } from './campaign-page';
import { CampaignTable } from './campaign-table';
import { DecisionTab } from './decision-tab';

const DECISIONS = 'decisions';

/** Ads: the campaigns with what they spend, one campaign, or why an answer shows its ads. */
export function AdsPage({ rest: [part, id] }: PageProps) {
  if (part === 'campaigns' && id !== undefined) return <CampaignPage key={id} id={id} />;
  const isDecisions = part === DECISIONS;
  return (
    <>
      <header class="page-head">
        <h1>Ads</h1>
        <p class="muted">
          {isDecisions
            ? 'Why a search shows the ads that it shows, and what they cost.'
            : 'What advertisers pay for their products in searches and lists.'}
        </p>
      </header>
      <Tabs
        label="Ads"
        tabs={[
          { href: hrefOf('ads'), title: 'Campaigns', current: !isDecisions },
          { href: hrefOf('ads', DECISIONS), title: 'Explain a decision', current: isDecisions },
        ]}
      />
      {isDecisions ? <DecisionTab id={id} /> : <CampaignTable />}
    </>
  );
}
