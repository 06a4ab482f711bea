import type { RequestError } from '@freshet/client';
import { useState } from 'preact/hooks';
import { go } from '../app/address';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { useLoad } from '../ui/use-load';
import type { Account } from './account';

/**
 * Lets a visitor of the demo choose a customer. A real shop asks for a password, and its back end requests the token.
 */
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
        The customers of {name} and their purchases are fictional. Choose one to sign in: the products you have viewed
        are added to their history.
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
