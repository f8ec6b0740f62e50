import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { openStore, type Store } from '../../store/store.ts'
import { freePort } from '../../test/e2e/program.ts'
import { packageRoot } from '../../server/package-root.ts'
import { makeScratch } from '../scratch.ts'

/** The roles that a bench of live delivery runs, each in a process of its own. */
export type LiveRole = 'gateway' | 'subgraphs' | 'ingest'

/** A database of the bench's own, with a workspace in it, and the product's processes over it. */
export interface Stage {
  readonly store: Store
  readonly workspaceId: string
  /** Of the workspace's owner. */
  readonly token: string
  /** Where a role listens, whenever it does. */
  readonly urlOf: (role: LiveRole) => string
  /** Where clients subscribe. */
  readonly socketUrl: string
  /** Starts a role, with these settings besides; resolves when it answers. It is ended with the stage. */
  start(role: LiveRole, settings?: Readonly<Record<string, string>>): Promise<ChildProcess>
}

/**
 * Sets it.
 *
 * @param server a PostgreSQL server on which a database may be made, which is dropped
 */
export async function setStage(server: string, opened: AsyncDisposableStack): Promise<Stage> {
  const { url: databaseUrl } = opened.use(await makeScratch(server))
  const key = randomBytes(32)
  const keys = [{ id: 'bench', key }]
  const store = opened.use(await openStore({ databaseUrl, home: tmpdir(), keys, log: () => undefined }))
  const { id: workspaceId } = await store.workspaces.ensure('bench')
  const member = await store.members.ensure(workspaceId, { email: 'a@example.com', name: 'A', role: 'OWNER' })
  const { secret: token } = await store.tokens.issue(member.id, { name: 'bench', expiresAt: null })
  const ports = { gateway: await freePort(), subgraphs: await freePort(), ingest: await freePort() }
  const urlOf = (role: LiveRole): string => `http://127.0.0.1:${ports[role]}`
  const environment = {
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    SWITCHBOARD_DEMO: '0',
    SWITCHBOARD_COST_BUDGET: '0',
    SWITCHBOARD_KEYS: `bench:${key.toString('base64')}`,
    SWITCHBOARD_SUBGRAPHS_URL: urlOf('subgraphs'),
    SWITCHBOARD_INGEST_URL: urlOf('ingest'),
  }
  return {
    store,
    workspaceId,
    token,
    urlOf,
    socketUrl: `${urlOf('gateway').replace('http', 'ws')}/graphql`,
    async start(role, settings = {}) {
      const env = { ...environment, ...settings, PORT: ports[role] }
      const child = spawn(process.execPath, ['dist/main.js', role], { cwd: packageRoot(), env, stdio: 'inherit' })
      opened.defer(() => void child.kill())
      await isUp(`${urlOf(role)}/health/${role === 'gateway' ? 'ready' : 'live'}`)
      return child
    },
  }
}

async function isUp(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null)
    await response?.arrayBuffer()
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
