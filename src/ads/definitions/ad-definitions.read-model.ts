import type { PreparedConditions, ProductConditionsService } from '../../catalog/product-conditions.service';
import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { LogChange } from '../../events/position.store';
import type { ReadModel } from '../../events/read-model';
import { Budget } from '../../expressions/budget';
import { ApiError } from '../../graphql/errors';
import { appendTo } from '../../learn/group-by';
import { ChangeListeners } from '../../platform/change-listeners';
import type { PoolClient } from '../../platform/postgres';
import { MILLE, reserveOf } from '../budget';
import type {
  AdDefinition,
  AdObjectKind,
  AdPlacementRecord,
  AdRecords,
  CampaignRecord,
  LineItemRecord,
} from './ad-records';
import { readAdDefinitions } from './ad-object.store';

declare module '../../events/position.store' {
  interface LogChange {
    /** Definitions of the ads that were created or updated, with all fields. */
    readonly ads?: readonly AdDefinition[];
  }
}

/** Maximum number of countries for which a condition stays compiled. */
const MAX_COUNTRIES = 20;
const READS_VARIABLES = /\bvars\b/;

type PassesTargeting = (product: CatalogueProduct | undefined) => boolean;

/** A line item with what it belongs to. */
export interface LiveLineItem {
  readonly lineItem: LineItemRecord;
  readonly campaign: CampaignRecord;
  readonly advertiserName: string;
  /** The bid and the reserve of the placement, for a click or for one impression. */
  readonly bid: number;
  readonly reserve: number;
  readonly targeting: AdTargeting | null;
}

/** The line items of a placement. */
export interface PlacementLineItems {
  readonly placement: AdPlacementRecord;
  readonly lineItems: readonly LiveLineItem[];
  /** By product id. */
  readonly byProduct: ReadonlyMap<string, readonly LiveLineItem[]>;
}

/** The compiled targeting of a line item. */
export class AdTargeting {
  private readonly byCountry = new Map<string, Promise<PassesTargeting>>();

  private constructor(
    private readonly condition: string,
    private readonly conditions: ProductConditionsService,
    /** Whether it reads anything of the customer. */
    readonly isPersonal: boolean,
  ) {}

  /** @throws ApiError if the condition is invalid */
  static compile(condition: string, conditions: ProductConditionsService): AdTargeting {
    return new AdTargeting(condition, conditions, prepareFor(condition, conditions, '').filterReadsCustomer);
  }

  /**
   * Returns the targeting as a function of a product. What does not depend on the customer is compiled once for each
   * country.
   * @param country ISO 3166-1 code of two letters; empty if it is unknown
   */
  forVisitor(customerId: string | undefined, country: string): Promise<PassesTargeting> {
    if (this.isPersonal) return this.passesFor(customerId, country);
    const key = READS_VARIABLES.test(this.condition) ? country : '';
    let passes = this.byCountry.get(key);
    if (passes === undefined) {
      if (this.byCountry.size >= MAX_COUNTRIES) this.byCountry.clear();
      this.byCountry.set(key, (passes = this.passesFor(undefined, key)));
    }
    return passes;
  }

  private async passesFor(customerId: string | undefined, country: string): Promise<PassesTargeting> {
    // Only operators write targeting, and a decision evaluates it for a bounded number of products.
    const budget = new Budget(Number.MAX_SAFE_INTEGER);
    const prepared = prepareFor(this.condition, this.conditions, country);
    const { passes } = await prepared.forCustomer({ customerId }, budget);
    return passes ?? (() => true);
  }
}

function prepareFor(filter: string, conditions: ProductConditionsService, country: string): PreparedConditions {
  return conditions.prepare({ filter, filterVariables: { country } }, 'ADMIN');
}

/** The definitions of the ads in memory. They are updated by the changes in the log. */
export class AdDefinitionsReadModel implements ReadModel {
  private records = emptyRecords();
  private byPlacement = new Map<string, PlacementLineItems>();
  /** Notified when definitions have changed. */
  readonly changes = new ChangeListeners();

  constructor(private readonly conditions: () => ProductConditionsService) {}

  async load(client: PoolClient): Promise<void> {
    this.records = emptyRecords();
    for (const definition of await readAdDefinitions(client)) this.put(definition);
    this.byPlacement = new Map();
  }

  apply({ ads }: LogChange): void {
    if (ads === undefined) return;
    for (const definition of ads) this.put(definition);
    this.byPlacement = new Map();
    this.changes.notify();
  }

  find<Kind extends AdObjectKind>(kind: Kind, id: string): AdRecords[Kind] | undefined {
    return this.records[kind].get(id);
  }

  /** Returns a placement with its line items; undefined if there is no such placement. Flights and budgets are not looked at. */
  findPlacement(id: string): PlacementLineItems | undefined {
    const placement = this.records.PLACEMENT.get(id);
    if (placement === undefined) return undefined;
    let found = this.byPlacement.get(id);
    if (found === undefined) this.byPlacement.set(id, (found = this.collect(placement)));
    return found;
  }

  private collect(placement: AdPlacementRecord): PlacementLineItems {
    const lineItems: LiveLineItem[] = [];
    const byProduct = new Map<string, LiveLineItem[]>();
    for (const lineItem of this.records.LINE_ITEM.values()) {
      if (lineItem.isPaused || !lineItem.placements.includes(placement.id)) continue;
      const live = this.liveLineItem(lineItem, placement);
      if (live === undefined) continue;
      lineItems.push(live);
      for (const productId of lineItem.productIds) appendTo(byProduct, productId, live);
    }
    return { placement, lineItems, byProduct };
  }

  /** Returns undefined for a line item of a paused campaign, or with a condition that this release does not understand. */
  private liveLineItem(lineItem: LineItemRecord, placement: AdPlacementRecord): LiveLineItem | undefined {
    const campaign = this.records.CAMPAIGN.get(lineItem.campaignId);
    const advertiser = campaign && this.records.ADVERTISER.get(campaign.advertiserId);
    if (campaign === undefined || advertiser === undefined || campaign.isPaused) return undefined;
    try {
      const { bidKind, targeting } = lineItem;
      return {
        lineItem,
        campaign,
        advertiserName: advertiser.name,
        bid: bidKind === 'CPC' ? lineItem.bid : lineItem.bid / MILLE,
        reserve: reserveOf(placement, bidKind),
        targeting: targeting === null ? null : AdTargeting.compile(targeting, this.conditions()),
      };
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  private put({ kind, record }: AdDefinition): void {
    (this.records[kind] as Map<string, AdRecords[AdObjectKind]>).set(record.id, record);
  }
}

function emptyRecords(): { readonly [Kind in AdObjectKind]: Map<string, AdRecords[Kind]> } {
  return { ADVERTISER: new Map(), PLACEMENT: new Map(), CAMPAIGN: new Map(), LINE_ITEM: new Map() };
}
