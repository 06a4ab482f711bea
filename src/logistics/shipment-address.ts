import { withShownTexts } from '../graphql/shown-text';
import { readCountry } from '../platform/codes';
import type { AddressInput } from './shipment-input.type';

/** Stored characters of a postcode: enough for a region, not for a street. */
const POSTCODE_PREFIX = 3;

/** Returns an address without characters that can't be seen, and with the code of its country. */
export function shownAddress(address: AddressInput | null | undefined): AddressInput | null | undefined {
  if (address == null) return address;
  const shown = withShownTexts(address, ['name', 'country', 'postcode']);
  return { ...shown, country: shown.country && (readCountry(shown.country) ?? shown.country) };
}

/** Returns what is stored of the postcode; null if it is unknown. */
export function postcodePrefixOf(address: AddressInput | null | undefined): string | null {
  // By code points: half of a surrogate pair can't be stored.
  const characters = [...(address?.postcode?.replaceAll(/\s/g, '') ?? '')].slice(0, POSTCODE_PREFIX);
  return characters.length === 0 ? null : characters.join('').toUpperCase();
}
