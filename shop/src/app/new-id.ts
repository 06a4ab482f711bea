/** Returns a random id. `crypto.randomUUID` is not available on a page that is served without TLS. */
export const newId = (): string =>
  [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
