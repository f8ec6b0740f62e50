import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** GraphiQL as static files for `/graphiql/`, with everything it needs: it loads nothing from elsewhere. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Absolute, because the page answers at `/graphiql` with and without a closing slash.
  base: '/graphiql/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../dist/graphiql', import.meta.url)),
    emptyOutDir: true,
    reportCompressedSize: false,
    // Monaco is one large part by nature, and comes from the same machine.
    chunkSizeWarningLimit: 5000,
    // React's packages open with 'use client', which means nothing in a bundle.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es' },
})
