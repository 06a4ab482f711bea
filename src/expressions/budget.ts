/** What was asked would take longer than one request may take. */
export class BudgetExceeded extends Error {
  constructor() {
    super('The expression is too costly for so many products');
    this.name = 'BudgetExceeded';
  }
}

/** Steps of one request: about 0.2 s of one core. */
export const REQUEST_STEPS = 20_000_000;

/**
 * Bounds what expressions may cost, deterministically: a step is a node of an expression evaluated once, or 16 characters
 * or items gone through.
 */
export class Budget {
  private left: number;

  constructor(private readonly steps = REQUEST_STEPS) {
    this.left = steps;
  }

  /** @throws BudgetExceeded */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new BudgetExceeded();
  }

  /** Goes through so many characters or items. @throws BudgetExceeded */
  scan(length: number): void {
    if (length >= 16) this.spend(length >>> 4);
  }

  /** Steps since it was last full; some more than it had where it is exceeded. */
  get spent(): number {
    return this.steps - this.left;
  }

  refill(): void {
    this.left = this.steps;
  }
}

const BUDGETS = new WeakMap<object, Budget>();

/** The one budget of a request, whichever of its fields spends it. @param request its context */
export function budgetOf(request: object): Budget {
  let budget = BUDGETS.get(request);
  if (!budget) BUDGETS.set(request, (budget = new Budget()));
  return budget;
}

/** Steps that a request has spent. @param request its context */
export function spentBy(request: object): number {
  return BUDGETS.get(request)?.spent ?? 0;
}
