import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { address, go, productPath } from '../app/address';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import { Marked } from './marked';
import { EMPTY_SEARCH, parseSearch, searchPath } from './search-address';
import type { Suggestion } from './search-query';
import { TypedQuery } from './typed-query';
import { useSuggestions } from './use-suggestions';

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
  /** The text for which suggestions are shown. */
  const [suggested, setSuggested] = useState('');
  const suggestions = useSuggestions(open ? suggested : '');
  const typed = useMemo(() => new TypedQuery({ suggest: setSuggested, search: searchTyped }), []);
  const shown = open && suggestions.length > 0;

  const stopTyping = () => {
    typed.cancel();
    setSuggested('');
  };
  // After following a link or going back, the box shows the query of the address.
  useEffect(() => {
    if (address.value.by === 'typing') return;
    stopTyping();
    setText(inAddress);
  }, [address.value.entry, inAddress]);

  const leave = (to: string, placement?: string) => {
    stopTyping();
    setOpen(false);
    setActive(-1);
    input.current?.blur();
    // What was shown of the query while it was typed is no page of its own to go back to.
    const replace = address.peek().by === 'typing' && placement === undefined;
    go(to, { replace, ...(placement === undefined ? {} : { via: { placement } }) });
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
    } else if (event.key === 'Enter' && !event.isComposing) {
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
            typed.type(currentTarget.value);
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

/** On the results page, shows the results of what was typed so far. */
function searchTyped(query: string): void {
  const { path, query: text, by } = address.peek();
  const state = parseSearch(text);
  if (path !== '/search' || state.query === query) return;
  go(searchPath({ ...state, query }), { by: 'typing', replace: by === 'typing' });
}
