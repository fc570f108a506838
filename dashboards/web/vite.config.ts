import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const page = (name: string): string => new URL(`${name}.html`, import.meta.url).pathname;

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // Fonts stay files: a page loads only the ranges it shows.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: { wall: page('wall'), desk: page('desk'), unit: page('unit') } },
  },
  worker: { format: 'es' },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
