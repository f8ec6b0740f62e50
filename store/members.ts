import type { Database } from './database.ts'
import { withEntities } from './entities/ask.ts'
import { MemberEntity } from './entities/tables.ts'
import type { WorkspaceRole } from './viewer.ts'

/** A person of a workspace. */
export interface Member {
  readonly id: string
  readonly workspaceId: string
  /** Lower case; unique in the workspace. */
  readonly email: string
  readonly name: string
  readonly role: WorkspaceRole
  readonly createdAt: Date
}

/** The people of workspaces. */
export interface Members {
  /** The member of that address, with this name and role from now on; made when there is none. */
  ensure(workspaceId: string, draft: { email: string; name: string; role: WorkspaceRole }): Promise<Member>
  find(workspaceId: string, id: string): Promise<Member | null>
  /** By name. */
  list(workspaceId: string): Promise<readonly Member[]>
}

/** The members of a database. */
export function openMembers(database: Database): Members {
  return {
    ensure: (workspaceId, { email, name, role }) =>
      withEntities(database, async (em) => {
        const key = { workspaceId, email: email.toLowerCase() }
        await em.upsert(
          MemberEntity,
          { ...key, name, role },
          { onConflictFields: ['workspaceId', 'email'], onConflictMergeFields: ['name', 'role'] },
        )
        return toMember(await em.fork().findOneOrFail(MemberEntity, key))
      }),
    find: (workspaceId, id) =>
      withEntities(database, async (em) => {
        const row = await em.findOne(MemberEntity, { workspaceId, id })
        return row && toMember(row)
      }),
    list: (workspaceId) =>
      withEntities(database, async (em) => {
        const rows = await em.find(MemberEntity, { workspaceId }, { orderBy: { name: 'asc', id: 'asc' } })
        return rows.map(toMember)
      }),
  }
}

const toMember = ({ id, workspaceId, email, name, role, createdAt }: Member): Member =>
  Object.freeze({ id, workspaceId, email, name, role, createdAt })
