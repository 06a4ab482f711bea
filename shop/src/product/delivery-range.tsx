import { graphql } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useShop } from '../app/shop';
import { arrivalText } from '../order/arrival';
import { useLoad } from '../ui/use-load';

const DeliveryRangeQuery = graphql(`
  query DeliveryRange($productId: ID!, $country: String!) {
    deliveryEstimate(productIds: [$productId], destination: { country: $country }) {
      earliest
      latest
    }
  }
`);

const COUNTRIES = 'AT BE CA CH CZ DE DK ES FI FR GB IE IT JP LU NL NO PL PT SE US'.split(' ');
const DEFAULT_COUNTRY = 'DE';
const STORED = 'freshet delivery country';

/** Says when an order of the product would arrive, in the country that the visitor has chosen. */
export function DeliveryRange({ productId }: { readonly productId: string }) {
  const { storefront } = useShop();
  const [country, setCountry] = useState(() => localStorage.getItem(STORED) ?? DEFAULT_COUNTRY);
  const { data, stale } = useLoad(`${productId} ${country}`, (signal) =>
    storefront.request(DeliveryRangeQuery, { productId, country }, { signal }),
  );
  const choose = (chosen: string) => {
    localStorage.setItem(STORED, chosen);
    setCountry(chosen);
  };
  const estimate = stale ? undefined : data?.deliveryEstimate;
  const text = estimate ? arrivalText(estimate, Date.now()) : undefined;
  const names = new Intl.DisplayNames(undefined, { type: 'region' });
  const nameOf = (code: string) => names.of(code) ?? code;
  return (
    <p class="delivery-range">
      <label>
        Delivery to{' '}
        <select value={country} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {COUNTRIES.map((code) => [nameOf(code), code])
            .sort(([a], [b]) => a!.localeCompare(b!))
            .map(([name, code]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
        </select>
      </label>{' '}
      {data && !stale && <span role="status">{text ?? 'No estimate for this country yet'}</span>}
    </p>
  );
}
