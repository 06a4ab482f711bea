import { serverAudits } from 'graphql-http';
import { type Door, openDoor } from '../setup/door';

/**
 * Optional behaviour (MAY) of the specification that CSRF prevention refuses deliberately: GET requests that any page
 * can make a browser send.
 */
const DECLARED_NOTICES = ['5A70', '6A70', 'D6D5'];

describe('the GraphQL-over-HTTP audits', () => {
  let door: Door;
  beforeAll(async () => (door = await openDoor()));
  afterAll(() => door.close());

  const audits = serverAudits({ url: () => door.url });
  const notices: string[] = [];

  it.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    if (result.status === 'notice') notices.push(audit.id);
    else expect(result).toMatchObject({ status: 'ok' });
  });

  it('are 61, with only the declared notices', () => {
    expect(audits).toHaveLength(61);
    expect(notices.sort()).toEqual(DECLARED_NOTICES);
  });
});
