import { render } from 'preact';
import { createClient } from '@freshet/client';

console.log(createClient);
render(<p>Console</p>, document.getElementById('app')!);
