/** A request of a visitor to the public GraphQL endpoint of the shop. @throws Error without an answer with data */
export type StorefrontDoor = <Data>(query: string, variables: object, token?: string) => Promise<Data>;

const TIMEOUT_MS = 5_000;

/** Returns the public door of a shop, as the pages of its storefront use it. */
export function storefrontDoor(url: string, apiKey: string): StorefrontDoor {
  return async <Data>(query: string, variables: object, token?: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { data, errors } = (await response.json()) as {
      readonly data?: Data | null;
      readonly errors?: readonly { readonly message: string }[];
    };
    if (data == null) throw new Error(errors?.[0]?.message ?? `the shop answered ${response.status} without data`);
    return data;
  };
}
