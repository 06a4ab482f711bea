import { ProductCard } from './product-card';
import type { SponsoredList } from './sponsored-fields';
import { sponsoredOrigin } from './sponsored-list';

/** The sponsored products of a list, as its first cards. Each is labelled with the name of its advertiser. */
export function SponsoredCards({ list }: { readonly list: SponsoredList | null | undefined }) {
  return (
    <>
      {list?.products.map((ad) => (
        <ProductCard
          key={ad.product.id}
          product={ad.product}
          via={sponsoredOrigin(list, ad)}
          sponsoredBy={ad.advertiserName}
        />
      ))}
    </>
  );
}
