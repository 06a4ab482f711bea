/** Thrown when evaluating expressions costs more steps than the {@link Budget} allows. */
export class BudgetExceeded extends Error {
  constructor() {
    super('The expression is too expensive for this number of records. Simplify it or narrow the request.');
    this.name = 'BudgetExceeded';
  }
}

/** Maximum number of steps that one request may spend: about 0.2 s of one core. */
export const REQUEST_STEPS = 20_000_000;

/**
 * Limits the cost of evaluating expressions. The limit is deterministic: one step is one evaluation of one expression
 * node, or a scan of 16 characters or list items.
 */
export class Budget {
  private left: number;
  /** What must be left after the work in hand. */
  private floor = 0;

  constructor(private readonly steps = REQUEST_STEPS) {
    this.left = steps;
  }

  /** @throws BudgetExceeded */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < this.floor) throw new BudgetExceeded();
  }

  /** Charges a scan of `length` characters or items. Scans of fewer than 16 are free. @throws BudgetExceeded */
  scan(length: number): void {
    if (length >= 16) this.spend(length >>> 4);
  }

  /** Steps spent since the last refill. Includes the operation that exceeded the budget. */
  get spent(): number {
    return this.steps - this.left;
  }

  refill(): void {
    this.left = this.steps;
    this.floor = 0;
  }

  /** Limits work that cannot be interrupted to a number of steps. @throws BudgetExceeded */
  within<T>(steps: number, work: () => T): T {
    this.floor = Math.max(0, this.left - steps);
    try {
      return work();
    } finally {
      this.floor = 0;
    }
  }
}

const BUDGETS = new WeakMap<object, Budget>();

/** Returns the budget that all fields of a request share. @param request the request context */
export function budgetOf(request: object): Budget {
  let budget = BUDGETS.get(request);
  if (!budget) BUDGETS.set(request, (budget = new Budget()));
  return budget;
}
