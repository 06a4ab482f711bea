import { SearchBox } from '../search/search-box';
import { Link } from '../ui/link';
import { address } from './address';
import { useShop } from './shop';

export function Header() {
  const { name, synthetic, cart, account } = useShop();
  const count = cart.count.value;
  const customer = account?.customer.value;
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      {synthetic && (
        <aside class="synthetic" aria-label="About this shop">
          This is a demo shop: its products, customers, orders and ads are fictional.
        </aside>
      )}
      <header class="header">
        <Link to="/" class="brand" current={address.value.path === '/'}>
          {name}
        </Link>
        <SearchBox />
        <nav aria-label="Shop" class="header-links">
          {account &&
            (customer ? (
              <>
                <span class="header-name">{customer.name}</span>
                <Link to="/orders" class="quiet">
                  Your orders
                </Link>
                <button type="button" class="quiet" onClick={() => void account.signOut()}>
                  Sign out
                </button>
              </>
            ) : (
              <Link to="/sign-in" class="quiet">
                Sign in
              </Link>
            ))}
          <Link to="/cart" class="cart-link" label={`Cart, ${count} ${count === 1 ? 'item' : 'items'}`}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M3 4h2.5l2.2 11h10l2-7.5H6.6" />
              <circle cx="9" cy="19.5" r="1.5" />
              <circle cx="16.5" cy="19.5" r="1.5" />
            </svg>
            {count > 0 && (
              <span key={count} class="cart-count">
                {count}
              </span>
            )}
          </Link>
        </nav>
      </header>
      <p class="unseen" role="status">
        {cart.announcement.value}
      </p>
    </>
  );
}
