import { render } from 'preact';
import { createClient } from '@freshet/client';

console.log(createClient);
render(<p>Shop</p>, document.getElementById('app')!);
