const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns whether a text is a UUID in the standard format with hyphens, which PostgreSQL accepts. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}
