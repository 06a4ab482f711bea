const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether PostgreSQL takes it for a UUID. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}
