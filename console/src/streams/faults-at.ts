import type { ItemFault } from '../ui/item-fault';

/** Returns an error's path relative to the stream: `stream.keys[0].name` becomes `keys[0].name`. */
const within = (path: string) => path.replace(/^(input\.)?stream\./, '');

const isAt = (path: string, place: string) =>
  path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);

/** Returns the errors of a form field and of its parts. */
export const faultsAt = (faults: readonly ItemFault[], place: string): ItemFault[] =>
  faults.filter(({ path }) => path !== null && isAt(within(path), place));

/** Returns the errors that no form field shows. */
export const faultsElsewhere = (faults: readonly ItemFault[], places: readonly string[]): ItemFault[] =>
  faults.filter(({ path }) => path === null || !places.some((place) => isAt(within(path), place)));
