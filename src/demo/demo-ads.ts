import type { AdDefinitionsService } from '../ads/definitions/ad-definitions.service';
import type {
  CreateCampaignInput,
  UpsertAdPlacementInput,
  UpsertAdvertiserInput,
  UpsertLineItemInput,
} from '../ads/definitions/ad-definitions.type';
import type { Viewer } from '../graphql/context';
import type { UserError } from '../graphql/user-error.type';
import { DEMO_PRODUCTS_PER_LINE, demoId, versionIndex } from './demo-catalogue';

/** The placements of ads on the shop page. */
export const SEARCH_ADS = 'search';
export const HOME_ADS = 'home';

const euros = (amount: string) => ({ amount, currency: 'EUR' });
const PLACEMENTS: readonly UpsertAdPlacementInput[] = [
  {
    ...{ id: SEARCH_ADS, slots: 2, currency: 'EUR', explorationShare: 0.1 },
    ...{ reserveCpc: euros('0.05'), reserveCpm: euros('1.00') },
  },
  {
    ...{ id: HOME_ADS, slots: 2, currency: 'EUR', explorationShare: 0.1 },
    ...{ reserveCpc: euros('0.08'), reserveCpm: euros('1.50') },
  },
];

/** The wholesalers are fictitious, like the brands that they sell. */
const ADVERTISERS: readonly UpsertAdvertiserInput[] = [
  { id: 'demo-hearth-and-table', name: 'Hearth & Table' },
  { id: 'demo-northpath', name: 'Northpath Supply' },
  { id: 'demo-greenrow', name: 'Greenrow Goods' },
];

type DemoCampaign = Omit<CreateCampaignInput, 'startsAt'>;
const CAMPAIGNS: readonly DemoCampaign[] = [
  {
    ...{ id: 'demo-kitchen-all-year', advertiserId: 'demo-hearth-and-table' },
    ...{ name: 'Kitchen all year (synthetic)', totalBudget: euros('400.00'), dailyBudget: euros('40.00') },
  },
  {
    ...{ id: 'demo-outdoors-brand', advertiserId: 'demo-northpath' },
    ...{ name: 'Outdoors, seen by everybody (synthetic)', totalBudget: euros('150.00'), dailyBudget: euros('15.00') },
  },
  {
    ...{ id: 'demo-home-and-garden', advertiserId: 'demo-greenrow' },
    ...{ name: 'Home and garden (synthetic)', totalBudget: euros('250.00') },
  },
  // Three clicks nearly spend it, so that the console has a campaign whose budget ends.
  {
    ...{ id: 'demo-last-days', advertiserId: 'demo-greenrow' },
    ...{ name: 'Last days, small budget (synthetic)', totalBudget: euros('0.20') },
  },
];

/** The product lines of {@link LINES} by their index. */
const KITCHEN = [0, 1, 7];
const OUTDOORS = [3, 6, 9];
const HOME_AND_GARDEN = [2, 4, 8];
const GROWING = 2;
const LAST_DAYS = [5, 10, 11];
const MUGS_AND_CUPS = [0, 1].flatMap((kind) =>
  [0, 1, 2, 3, 4].map((version) => demoId(0, versionIndex(kind, version))),
);

const productsOf = (lines: readonly number[]) =>
  lines.flatMap((line) => Array.from({ length: DEMO_PRODUCTS_PER_LINE }, (_, index) => demoId(line, index)));

const LINE_ITEMS: readonly UpsertLineItemInput[] = [
  {
    ...{ id: 'demo-kitchen-clicks', campaignId: 'demo-kitchen-all-year', bidKind: 'CPC', bid: euros('0.38') },
    ...{ placements: [SEARCH_ADS, HOME_ADS], productIds: productsOf(KITCHEN), negativeKeywords: ['gift card'] },
  },
  // Coffee gear for the trail competes with the kitchen line item.
  {
    ...{ id: 'demo-outdoors-views', campaignId: 'demo-outdoors-brand', bidKind: 'CPM', bid: euros('7.00') },
    ...{ placements: [SEARCH_ADS, HOME_ADS], productIds: [...productsOf(OUTDOORS), ...MUGS_AND_CUPS] },
    frequencyCap: 8,
  },
  {
    ...{ id: 'demo-home-clicks', campaignId: 'demo-home-and-garden', bidKind: 'CPC', bid: euros('0.32') },
    ...{ placements: [SEARCH_ADS, HOME_ADS], productIds: [...productsOf(HOME_AND_GARDEN), ...MUGS_AND_CUPS] },
  },
  {
    ...{ id: 'demo-garden-keywords', campaignId: 'demo-home-and-garden', bidKind: 'CPC', bid: euros('0.45') },
    ...{ placements: [SEARCH_ADS], productIds: productsOf([GROWING]) },
    phraseKeywords: ['seeds', 'pot', 'planter', 'watering can', 'soil', 'herb', 'shears', 'gloves'],
  },
  {
    ...{ id: 'demo-last-days-clicks', campaignId: 'demo-last-days', bidKind: 'CPC', bid: euros('0.10') },
    ...{ placements: [SEARCH_ADS], productIds: productsOf(LAST_DAYS) },
  },
];

/** The changes of the demo's ads have no API key. */
const VIEWER: Viewer = { scope: 'ADMIN', keyId: 'demo' };

/**
 * Defines the synthetic advertisers of the demo shop with their placements, campaigns and line items. What is defined
 * already stays as it is.
 * @param define runs one step, which may be repeated, and throws if it has an error
 */
export async function defineDemoAds(
  service: AdDefinitionsService,
  openedAt: Date,
  define: (step: () => Promise<{ readonly userErrors: readonly UserError[] }>) => Promise<void>,
): Promise<void> {
  for (const placement of PLACEMENTS) await define(() => service.upsertPlacement(VIEWER, placement));
  for (const advertiser of ADVERTISERS) await define(() => service.upsertAdvertiser(VIEWER, advertiser));
  for (const campaign of CAMPAIGNS)
    await define(() => service.createCampaign(VIEWER, { ...campaign, startsAt: openedAt }));
  for (const lineItem of LINE_ITEMS) await define(() => service.upsertLineItem(VIEWER, lineItem));
}
