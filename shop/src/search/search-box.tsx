import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { address, go, productPath } from '../app/address';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { Marked } from './marked';
import { EMPTY_SEARCH, parseSearch, searchPath } from './search-address';
import { type Suggestion, useSuggestions } from './use-suggestions';

const PAUSE_MS = 80;
const NAMES: Readonly<Record<string, string>> = { CATEGORY: 'Category', BRAND: 'Brand' };

/**
 * The search box: an editable combobox with a list box (ARIA Authoring Practices). On the results page, the results are
 * updated during typing; on other pages, only the suggestions are.
 */
export function SearchBox() {
  const onResults = address.value.path === '/search';
  const inAddress = onResults ? parseSearch(address.value.query).query : '';
  const [text, setText] = useState(inAddress);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const suggestions = useSuggestions(open ? text : '');
  const shown = open && suggestions.length > 0;

  // After following a link or going back, the box shows the query of the address.
  useEffect(() => {
    if (address.value.by !== 'typing') setText(inAddress);
  }, [address.value.entry, inAddress]);
  useEffect(() => {
    if (!onResults || text === inAddress || document.activeElement !== input.current) return;
    const state = parseSearch(address.peek().query);
    const timer = setTimeout(() => go(searchPath({ ...state, query: text }), { replace: 'typing' }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  const leave = (to: string, placement?: string) => {
    setOpen(false);
    setActive(-1);
    input.current?.blur();
    go(to, placement === undefined ? {} : { via: { placement } });
  };
  const search = (query: string) => {
    setText(query);
    leave(searchPath({ ...EMPTY_SEARCH, query }));
  };
  const select = ({ kind, text: what, product }: Suggestion) => {
    if (kind === 'PRODUCT' && product) leave(productPath(product.id), 'suggest');
    else if (kind === 'BRAND') leave(searchPath({ ...EMPTY_SEARCH, brands: [what] }));
    else if (kind === 'CATEGORY') leave(searchPath({ ...EMPTY_SEARCH, category: what }));
    else search(what);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      const count = suggestions.length + 1;
      // The box itself is one of the positions in the cycle.
      setActive((before) => ((before + 1 + step + count) % count) - 1);
    } else if (event.key === 'Escape') {
      if (shown) event.preventDefault();
      setOpen(false);
      setActive(-1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const suggestion = shown ? suggestions[active] : undefined;
      if (suggestion !== undefined) select(suggestion);
      else search(text.trim());
    }
  };

  return (
    <search class="search-box">
      <form
        action="/shop/search"
        onSubmit={(event) => {
          event.preventDefault();
          search(text.trim());
        }}
      >
        <input
          ref={input}
          type="search"
          name="q"
          placeholder="Search the shop"
          aria-label="Search the shop"
          role="combobox"
          list={undefined}
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
          autoComplete="off"
          enterKeyHint="search"
          maxLength={1000}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setOpen(true);
            setActive(-1);
          }}
          onFocus={() => setOpen(text !== inAddress)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" aria-label="Search">
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="8.5" cy="8.5" r="5.5" />
            <path d="m13 13 4.5 4.5" />
          </svg>
        </button>
      </form>
      <ul id={listId} role="listbox" aria-label="Suggestions" hidden={!shown} class="suggestions">
        {suggestions.map((suggestion, index) => (
          <li
            key={`${suggestion.kind} ${suggestion.product?.id ?? suggestion.text}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            class="suggestion"
            // Prevents the option from taking the focus from the box.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => select(suggestion)}
          >
            {suggestion.product && <Picture {...suggestion.product} />}
            <span class="suggestion-text">
              <Marked fragments={suggestion.fragments} />
            </span>
            {suggestion.kind in NAMES && <span class="suggestion-kind">{NAMES[suggestion.kind]}</span>}
            {suggestion.product && <Price {...suggestion.product} />}
          </li>
        ))}
      </ul>
    </search>
  );
}
