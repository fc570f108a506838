/** What a wall reads of the city, once: asked for before anything is drawn, for the map waits for it. */
import { get } from '../lib/roads';
import { seats } from '../lib/session';

export const token = seats.read()[0] ?? null;

export const city = get('/api/v1/city', token);
export const outlines = get('/api/v1/city/outlines', token);
export const catalog = get('/api/v1/catalog', token);
/** Settled once all are there. */
export const places = Promise.all([city, outlines]);
