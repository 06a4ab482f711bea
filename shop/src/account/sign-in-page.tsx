import type { RequestError } from '@freshet/client';
import { useState } from 'preact/hooks';
import { go } from '../app/address';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { useLoad } from '../ui/use-load';
import type { Account } from './account';

/** In the demo one chooses who one is; a real shop asks for a password, and its back end for the token. */
export function SignInPage({ account }: { readonly account: Account }) {
  const { name } = useShop();
  const { data, error } = useLoad('customers', () => account.customers());
  const [fault, setFault] = useState<RequestError>();
  const signIn = (id: string) =>
    account.signIn(id).then(
      () => go('/'),
      (error: RequestError) => setFault(error),
    );
  return (
    <Page title="Sign in" ready={data !== undefined} class="sign-in">
      <p>
        The customers of {name} are made up, and so is what they bought. Be one of them: what you have looked at comes
        along.
      </p>
      {(fault ?? error) && <Fault error={(fault ?? error)!} />}
      <ul class="choices people">
        {data?.map((customer) => (
          <li key={customer.id}>
            <button type="button" class="secondary" data-id={customer.id} onClick={() => void signIn(customer.id)}>
              {customer.name}
            </button>
          </li>
        ))}
      </ul>
    </Page>
  );
}
