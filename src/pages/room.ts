import { auth } from '../auth/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';

/** The storefront key of a shop that is a demo. */
export const demoKey = extensionPoint<string>('demoKey');

export const needs = { auth };

export const pages = defineRoom({ name: 'pages', needs, api: () => import('./api.js') });
