import { inject } from 'vitest'

/** A PostgreSQL server that tests run against. */
export interface TestServer {
  readonly name: string
  /** A login that may make databases and roles. */
  readonly url: string
  /** A migrated database to copy; nobody connects to it. */
  readonly template: string
  /** How databases are copied there, as `create database` is told. By files is far quicker for a server that never syncs. */
  readonly strategy: '' | 'strategy file_copy'
}

declare module 'vitest' {
  interface ProvidedContext {
    testServers: readonly TestServer[]
  }
}

/**
 * The servers of this run, for `describe.each`: the embedded one always comes first, then the machine's own
 * (`TEST_DATABASE_URL`) when it answers.
 */
export const testServers: readonly TestServer[] = inject('testServers')
