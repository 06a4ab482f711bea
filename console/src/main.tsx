import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/shares.css';
import './styles/tables.css';
import './styles/pages.css';
import './styles/alerts.css';
import './styles/customers.css';
import './styles/business.css';
import './styles/deliveries.css';
import './styles/conversations.css';
import { App } from './app';
import { applyTheme, storedTheme } from './ui/theme';

applyTheme(storedTheme());
render(<App />, document.getElementById('app')!);
