import type { Identity } from '../auth/identity';
import { Budget, BudgetExceeded } from '../expressions/budget';
import type { CheckedExpression, ResultType } from '../expressions/check';
import { literalsComparedWith } from '../expressions/compared-literals';
import { compile } from '../expressions/compile';
import { ExpressionCache, type ReadExpression } from '../expressions/expression-cache';
import { ExpressionFault, positionIn, type Position } from '../expressions/expression-fault';
import {
  compileChangeTest,
  compileAvailable,
  compilePartialCondition,
  type PartialCondition,
} from '../expressions/partial-evaluation';
import { isNeutralFactor } from '../expressions/neutral-factor';
import { codesOfVariables, type CodeField } from '../expressions/read-codes';
import type { FieldTypes, PartialShape } from '../expressions/shape';
import { faultOfVariables, typesOf } from '../expressions/variable-types';
import { ApiError } from '../graphql/errors';
import { allows, type Scope } from '../graphql/scope';
import { findLengthFault } from '../graphql/storable';
import { COUNTRY_FORM, readCountry } from '../platform/codes';
import type { CatalogueProduct } from './catalogue-product';
import { PRODUCT_CODES } from './product-codes';
import { PRODUCT_SHAPE } from './product-shape';

/** The expressions of a request, and the values of their variables. */
export interface ConditionsInput {
  readonly filter?: string | null;
  readonly boost?: string | null;
  readonly filterVariables?: Readonly<Record<string, unknown>> | null;
}

/** The filter and the boost of a request as functions of a product. */
export interface ProductConditions {
  /**
   * Returns whether a product passes the filter; false if the catalogue lacks the product. `null` without a filter.
   */
  readonly passes: ((product: CatalogueProduct | undefined) => boolean) | null;
  /**
   * Returns the factor for a product's score, in [0, {@link MAX_BOOST}]. `null` without a boost, and if the factor is 1
   * for all products.
   */
  readonly boost: ((product: CatalogueProduct | undefined) => number) | null;
  /** Returns conditions for callers that have only some fields of a product, such as the columns of an index. */
  readonly byPart: <R>(part: PartialShape<R>) => PartialConditions<R>;
  /** Whether the filter or the boost reads the customer's segment or predictions. */
  readonly readsProfile: boolean;
}

/** {@link ProductConditions} that read only a part of the fields of a product. */
interface PartialConditions<R> {
  /**
   * A necessary condition for the filter: all products that pass the filter meet it. Undefined without a filter, or if
   * no such condition can be derived for the part.
   */
  readonly passes: PartialCondition<R> | undefined;
  /** The boost. Undefined without a boost, or if it reads a field that is not in the part. */
  readonly boost: ((record: R) => number) | undefined;
  /**
   * Returns false only if the boost of the product is certainly 1. Undefined if there is no boost, or if the fields of
   * the part never suffice to decide that.
   */
  readonly mayBoost: ((record: R) => boolean) | undefined;
}

export const MAX_BOOST = 1_000_000;
/** Maximum length of `filterVariables` in characters of JSON. */
const MAX_VARIABLES_LENGTH = 32_768;

/**
 * The values of a customer's profile that expressions can read. A value is undefined if it is unknown: while no version
 * of its model is active, and for a customer who has opted out of profiling.
 */
export interface ProfileValues {
  /** The id of the segment; `NEW` for a customer without an order. */
  readonly segment?: string;
  /** Predicted amount of the next 90 days. */
  readonly expectedAmount?: number;
  /** Probability of an order in the next 90 days. */
  readonly purchaseProbability?: number;
  readonly churnProbability?: number;
}

/** Reads the values of a customer for expressions. */
export interface CustomerValues {
  /** Returns the attributes; `undefined` if there is no such customer. */
  readonly attributesOf: (customerId: string) => Promise<object | undefined>;
  readonly profileOf: (customerId: string) => Promise<ProfileValues>;
}

