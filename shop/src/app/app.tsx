import { SignInPage } from '../account/sign-in-page';
import { CartPage } from '../cart/cart-page';
import { Help } from '../chat/help';
import { HomePage } from '../home/home-page';
import { OrderPage } from '../order/order-page';
import { OrdersPage } from '../order/orders-page';
import { ProductPage } from '../product/product-page';
import { SearchPage } from '../search/search-page';
import { Link } from '../ui/link';
import { address } from './address';
import { ConnectionNote } from './connection-note';
import { Header } from './header';
import { Page } from './page';
import { useShop } from './shop';

export function App() {
  return (
    <>
      <Header />
      <ConnectionNote />
      <Route />
      <Help />
    </>
  );
}

function Route() {
  const { account } = useShop();
  const [room, id, ...rest] = address.value.path.slice(1).split('/').map(decoded);
  if (rest.length > 0) return <PageNotFound />;
  if (room === '' && id === undefined) return <HomePage />;
  if (room === 'search' && id === undefined) return <SearchPage />;
  if (room === 'products' && id) return <ProductPage key={id} id={id} />;
  if (room === 'cart' && id === undefined) return <CartPage />;
  if (room === 'orders' && id === undefined && account) return <OrdersPage account={account} />;
  if (room === 'orders' && id) return <OrderPage key={id} id={id} />;
  if (room === 'sign-in' && id === undefined && account) return <SignInPage account={account} />;
  return <PageNotFound />;
}

function PageNotFound() {
  return (
    <Page title="Page not found" ready>
      <p>
        <Link to="/">Go to the home page</Link>
      </p>
    </Page>
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
