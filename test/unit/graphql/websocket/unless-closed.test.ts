import { unlessClosed } from '../../../../src/graphql/websocket/socket-operations';

describe('a result for a socket', () => {
  const result = { data: { rating: 4.5 }, errors: [{ message: 'too much' }] };

  it('is converted to JSON unchanged if the socket is open', () => {
    expect(JSON.stringify({ payload: unlessClosed({ isOpen: true }, result) })).toBe(
      JSON.stringify({ payload: result }),
    );
  });

  it('is not converted if the socket is closed by then', () => {
    const session = { isOpen: true };
    const unread = { toJSON: () => fail('converted to JSON') };
    const message = { payload: unlessClosed(session, unread) };
    session.isOpen = false;
    expect(JSON.stringify(message)).toBe('{"payload":null}');
  });
});

function fail(reason: string): never {
  throw new Error(reason);
}
