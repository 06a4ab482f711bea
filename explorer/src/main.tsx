import { GraphiQLProvider } from '@graphiql/react';
import { GraphiQLInterface } from 'graphiql';
import 'graphiql/graphiql.css';
import { createRoot } from 'react-dom/client';
import './explorer.css';
import { loadConfig } from './config';
import { fetcher } from './fetcher';
import { memoryStorage } from './memory-storage';
import { QUERIES } from './queries';
import { SharedHeaders } from './shared-headers';

const { apiKey } = await loadConfig();
const headers = JSON.stringify({ 'x-api-key': apiKey ?? '' }, null, 2);

createRoot(document.getElementById('app') as HTMLElement).render(
  <GraphiQLProvider
    fetcher={fetcher}
    storage={memoryStorage()}
    defaultTabs={QUERIES.map((query) => ({ query, headers }))}
    defaultHeaders={headers}
    shouldPersistHeaders={false}
  >
    <SharedHeaders initial={headers} />
    <GraphiQLInterface defaultEditorToolsVisibility="headers" showPersistHeadersSettings={false} />
  </GraphiQLProvider>,
);
