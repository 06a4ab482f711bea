export type ContentEncoding = 'br' | 'gzip';

/** The supported encodings. If the client gives several the same weight, the first of them is used. */
const ENCODINGS: readonly ContentEncoding[] = ['br', 'gzip'];

/**
 * Returns the encoding that the client prefers, or null for none (RFC 9110, section 12.5.3).
 * The body is not encoded if the client gives `identity` a greater weight than all supported encodings.
 */
export function preferredEncoding(accepted: string | undefined): ContentEncoding | null {
  if (accepted === undefined) return null;
  const weights = new Map(accepted.split(',').map(weightOf));
  const weightOfCoding = (coding: string) =>
    weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined);
  let bestEncoding: ContentEncoding | null = null;
  let greatest = Math.max(weights.get('identity') ?? 0, Number.MIN_VALUE);
  for (const encoding of ENCODINGS) {
    const weight = weightOfCoding(encoding) ?? weights.get('*') ?? 0;
    if (weight < greatest || (weight === greatest && bestEncoding !== null)) continue;
    bestEncoding = encoding;
    greatest = weight;
  }
  return bestEncoding;
}

/** Parses one item of the header. For example, it returns `['gzip', 0.5]` for `gzip;q=0.5`. */
function weightOf(item: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  if (weight === undefined) return [coding, 1];
  const value = Number(weight.slice('q='.length));
  return [coding, value >= 0 && value <= 1 ? value : 0];
}
