import { useState } from 'preact/hooks';

const TINTS = 6;

/**
 * A product's first picture, or a tile with its initials. It has no alt text, because the title is always next to it.
 */
export function Picture({ id, title, imageUrls }: { id: string; title: string; imageUrls: readonly string[] }) {
  const [broken, setBroken] = useState<string>();
  const url = imageUrls.at(0);
  if (url !== undefined && url !== broken)
    return <img class="picture" src={url} alt="" loading="lazy" onError={() => setBroken(url)} />;
  return (
    <span class={`picture tile tint-${tintOf(id)}`} aria-hidden="true">
      {initialsOf(title)}
    </span>
  );
}

function initialsOf(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? ['?'];
  return words
    .slice(0, 2)
    .map((word) => [...word][0]!.toUpperCase())
    .join('');
}

function tintOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) % 9973;
  return sum % TINTS;
}
