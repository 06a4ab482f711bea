import type { LogEvent } from '../log-event';

/** An event as a file gives it. */
export interface ImportedEvent extends LogEvent {
  /** Decimal, as written. */
  readonly unitPrice?: string;
  readonly currency?: string;
  readonly query?: string;
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export type RejectionReason = 'NOT_A_PRODUCT' | 'STOCK_ADJUSTMENT' | 'ACCOUNTING' | 'MALFORMED';

/** The fate of one line. */
export type ImportRow =
  | { readonly line: number; readonly event: ImportedEvent }
  | { readonly line: number; readonly rejected: RejectionReason; readonly message: string };

export interface ImportedProduct {
  readonly id: string;
  readonly title: string;
  /** Decimal; null where no line gives a positive one. */
  readonly price: string | null;
}
