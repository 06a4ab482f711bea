import { defineRoom } from '../rooms/room';
import { streams } from '../streams/room';

export const needs = { streams };

export const forecasting = defineRoom({ name: 'forecasting', needs, api: () => import('./api.js') });
