// Bundles GraphiQL into dist/graphiql; runs at the end of `npm ci`. Plain JavaScript, because that may happen under a
// Node too old for TypeScript. Without development dependencies there is nothing to bundle with, and nothing fails.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

if (existsSync(new URL('../../node_modules/vite', import.meta.url))) {
  const { build } = await import('vite')
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)) })
} else {
  process.stdout.write('GraphiQL is not bundled: the development dependencies are absent.\n')
}
