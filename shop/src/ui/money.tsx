export interface Amount {
  readonly amount: string;
  readonly currency: string;
}

/** Formats an amount as the console does: `€28,774.56`. */
export function formatMoney({ amount, currency }: Amount): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(Number(amount));
}

/** Shows a price, with the list price if it is reduced. */
export function Price({ price, listPrice }: { readonly price: Amount | null; readonly listPrice: Amount | null }) {
  if (!price) return <p class="price">Price not available</p>;
  const reduced = listPrice && Number(listPrice.amount) > Number(price.amount) ? listPrice : null;
  return (
    <p class="price">
      {reduced && <span class="unseen">Now </span>}
      <span class={reduced ? 'price-now' : undefined}>{formatMoney(price)}</span>
      {reduced && (
        <>
          <span class="unseen"> instead of </span> <s>{formatMoney(reduced)}</s>
        </>
      )}
    </p>
  );
}
