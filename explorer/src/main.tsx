import { GraphiQL } from 'graphiql';
import 'graphiql/graphiql.css';
import { createRoot } from 'react-dom/client';
import './explorer.css';
import { fetcher } from './fetcher';
import { forgetfulStorage } from './forgetful-storage';
import { QUERIES } from './queries';

const storage = forgetfulStorage();

createRoot(document.getElementById('app') as HTMLElement).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={QUERIES.map((query) => ({ query, headers: '{ "x-api-key": "" }' }))}
    defaultHeaders={'{ "x-api-key": "" }'}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders={false}
  />,
);
