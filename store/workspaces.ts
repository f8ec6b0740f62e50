import type { Database } from './database.ts'
import { withEntities } from './entities/ask.ts'
import { WorkspaceEntity } from './entities/tables.ts'

/** One of our customers: the tenant that everything belongs to. */
export interface Workspace {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

/** The workspaces of an installation. */
export interface Workspaces {
  /** The workspace of that name; made when there is none. */
  ensure(name: string): Promise<Workspace>
  find(id: string): Promise<Workspace | null>
}

/** The workspaces of a database. */
export function openWorkspaces(database: Database): Workspaces {
  return {
    ensure: (name) =>
      withEntities(database, async (em) => {
        await em.upsert(WorkspaceEntity, { name }, { onConflictFields: ['name'], onConflictAction: 'ignore' })
        return toWorkspace(await em.fork().findOneOrFail(WorkspaceEntity, { name }))
      }),
    find: (id) =>
      withEntities(database, async (em) => {
        const row = await em.findOne(WorkspaceEntity, { id })
        return row && toWorkspace(row)
      }),
  }
}

const toWorkspace = ({ id, name, createdAt }: Workspace): Workspace => Object.freeze({ id, name, createdAt })
