import type { RequestError } from '@freshet/client';
import { useState } from 'preact/hooks';
import { go } from '../app/address';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { useLoad } from '../ui/use-load';
import type { Account, Persona } from './account';

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
      <p>Choose who you are at {name}: the products you have viewed are added to their history.</p>
      {(fault ?? error) && <Fault error={(fault ?? error)!} />}
      <ul class="choices people">
        {data?.map((customer) => (
          <li key={customer.id}>
            <button type="button" class="secondary" data-id={customer.id} onClick={() => void signIn(customer.id)}>
              {personaText(customer)}
            </button>
          </li>
        ))}
      </ul>
    </Page>
  );
}

/** Describes a customer, such as `Mia, cooks, 14 orders`. */
function personaText({ name, habit, orders }: Persona): string {
  return [name, ...(habit === null ? [] : [habit]), `${orders} ${orders === 1 ? 'order' : 'orders'}`].join(', ');
}