const PROFILE = {
  segment: 'string',
  expectedAmount: 'double',
  purchaseProbability: 'double',
  churnProbability: 'double',
} satisfies Record<keyof ProfileValues, FieldTypes[string]>;
const CUSTOMER: FieldTypes = { id: 'string', attributes: 'map<string, dyn>', ...PROFILE };
const fieldsOf = (types: object) => Object.keys(types).map((name) => `customer.${name}`);
const PROFILE_FIELDS = fieldsOf(PROFILE);
const CUSTOMER_FIELDS = fieldsOf(CUSTOMER);
/**
 * The scopes that fields require in expressions. A key may not use a field that it may not read, because a filter would
 * reveal the field's value bit by bit.
 */
const REQUIRED_SCOPES: Readonly<Partial<Record<string, Scope>>> = {
  'product.stock': 'SERVER',
  'customer.attributes': 'SERVER',
  ...Object.fromEntries(PROFILE_FIELDS.map((field) => [field, 'SERVER'] as const)),
};

/** The fields of expressions that are codes. */
const CODES: readonly CodeField[] = [
  { record: 'vars', field: 'country', read: readCountry, form: COUNTRY_FORM },
  ...PRODUCT_CODES,
];

/** Returns the country of `filterVariables`: a code of ISO 3166-1; empty if it is unknown. */
export function countryOf({ country }: Readonly<Record<string, unknown>>): string {
  return (typeof country === 'string' ? readCountry(country) : undefined) ?? '';
}

function faultOfCountry(country: unknown): string | undefined {
  if (country == null || country === '' || (typeof country === 'string' && readCountry(country) !== undefined))
    return undefined;
  return `country must be ${COUNTRY_FORM}, or empty if it is unknown; got ${JSON.stringify(country).slice(0, 40)}`;
}

/** Checks and compiles the expressions of requests. */
export class ProductConditionsService {
  private readonly cache = new ExpressionCache(PRODUCT_SHAPE, { customer: CUSTOMER }, CODES);

  constructor(private readonly customers: CustomerValues) {}

  /**
   * Checks the expressions of a request once for all its recommendation lists.
   * @throws ApiError BAD_USER_INPUT or FORBIDDEN, with `argument` and `position` in the extensions
   */
  prepare(input: ConditionsInput, scope: Scope): PreparedConditions {
    const given = input.filterVariables ?? {};
    const wrong =
      faultOfVariables(given) ?? findLengthFault('they', given, MAX_VARIABLES_LENGTH) ?? faultOfCountry(given.country);
    if (wrong !== undefined) throw new ApiError('BAD_USER_INPUT', `filterVariables: ${wrong}`);
    const vars = typeof given.country === 'string' ? { ...given, country: countryOf(given) } : given;
    const types = typesOf(vars);
    const check = (argument: 'filter' | 'boost', result: ResultType): ReadExpression | null => {
      const source = input[argument];
      return source == null ? null : this.check(argument, source, types, result, scope);
    };
    const [filter, boost] = [check('filter', 'bool'), check('boost', 'double')];
    const compared = [filter, boost].flatMap((checked) => checked?.codeVariables ?? []);
    const { values, fault } = codesOfVariables(vars, compared);
    if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', `filterVariables: ${fault}`);
    return new PreparedConditions(filter, boost, values, this.customers);
  }

  private check(argument: string, source: string, types: FieldTypes, result: ResultType, scope: Scope): ReadExpression {
    try {
      const checked = this.cache.check(source, types, result);
      for (const [field, offset] of checked.fields) {
        if (allows(scope, REQUIRED_SCOPES[field] ?? 'STOREFRONT')) continue;
        const { position, message } = new ExpressionFault(`This key may not use ${field}`, source, offset);
        throw new ApiError('FORBIDDEN', `${argument}: ${message}`, { argument, position });
      }
      return checked;
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      const { message, position } = error;
      const where = `line ${position.line}, column ${position.column}`;
      throw new ApiError('BAD_USER_INPUT', `${argument}, ${where}: ${message}`, { argument, position });
    }
  }
}

const NO_CONDITIONS: ProductConditions = {
  passes: null,
  boost: null,
  byPart: () => ({ passes: undefined, boost: undefined, mayBoost: undefined }),
  readsProfile: false,
};

