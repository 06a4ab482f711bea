import { type ConnectionState, storefront as connect, type Storefront } from '@freshet/client';
import { signal } from '@preact/signals';
import { render } from 'preact';
import { demoAccount } from './account/account';
import { App } from './app/app';
import { type Shop, type ShopConfig, ShopProvider } from './app/shop';
import { Cart } from './cart/cart';
import { Chat } from './chat/chat';
import { chatApi } from './chat/chat-api';
import { storedConversations } from './chat/stored-conversations';
import './styles/base.css';
import './styles/header.css';
import './styles/lists.css';
import './styles/search.css';
import './styles/pages.css';
import './styles/comparison.css';
import './styles/orders.css';
import './styles/chat.css';

const root = document.getElementById('app')!;
/** Retry interval while the shop is unreachable: a shop that is starting is ready soon. */
const RETRY_INTERVAL_MS = 2_000;

async function start(): Promise<void> {
  const config = await readConfig();
  if (!config) {
    render(<Closed text="The shop is currently unreachable. Retrying automatically …" />, root);
    setTimeout(() => void start(), RETRY_INTERVAL_MS);
  } else if (config.apiKey === null) {
    render(<Closed text="This shop page is disabled: SHOP_PAGE is off, or its key “shop page” was revoked." />, root);
  } else {
    const shop = open(config, config.apiKey);
    render(
      <ShopProvider value={shop}>
        <App />
      </ShopProvider>,
      root,
    );
  }
}

function open({ name, synthetic, backEnd }: ShopConfig, apiKey: string): Shop {
  const connection = signal<ConnectionState>('idle');
  const storefront: Storefront = connect({
    apiKey,
    onConnection: (state) => (connection.value = state),
    renew: async (customerId, token) => (await account?.renew(customerId, token)) ?? null,
    onSignedOut: () => account?.signedOut(),
  });
  const account = backEnd ? demoAccount(apiKey, () => storefront) : undefined;
  const shown = synthetic ? 'Freshet demo' : name;
  const cart = new Cart(storefront);
  const stored = storedConversations(() => sessionStorage);
  const chat = new Chat(chatApi(storefront), stored, account?.customer);
  return { name: shown, synthetic, storefront, connection, account, cart, chat };
}

async function readConfig(): Promise<ShopConfig | undefined> {
  try {
    const response = await fetch('/shop/config.json');
    return response.ok ? ((await response.json()) as ShopConfig) : undefined;
  } catch {
    return undefined;
  }
}

function Closed({ text }: { readonly text: string }) {
  return (
    <main class="page">
      <h1>Shop</h1>
      <p role="status">{text}</p>
    </main>
  );
}

void start();
