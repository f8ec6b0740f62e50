import { defineConfig } from 'vitest/config'

/** Where .ci/run wants the counts; unset otherwise. */
const report = process.env['TEST_REPORT']

/** How the tests run. Decorator flags come from tsconfig.json. */
export default defineConfig({
  resolve: {
    // graphql ships two builds and refuses types of the other: everything here uses the one Node's `require` gets.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    globalSetup: ['test/setup/contracts.ts', 'test/setup/global.ts'],
    setupFiles: ['test/setup/chance.ts', 'test/setup/checks.ts'],
    include: ['test/**/*.test.ts', 'test/**/test.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    // Two cores, and a PostgreSQL beside us.
    maxWorkers: 2,
    // They end what hangs, however busy the machine is; a test of speed is a benchmark.
    testTimeout: 120_000,
    hookTimeout: 400_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