/** The checked expressions of a request. */
export class PreparedConditions {
  /** Whether one of the expressions reads the customer's attributes. */
  readonly readsAttributes: boolean;
  /** Whether one of the expressions reads the customer's segment or predictions. */
  readonly readsProfile: boolean;
  /** Whether the filter reads anything of the customer. */
  readonly filterReadsCustomer: boolean;
  /** Whether the boost reads anything of the customer. */
  readonly boostReadsCustomer: boolean;

  constructor(
    private readonly filter: CheckedExpression | null,
    private readonly boost: CheckedExpression | null,
    private readonly vars: Readonly<Record<string, unknown>>,
    private readonly customers: CustomerValues,
  ) {
    const reads = (field: string) => [filter, boost].some((checked) => checked?.fields.has(field));
    this.readsAttributes = reads('customer.attributes');
    this.readsProfile = PROFILE_FIELDS.some(reads);
    this.filterReadsCustomer = CUSTOMER_FIELDS.some((field) => filter?.fields.has(field));
    this.boostReadsCustomer = CUSTOMER_FIELDS.some((field) => boost?.fields.has(field));
  }

  /** The string literals that the expressions compare with `customer.segment`. */
  get comparedSegments(): { readonly value: string; readonly position: Position }[] {
    return [this.filter, this.boost].flatMap((checked) => {
      if (checked === null) return [];
      const literals = literalsComparedWith(checked.tree, 'customer', 'segment');
      return literals.map(({ value, offset }) => ({ value, position: positionIn(checked.source, offset) }));
    });
  }

  /**
   * Compiles the expressions to functions of a product, for one customer.
   * @param budget limits the evaluation steps of the whole request
   * @param isImpersonal whether the boost is that of a visitor of whom nothing is known. The filter is the customer's.
   */
  async forCustomer({ customerId }: Identity, budget = new Budget(), isImpersonal = false): Promise<ProductConditions> {
    if (this.filter === null && this.boost === null) return NO_CONDITIONS;
    const constants = await this.constantsOf(customerId);
    const boostConstants = isImpersonal ? await this.constantsOf(undefined) : constants;
    const { filter, readsProfile } = this;
    const isNeutral = this.boost === null || isNeutralFactor(this.boost, PRODUCT_SHAPE, boostConstants, budget);
    const boost = isNeutral ? null : this.boost;
    const [passes, factor] = withinBudget(
      () =>
        [
          filter && compile(filter, PRODUCT_SHAPE, constants, budget),
          boost && compile(boost, PRODUCT_SHAPE, boostConstants, budget),
        ] as const,
    );
    return {
      passes: passes && ((product) => product !== undefined && passes(product) === true),
      boost: factor && ((product) => (product === undefined ? 1 : boostOf(factor(product)))),
      byPart: (part) => {
        const partialBoost = boost === null ? undefined : compileAvailable(boost, part, boostConstants, budget);
        return {
          passes: filter === null ? undefined : compilePartialCondition(filter, part, constants, budget),
          boost: partialBoost && ((record) => boostOf(partialBoost(record))),
          mayBoost: boost === null ? undefined : compileChangeTest(boost, part, boostConstants, budget),
        };
      },
      readsProfile,
    };
  }

  private async constantsOf(customerId: string | undefined) {
    const [attributes, profile] =
      customerId === undefined
        ? []
        : await Promise.all([
            this.readsAttributes ? this.customers.attributesOf(customerId) : undefined,
            this.readsProfile ? this.customers.profileOf(customerId) : undefined,
          ]);
    return { vars: this.vars, customer: { ...profile, id: customerId, attributes } };
  }
}

/** Returns the value clamped to the allowed range; 1 (no boost) if it is missing or not a number. */
function boostOf(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) return 1;
  return Math.min(MAX_BOOST, Math.max(0, value));
}

/** Runs work that evaluates conditions. @throws ApiError TOO_COMPLEX if it exceeds the evaluation budget */
export function withinBudget<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asTooComplex(error);
  }
}

/** Returns the error of work that evaluates conditions: TOO_COMPLEX if it exceeds the evaluation budget. */
export function asTooComplex(error: unknown): unknown {
  return error instanceof BudgetExceeded ? new ApiError('TOO_COMPLEX', error.message) : error;
}
