/** A product's picture, or the initials of its title. It has no alt text, because the title is next to it. */
export function ProductTile({ title, imageUrls }: { readonly title: string; readonly imageUrls: readonly string[] }) {
  const [first] = imageUrls;
  if (first !== undefined) return <img class="product-tile" src={first} alt="" loading="lazy" width={40} height={40} />;
  const initials = title
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
  return (
    <span class="product-tile" aria-hidden="true">
      {initials}
    </span>
  );
}
