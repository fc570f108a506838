import { afterEach, expect, it, vi } from 'vitest';
import { new_id } from './id';

afterEach(() => vi.unstubAllGlobals());

it('an id is a UUID, also where the context is not secure', () => {
  const { crypto } = globalThis;
  // What a page over HTTP has.
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const ids = Array.from({ length: 100 }, new_id);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(100);
});
