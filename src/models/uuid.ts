const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether PostgreSQL takes it for an id of a version or a job. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}
